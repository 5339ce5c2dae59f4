import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeWhole } from '../../src/files/write.js';
import type { Summary } from '../../src/model.js';
import { metricsParts, type RunMetrics } from '../../src/report/metrics.js';
import { SEVERITIES, VERDICTS } from '../../src/types.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool, runTool } from '../helpers/tools.js';
import { bytes, finding, module, report } from './fixtures.js';

const FINISHED = new Date('2026-01-02T03:04:06.912Z');

function metrics(changes: Partial<RunMetrics> = {}): string {
  const run = { report: report(), finishedAt: FINISHED, exitCode: 0, lastSuccess: FINISHED, ...changes };
  return [...metricsParts(run)].join('');
}

/** The samples, by name and labels as they stand there. */
function samples(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), line.split(' ').at(-1) ?? '']));
}

const summary: Summary = { ...report().summary, listed: 27_335, hashed: 335, reused: 27_000, bytes: 5e9, exempted: 7 };

const RUNS: Readonly<Record<string, Partial<RunMetrics>>> = {
  'a clean scan': {},
  'a scan with findings': {
    report: report({
      modules: VERDICTS.map((verdict) => module(`m-${verdict}`, verdict, { findings: [finding('a.php')] })),
      exitCode: 1,
    }),
    exitCode: 1,
  },
  'an incomplete quick scan': {
    report: report({ kind: 'quick', complete: false, exitCode: 3 }),
    exitCode: 3,
    lastSuccess: null,
  },
  'large figures': { report: { ...report(), summary } },
  'a run that failed': { report: null, exitCode: 2 },
  'the first run, which failed': { report: null, exitCode: 2, lastSuccess: null },
  'a hostile web root': { report: report({ root: bytes('/w"} 1\n# EOF\\\r\u00ff\u00e2\u0080\u00ae{a="b') }) },
};

describe.each(Object.entries(RUNS))('%s', (_, run) => {
  it.skipIf(!hasTool('promtool'))('passes promtool check metrics (of Debian’s prometheus)', () => {
    expect(runTool('promtool', ['check', 'metrics'], metrics(run))).toBe('');
  });

  it('has help and type for each metric, and no metric twice', () => {
    const lines = metrics(run).split('\n');
    const names = (mark: string) => lines.filter((line) => line.startsWith(mark)).map((line) => line.split(' ')[2]);
    const helped = names('# HELP ');
    expect(names('# TYPE ')).toEqual(helped);
    expect(new Set(helped).size).toBe(helped.length);
    const used = Object.keys(samples(metrics(run))).map((name) => name.replace(/\{.*/, ''));
    expect([...new Set(used)]).toEqual(helped);
  });
});

describe('metrics', () => {
  it('tell every severity and every verdict, zeros too', () => {
    const told = samples(metrics());
    for (const severity of SEVERITIES) expect(told[`sigsweep_findings{severity="${severity}"}`]).toBe('0');
    for (const verdict of VERDICTS) expect(told[`sigsweep_modules{verdict="${verdict}"}`]).toBe('0');
  });

  it('tell what the report says', () => {
    const modules = [module('a', 'good'), module('b', 'revoked', { findings: [finding('a.php')] })];
    const scan = { ...report({ kind: 'quick', modules, exitCode: 1, complete: false }) };
    const counted = { ...scan.summary, listed: 27_335, hashed: 335, reused: 27_000, bytes: 5e9, exempted: 7 };
    const lastSuccess = new Date('2026-01-01T00:00:00Z');
    expect(samples(metrics({ report: { ...scan, summary: counted }, exitCode: 1, lastSuccess }))).toMatchObject({
      sigsweep_last_run_timestamp_seconds: '1767323046.912',
      sigsweep_last_success_timestamp_seconds: '1767225600',
      sigsweep_last_run_exit_code: '1',
      'sigsweep_scan_info{kind="quick",root="/var/www/html"}': '1',
      sigsweep_scan_complete: '0',
      sigsweep_scan_duration_seconds: '1.234',
      sigsweep_scan_read_bytes: '5000000000',
      'sigsweep_findings{severity="critical"}': '2',
      sigsweep_findings_exempted: '7',
      'sigsweep_modules{verdict="good"}': '1',
      'sigsweep_modules{verdict="revoked"}': '1',
      sigsweep_files_listed: '27335',
      sigsweep_files_hashed: '335',
      sigsweep_hashes_reused: '27000',
    });
  });

  it('leave out what a run that failed did not find', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(samples(metrics({ report: null, exitCode: 2 }))).toEqual({
      [`sigsweep_build_info{version="${version}"}`]: '1',
      sigsweep_last_run_timestamp_seconds: '1767323046.912',
      sigsweep_last_run_exit_code: '2',
      sigsweep_last_success_timestamp_seconds: '1767323046.912',
    });
  });

  it('are one line each and UTF-8, whatever the web root is called', () => {
    const plain = metrics().split('\n').length;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (root) => {
        const text = metrics({ report: report({ root: bytes(Buffer.from(root).toString('latin1')) }) });
        expect(text.split('\n')).toHaveLength(plain);
        expect(text).toMatch(/^sigsweep_scan_info\{kind="full",root="(?:[^"\\\n]|\\[\\"n])*"\} 1$/m);
        expect(Buffer.from(text).toString()).toBe(text);
      }),
    );
  });

  it('can be written for another user to read', () => {
    const file = join(tempFolder(), 'sigsweep.prom');
    writeWhole(file, metricsParts({ report: null, finishedAt: FINISHED, exitCode: 2, lastSuccess: null }), {
      mode: 0o644,
    });
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });
});
