import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../../src/errors.js';
import { boundedReport } from '../../src/fleet/message/bounded-report.js';
import { readReport, writeReport } from '../../src/fleet/message/report-wire.js';
import {
  MAX_FLEET_NOTES,
  MAX_FLEET_PAST_SCANS,
  MAX_KEPT_FINDINGS,
  MAX_KEPT_PATH_BYTES,
  MAX_REPORT_TEXT_BYTES,
} from '../../src/limits.js';
import type { Finding, ModuleReport, Report } from '../../src/model.js';
import { placedFindings } from '../../src/report/findings.js';
import { FORMATS, reportParts } from '../../src/report/render.js';
import { bytes, finding, hostileModule, listed, module, report, signature } from '../report/fixtures.js';
import { badNight } from '../report/html/example.js';
import { anyReport } from './report-arbitrary.js';

const there = (sent: Report) => readReport(writeReport(boundedReport(sent).report));
const found = (sent: Report) => [...placedFindings(sent)].map((placed) => placed.finding);

describe('a report on its way to the coordinator', () => {
  it('arrives as it was, whatever it is', () => {
    fc.assert(
      fc.property(anyReport, (sent) => {
        expect(boundedReport(sent)).toEqual({ report: sent, leftOut: 0 });
        expect(there(sent)).toStrictEqual(sent);
      }),
      { numRuns: 150 },
    );
  });

  it('arrives as it was with something of everything', () => {
    expect(there(badNight())).toStrictEqual(badNight());
  });

  it('keeps the worst of more findings than are taken, in their order, and says how many it left out', () => {
    const many = Array.from({ length: MAX_KEPT_FINDINGS + 5 }, (_, index) =>
      finding(`cache/${index}`, { severity: 'low', class: 'other' }),
    );
    const grave = [listed('a.php', 'altered'), finding('b.php'), finding('z.php', { severity: 'high' })];
    const sent = report({ modules: [module('cdr', 'tampered', { findings: grave })], outside: many });
    const { report: bounded, leftOut } = boundedReport(sent);
    expect(leftOut).toBe(8);
    expect(bounded.modules[0]?.findings).toEqual(grave);
    expect(bounded.tree.findings).toEqual(many.slice(0, MAX_KEPT_FINDINGS - 3));
    expect(bounded.summary).toEqual(sent.summary);
    expect(bounded.notes.at(-1)).toBe('too much for the report of a host of a fleet, and left out: 8 findings');
    expect(readReport(writeReport(bounded))).toStrictEqual(bounded);
  });

  it('keeps as many notes, warnings and earlier scans as are taken', () => {
    const [past] = badNight().history;
    if (past === undefined) throw new Error('no earlier scan');
    const sent = report({
      notes: Array.from({ length: MAX_FLEET_NOTES + 1 }, (_, index) => `${index}`),
      history: Array.from({ length: MAX_FLEET_PAST_SCANS + 1 }, (_, scan) => ({ ...past, scan })),
      modules: [
        module('cdr', 'good', {
          signature: signature({ warnings: Array.from({ length: MAX_FLEET_NOTES + 1 }, (_, index) => `${index}`) }),
        }),
      ],
    });
    const { report: bounded } = boundedReport(sent);
    expect(bounded.notes).toEqual(sent.notes.slice(0, MAX_FLEET_NOTES));
    expect(bounded.history).toEqual(sent.history.slice(1));
    expect(bounded.modules[0]?.signature?.warnings).toHaveLength(MAX_FLEET_NOTES);
    expect(readReport(writeReport(bounded))).toStrictEqual(bounded);
    expect(() => readReport(writeReport({ ...bounded, notes: sent.notes }))).toThrow('at notes: too_big');
    expect(() => readReport(writeReport({ ...bounded, history: sent.history }))).toThrow('at history: too_big');
  });

  it('stays below the largest that is taken when every name is as long and as costly as can be', () => {
    const name = bytes('\u0001'.repeat(MAX_KEPT_PATH_BYTES));
    const long = Array.from({ length: 3000 }, (): Finding => ({ ...finding('x'), path: name, note: name, file: name }));
    const sent = report({
      modules: [
        module('cdr', 'tampered', { findings: long }),
        ...Array.from({ length: 500 }, (_, index) => ({
          ...hostileModule(name),
          name: bytes(`${index}`),
          findings: [],
        })),
      ],
      notes: Array.from({ length: 2000 }, () => name),
      changes: {
        since: { scan: 1, startedAt: new Date(0) },
        modules: [],
        added: long.map((each) => ({ module: name, finding: each })),
        gone: long.map((each) => ({ module: name, finding: each })),
        still: 0,
      },
    });
    const { report: bounded, leftOut } = boundedReport(sent);
    const json = writeReport(bounded);
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_REPORT_TEXT_BYTES);
    expect(leftOut).toBe(3000 - found(bounded).length);
    expect(bounded.notes.slice(-3).join()).toMatch(/[\d,]+ findings.*[\d,]+ modules.*[\d,]+ changes$/);
    expect(readReport(json)).toStrictEqual(bounded);
  });
});

