import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { compareHosts } from '../../src/fleet/findings/compare-hosts.js';
import { fleetReport } from '../../src/fleet/findings/fleet-report.js';
import { FLEET_FINDING_KINDS, HOST_STATES, HOST_VERDICTS } from '../../src/fleet/findings/types.js';
import { comparisonText } from '../../src/fleet/report/comparison.js';
import { comparisonJson, fleetJson } from '../../src/fleet/report/json.js';
import { fleetPage } from '../../src/fleet/report/page.js';
import { writeFleetPages } from '../../src/fleet/report/pages.js';
import { fleetText } from '../../src/fleet/report/text.js';
import type { FleetStore } from '../../src/fleet/store/store.js';
import { displayWidth } from '../../src/report/layout/width.js';
import { tempFolder } from '../helpers/temp.js';
import { module, report } from '../report/fixtures.js';
import { EVIL, exampleFleet } from './example.js';
import { answer, endedAt, enrol, HOUR, hoursAgo, NOW, newStore } from './store.js';

const SCHEMA = JSON.parse(readFileSync(new URL('../../schema/fleet.schema.json', import.meta.url), 'utf8'));
const validate = (addFormats as unknown as (ajv: Ajv) => Ajv)(new Ajv({ allErrors: true, strict: false })).compile(
  SCHEMA,
);

const look = (store: FleetStore) => fleetReport(store, { now: NOW, silentAfter: 48 * HOUR });
const lines = (store: FleetStore, options = {}) => [...fleetText(look(store), options)].join('').split('\n');

describe('the fleet as text', () => {
  it('says what only the fleet shows, which hosts need a look, and what it comes to', () => {
    const text = lines(exampleFleet()).join('\n');
    for (const said of [
      'critical  same content    admin/views/ajax.php on bad, pbx-1.west.example, pbx-2.west.example: the same content everywhere (unlisted code), seen first on pbx-1.west.example, 2026-11-26 00:00 UTC, as ajax.php; SHA-256 5555',
      'high      no signature    cdr 17.0.4 on stripped: not signed; 11 other hosts (',
      `medium    other signer    cdr on odd: signed by ${'B'.repeat(40)} on odd; 11 other hosts (`,
      'medium    other bytes     core 17.0.19.32 on unwilling: not what 10 other hosts (',
      'medium    silent          silent: silent since 2026-11-15 18:00 UTC',
      'medium    never reported  new: no report of everything since it was enrolled, 2026-11-28 03:00 UTC',
      'medium    unanswered      new: no answer to what it was asked, until 2026-11-28 06:00 UTC',
      'medium    failed          unwilling: could not do what it was asked, 2026-11-28 06:00 UTC: WEB_ROOT_NOT_FOUND',
      'high      refused         bad: not believed, what lay in its queue, since 2026-11-28 01:00 UTC: wrong key: another key',
      'low       behind          core on bad, odd: 17.0.1 on bad; 17.0.9 on odd; the newest is 17.0.19.32 on ',
      'hosts     15: 3 findings, 1 incomplete, 2 unknown, 9 clean',
      'reports   1 silent, 1 never reported, 13 reporting; 0 answers to come',
      'result    NOT clean on 3 hosts. INCOMPLETE: of 3 hosts not everything is known that should be.',
    ]) {
      expect(text).toContain(said);
    }
    expect(text).not.toContain('pbx-7.west.example  clean');
    expect(lines(exampleFleet(), { all: true }).join('\n')).toMatch(/^pbx-7\.west\.example +clean +reporting/m);
  });

  it.each([80, 120])('fits a terminal of %d columns, and leaves nothing raw in it', (columns) => {
    const text = lines(exampleFleet(), { columns });
    for (const line of text) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
    expect(text.join('\n')).not.toMatch(/[\x00-\x09\x0b-\x1f\x80-\x9f\u202e]/);
  });

  it('fits with hosts that are called as long as can be', () => {
    const store = newStore();
    enrol(store, 'h'.repeat(63), 'short');
    for (const line of lines(store, { columns: 80 })) expect(displayWidth(line), line).toBeLessThanOrEqual(80);
  });

  it('says clean only of a fleet that is', () => {
    const store = newStore();
    expect(lines(store).at(-2)).toBe('result    no host is enrolled.');
    enrol(store, 'a');
    expect(lines(store).at(-2)).toContain('INCOMPLETE: of 1 host not');
    answer(store, 'a', endedAt(report({ modules: [module('cdr', 'good')] }), hoursAgo(2)));
    expect(lines(store).at(-2)).toBe('result    clean.');
  });

  it('shows the first of many hosts and findings, and says how many more there are', () => {
    const store = newStore();
    enrol(store, ...Array.from({ length: 130 }, (_, index) => `h${index}`));
    const text = lines(store).join('\n');
    expect(text).toContain('medium    silent: 110 findings more (--all)');
    expect(text).toContain('and 30 hosts more (--all)');
  });
});

