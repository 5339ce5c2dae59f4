import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { metricsParts } from '../../src/report/metrics.js';
import { SEVERITIES, VERDICTS } from '../../src/types.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { report } from '../report/fixtures.js';

const RULES = fileURLToPath(new URL('../../examples/prometheus/sigsweep.rules.yml', import.meta.url));
const TESTS = RULES.replace('.yml', '.test.yml');

describe('the example of alert rules', () => {
  it.skipIf(!hasTool('promtool'))('passes promtool check rules (of Debian’s prometheus)', () => {
    expect(runTool('promtool', ['check', 'rules', RULES])).toContain('SUCCESS: 7 rules found');
  });

  it.skipIf(!hasTool('promtool'))('alerts when it should and is silent otherwise (needs promtool)', () => {
    expect(runTool('promtool', ['test', 'rules', TESTS])).toContain('SUCCESS');
  });

  it('names only metrics and words that there are', () => {
    const now = new Date();
    const written = [...metricsParts({ report: report(), finishedAt: now, exitCode: 0, lastSuccess: now })].join('');
    const rules = readFileSync(RULES, 'utf8');
    const named = new Set(rules.match(/sigsweep_\w+/g));
    expect(named.size).toBeGreaterThan(4);
    for (const metric of named) expect(written).toContain(`# TYPE ${metric} `);
    const words = [...rules.matchAll(/(?:verdict|severity)!?="(\w+)"/g)].map(([, word]) => word);
    for (const word of words) expect([...VERDICTS, ...SEVERITIES]).toContain(word);
  });
});