describe('a report that somebody made up', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());

  it('is shown in every form, whatever its numbers, times and names are, and nothing of it raw', async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, number, fc.maxSafeNat(), async (honest, any, mode) => {
        const sent = JSON.parse(writeReport(honest));
        for (const each of [...sent.tree.findings, ...sent.modules.flatMap((one: ModuleReport) => one.findings)]) {
          Object.assign(each, { size: any, mtimeMs: any, ctimeMs: any, mode, uid: mode, gid: mode });
        }
        const made = readReport(JSON.stringify(sent));
        for (const format of FORMATS) {
          const parts = await reportParts(made, format, { color: false, all: true, columns: 80 });
          expect([...parts].join(''), format).not.toContain('\u001b');
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('what is no report', () => {
  const good = () => JSON.parse(writeReport(badNight()));
  const refused = (value: unknown) =>
    expect(() => readReport(typeof value === 'string' ? value : JSON.stringify(value))).toThrow(DataError);

  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a deep nest', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
    ['a list', []],
    ['null', null],
    ['more than is taken', ' '.repeat(MAX_REPORT_TEXT_BYTES + 1)],
  ])('is refused where it is %s', (_, value) => refused(value));

  it.each<[string, (value: ReturnType<typeof good>) => void]>([
    ['a key nobody knows', (value) => Object.assign(value, { constructor: 1 })],
    ['one deep inside', (value) => Object.assign(value.modules[0], { extra: 1 })],
    ['a verdict nobody knows', (value) => Object.assign(value.modules[0], { verdict: 'splendid' })],
    ['a count nobody knows', (value) => Object.assign(value.summary.findings, { fatal: 1 })],
    ['a count too few', (value) => delete value.summary.findings.critical],
    ['a negative count', (value) => Object.assign(value.summary.findings, { critical: -1 })],
    ['a name that is no bytes', (value) => Object.assign(value.modules[0], { name: 'Ā' })],
    ['a name with a NUL', (value) => Object.assign(value.modules[0], { name: 'a\0b' })],
    ['a long name', (value) => Object.assign(value.modules[0], { name: 'a'.repeat(MAX_KEPT_PATH_BYTES + 1) })],
    ['a date as a text', (value) => Object.assign(value, { startedAt: '2026-01-01' })],
    ['a date that is none', (value) => Object.assign(value, { startedAt: 8.64e15 + 1 })],
    ['a fingerprint that is none', (value) => Object.assign(value.modules[0].signature, { signer: '<b>' })],
    [
      'too many findings',
      (value) => value.tree.findings.push(...Array(MAX_KEPT_FINDINGS + 1).fill(value.tree.findings[0])),
    ],
  ])('is refused with %s', (_, spoil) => {
    const value = good();
    spoil(value);
    refused(value);
  });

  it('is refused with a key that names the prototype', () => {
    refused(writeReport(badNight()).replace('{', '{"__proto__":{"complete":true},'));
  });

  it('is refused with any value put anywhere in it, or read as what it says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, at) => {
        const holders: Record<string, unknown>[] = [];
        const spoiled = good();
        collect(spoiled, holders);
        const holder = holders[at % holders.length] ?? spoiled;
        const keys = Object.keys(holder);
        holder[keys[at % keys.length] ?? 'x'] = value;
        try {
          writeReport(readReport(JSON.stringify(spoiled)));
        } catch (error) {
          expect(error).toBeInstanceOf(DataError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function collect(value: unknown, into: Record<string, unknown>[]): void {
  if (typeof value !== 'object' || value === null) return;
  into.push(value as Record<string, unknown>);
  for (const each of Object.values(value)) collect(each, into);
}