describe('the fleet as JSON', () => {
  it('follows its schema, which knows every word', () => {
    const json = [...fleetJson(look(exampleFleet()))].join('');
    const value = JSON.parse(json);
    validate(value);
    expect(validate.errors).toBeNull();
    expect(value.hosts).toHaveLength(15);
    expect(value.findings.filter((found: { kind: string }) => found.kind === 'shared-content')).toHaveLength(2);
    expect(json).not.toContain('\u202e');
    const { finding, host } = SCHEMA.definitions;
    expect(finding.properties.kind.enum).toEqual(FLEET_FINDING_KINDS);
    expect(host.properties.verdict.enum).toEqual(HOST_VERDICTS);
    expect(host.properties.state.enum).toEqual(HOST_STATES);
    const empty = JSON.parse([...fleetJson(look(newStore()))].join(''));
    validate(empty);
    expect(validate.errors).toBeNull();
  });
});

describe('the fleet as pages', () => {
  it('is a page of its own and one for each host that has reported', () => {
    const store = exampleFleet();
    const folder = join(tempFolder(), 'a/fleet');
    expect(writeFleetPages(folder, store, look(store))).toBe(14);
    expect(readdirSync(folder).sort()).toEqual(['hosts', 'index.html']);
    expect(readdirSync(join(folder, 'hosts'))).toContain('pbx-1.west.example.html');
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(page).toContain('href="hosts/pbx-1.west.example.html"');
    expect(page).not.toContain('href="hosts/new.html"');
    expect(readFileSync(join(folder, 'hosts/bad.html'), 'utf8')).toContain('can run as code');
  });

  it('says where it cannot be written', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(() => writeFleetPages(file, newStore(), look(newStore()))).toThrow(/cannot make .*file\/hosts: ENOTDIR/);
  });

  it('holds no name raw that could be more than a name, and no script', () => {
    const html = [...fleetPage(look(exampleFleet()), new Set())].join('');
    expect(html).not.toMatch(/<(img|script)/);
    for (const raw of ['\u202e', '\u001b']) expect(html).not.toContain(raw);
    expect(html).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
    expect(html).toContain('default-src &#39;none&#39;; style-src &#39;sha256-');
    expect(html.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/<[^>]* (style|on\w+)=/);
  });
});

describe('a comparison', () => {
  it('is told as text and as JSON, without anything raw', () => {
    const compared = compareHosts(exampleFleet(), 'pbx-1.west.example', 'odd');
    const text = [...comparisonText(compared, { columns: 100 })].join('');
    for (const said of [
      'core  version 17.0.19.32 on pbx-1.west.example, 17.0.9 on odd; other files',
      `${'B'.repeat(40)} on odd; other files in the same version`,
      'only on pbx-1.west.example\ncritical  unlisted code',
      'modules   2 differences, 0 modules the same',
      'findings  2 only on pbx-1.west.example, 0 only on odd, 0 in both',
    ]) {
      expect(text).toContain(said);
    }
    expect(text).not.toContain('\u001b');
    const json = JSON.parse(comparisonJson(compared));
    expect(json).toMatchObject({
      schema: 'sigsweep/fleet-comparison@1',
      sameModules: 0,
      one: { host: 'pbx-1.west.example' },
    });
    expect(json.onlyOne[1].pathBase64).toBe(Buffer.from(EVIL, 'latin1').toString('base64'));
  });
});
