import { describe, expect, it } from 'vitest';
import { applyExemptions } from '../../src/exempt/apply.js';
import type { ExemptionEntry } from '../../src/exempt/entry.js';
import { toText } from '../../src/files/bytepath.js';
import type { Finding } from '../../src/finding.js';
import { renderNdjson } from '../../src/report/json.js';
import { finding, module, report } from '../report/fixtures.js';
import { entry, globEntry, HASH, NOW, OTHER_HASH } from './entries.js';

const file = (path: string, changes: Partial<Finding> = {}) => finding(path, { actual: HASH, ...changes });
const day = (text: string) => new Date(`${text}T23:59:59.999Z`);
const notesOf = (entries: readonly ExemptionEntry[], ...findings: readonly Finding[]) =>
  applyExemptions(report({ modules: [module('cdr', 'good', { findings })], notes: ['first'] }), entries, NOW).notes;

describe('the report', () => {
  const findings = [file('a.php'), file('b.php'), file('c.txt', { class: 'other', severity: 'low' })];
  const before = report({
    modules: [module('cdr', 'tampered', { findings }), module('core', 'unsigned', { findings: [file('a.php')] })],
    outside: [file('a.php')],
    counted: 7,
    exitCode: 1,
  });

  it('is the same without exemptions', () => {
    expect(applyExemptions(before, [], NOW)).toBe(before);
  });

  it('keeps every finding and verdict, and counts what is not exempted', () => {
    const after = applyExemptions(before, [entry('a.php'), globEntry('*.txt')], NOW);
    expect(after.modules.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['cdr', 'tampered'],
      ['core', 'unsigned'],
    ]);
    expect(after.modules[0]?.findings.map(({ path, exemption }) => [path, exemption?.reason])).toEqual([
      ['a.php', 'our own page'],
      ['b.php', undefined],
      ['c.txt', 'our own page'],
    ]);
    expect(before.summary.findings).toEqual({ critical: 5, high: 0, medium: 0, low: 1, info: 7 });
    expect(after.summary.findings).toEqual({ critical: 4, high: 0, medium: 0, low: 0, info: 7 });
    expect(after.summary.exempted).toBe(2);
    expect(after.summary.unlisted).toEqual(before.summary.unlisted);
  });

  it('of what lies outside of modules needs entries that say so', () => {
    const after = applyExemptions(before, [entry('a.php', { module: null })], NOW);
    expect(after.tree.findings[0]?.exemption?.author).toBe('jane');
    expect(after.modules.flatMap((each) => each.findings).some(({ exemption }) => exemption)).toBe(false);
  });

  it('is not changed by a second time', () => {
    const once = applyExemptions(before, [entry('a.php')], NOW);
    expect(applyExemptions(once, [entry('a.php')], NOW).summary).toEqual(once.summary);
  });

  it('names the exemption that ends last, whatever their order', () => {
    const short = entry('a.php', { expires: day('2026-12-31'), reason: 'short' });
    const long = entry('a.php', { reason: 'long' });
    const ended = entry('a.php', { expires: day('2026-01-01'), reason: 'ended' });
    for (const entries of [
      [short, long, ended],
      [ended, long, short],
    ]) {
      expect(applyExemptions(before, entries, NOW).modules[0]?.findings[0]?.exemption?.reason).toBe('long');
    }
  });
});

describe('a finding that is not exempted any more says why', () => {
  const noteOf = (entries: readonly ExemptionEntry[], found: Finding) =>
    applyExemptions(report({ outside: [found] }), entries, NOW).tree.findings[0]?.note;
  const outside = (path: string, changes: Partial<ExemptionEntry> = {}) => entry(path, { module: null, ...changes });

  it.each<[string, readonly ExemptionEntry[], Finding, string | undefined]>([
    ['no entry', [], file('a.php'), undefined],
    [
      'other content',
      [outside('a.php')],
      file('a.php', { actual: OTHER_HASH }),
      'the exemption of this path is for other content',
    ],
    [
      'no hash in the entry',
      [outside('a.php', { sha256: null })],
      file('a.php'),
      'the exemption of this path has no sha256',
    ],
    ['an end', [outside('a.php', { expires: day('2026-11-01') })], file('a.php'), 'its exemption ended on 2026-11-01'],
    [
      'gone',
      [outside('a.php')],
      file('a.php', { kind: 'missing' }),
      'the exemption of this path is not about its being missing',
    ],
    [
      'unreadable',
      [outside('a.php')],
      file('a.php', { kind: 'unreadable', note: 'EIO' }),
      'EIO; cannot be exempted: nobody knows what it holds',
    ],
    [
      'an ended entry for other content',
      [outside('a.php', { expires: day('2026-11-01'), sha256: OTHER_HASH })],
      file('a.php'),
      undefined,
    ],
    ['a glob that does not reach it', [globEntry('a*.php', { module: null })], file('a.php'), undefined],
  ])('%s', (_what, entries, found, note) => expect(noteOf(entries, found)).toBe(note));
});

describe('the notes', () => {
  it('say nothing of exemptions that hold, and of those that cover nothing', () => {
    expect(notesOf([entry('a.php'), entry('gone.php', { expires: day('2026-11-01') })], file('a.php'))).toEqual([
      'first',
    ]);
    expect(notesOf([entry('gone.php', { expires: day('2026-11-24') })], file('a.php'))).toEqual(['first']);
  });

  it('count those that ended while their findings are still there', () => {
    const ended = { expires: day('2026-11-22') };
    expect(notesOf([entry('a.php', ended)], file('a.php'))).toEqual([
      'first',
      '1 exemption has ended, so its findings count again',
    ]);
    expect(notesOf([entry('a.php', ended), entry('b.php', ended)], file('a.php'), file('b.php'))).toEqual([
      'first',
      '2 exemptions have ended, so their findings count again',
    ]);
  });

  it('name those that end within 14 days, together by day and reason', () => {
    const at = (expires: string) => ({ expires: new Date(expires) });
    expect(
      notesOf(
        [
          entry('a.php', at('2026-12-07T10:00:00.001Z')),
          entry('b.php', at('2026-12-07T10:00:00Z')),
          entry('c.php', at('2026-12-07T09:00:00Z')),
          entry('d.php', { ...at('2026-11-24T09:00:00Z'), reason: 'für uns' }),
        ],
        ...['a.php', 'b.php', 'c.php', 'd.php'].map((path) => file(path)),
      ).map((note) => toText(note as never)),
    ).toEqual([
      'first',
      '1 finding is exempted until 2026-11-24 only: für uns (jane)',
      '2 findings are exempted until 2026-12-07 only: our own page (jane)',
    ]);
  });

  it('are a few, whatever the number of reasons', () => {
    const paths = Array.from({ length: 30 }, (_, index) => `f${index}.php`);
    const entries = paths.map((path) => entry(path, { expires: day('2026-11-30'), reason: `because of ${path}` }));
    const notes = notesOf(entries, ...paths.map((path) => file(path)));
    expect(notes).toHaveLength(7);
    expect(notes.at(-1)).toBe('25 more findings will not be exempted two weeks from now');
  });

  it('keep the letters of a reason in the JSON report', () => {
    const marked = applyExemptions(
      report({ modules: [module('cdr', 'good', { findings: [file('a.php')] })] }),
      [entry('a.php', { reason: 'für uns \u202e', expires: day('2026-11-30') })],
      NOW,
    );
    expect(renderNdjson(marked)).toContain('until 2026-11-30 only: für uns \\u202e (jane)');
  });
});
