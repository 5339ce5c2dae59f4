import { describe, expect, it } from 'vitest';
import { compareSnapshots } from '../../src/audit/compare.js';
import { snapshotOfReport } from '../../src/audit/take.js';
import type { Changes } from '../../src/changes.js';
import type { BytePath } from '../../src/files/bytepath.js';
import { MAX_KEPT_BYTES, MAX_KEPT_FINDINGS, MAX_KEPT_MODULES, MAX_KEPT_PATH_BYTES } from '../../src/limits.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { finding, listed, module, type ReportParts, report } from '../report/fixtures.js';
import { signedAt } from './nights.js';

function changes(before: ReportParts, after: ReportParts, options: ScanOptions = {}): Changes {
  const taken = snapshotOfReport(report(before), {});
  return compareSnapshots({ ...taken, scan: { ...taken.scan, id: 7 } }, snapshotOfReport(report(after), options));
}

const kinds = (before: ReportParts, after: ReportParts, options?: ScanOptions) =>
  changes(before, after, options).modules.map((change) => [change.module, ...change.kinds]);

const OLD = signedAt('2025-01-01T00:00:00Z', { version: '17.0.1' });
const NEW = signedAt('2026-01-01T00:00:00Z', { version: '17.0.2' });

describe('modules', () => {
  it.each([
    ['stays as it is', [module('cdr', 'good', OLD)], [module('cdr', 'good', OLD)], []],
    ['is upgraded', [module('cdr', 'good', OLD)], [module('cdr', 'good', NEW)], [['cdr', 'upgraded']]],
    ['is downgraded', [module('cdr', 'good', NEW)], [module('cdr', 'good', OLD)], [['cdr', 'downgraded']]],
    ['is installed', [], [module('cdr', 'good', OLD)], [['cdr', 'installed']]],
    ['vanishes', [module('cdr', 'good', OLD)], [], [['cdr', 'vanished']]],
    ['loses its signature', [module('cdr', 'good', OLD)], [module('cdr', 'unsigned')], [['cdr', 'unsigned']]],
    ['is tampered with', [module('cdr', 'good', OLD)], [module('cdr', 'tampered', OLD)], [['cdr', 'verdict']]],
    [
      'is upgraded out of its trouble',
      [module('cdr', 'tampered', OLD)],
      [module('cdr', 'good', NEW)],
      [['cdr', 'upgraded', 'verdict']],
    ],
    [
      'gets a newer signature that does not count',
      [module('cdr', 'good', OLD)],
      [module('cdr', 'untrusted', NEW)],
      [['cdr', 'verdict']],
    ],
  ])('one that %s', (_, before, after, expected) => {
    expect(kinds({ modules: before }, { modules: after })).toEqual(expected);
  });

  it('tells another signer', () => {
    const other = { ...NEW, signature: { ...NEW.signature, signer: 'B'.repeat(40) } } as typeof NEW;
    expect(kinds({ modules: [module('cdr', 'good', OLD)] }, { modules: [module('cdr', 'good', other)] })).toEqual([
      ['cdr', 'upgraded', 'signer-changed'],
    ]);
  });

  it('says nothing of those that it did not look at', () => {
    const both = { modules: [module('cdr', 'good', OLD), module('core', 'good', OLD)] };
    const one = { modules: [module('cdr', 'good', OLD)] };
    expect(kinds(both, one, { modules: ['cdr'] })).toEqual([]);
    expect(kinds(both, { ...one, complete: false })).toEqual([]);
    expect(kinds(both, one)).toEqual([['core', 'vanished']]);
  });
});

describe('findings', () => {
  const [a, b] = [finding('a.php', { actual: '1'.repeat(64) }), finding('b.php', { actual: '2'.repeat(64) })];
  const at = (...findings: (typeof a)[]) => ({ modules: [module('cdr', 'good', { findings })] });

  it('are new, gone, or still there', () => {
    const found = changes(at(a), at(b));
    expect(found.added).toMatchObject([{ finding: { path: 'b.php' } }]);
    expect(found.gone).toMatchObject([{ finding: { path: 'a.php' } }]);
    expect(changes(at(a, b), at(a, b))).toMatchObject({ added: [], gone: [], still: 2 });
  });

  it('are not gone because a scan was cut short', () => {
    expect(changes(at(a), { ...at(), complete: false }).gone).toEqual([]);
  });

  it('in different modules are different ones', () => {
    const moved = { modules: [module('core', 'good', { findings: [a] }), module('cdr', 'good')] };
    expect(changes(at(a), moved)).toMatchObject({ still: 0 });
  });

  it('of mere information are not remembered', () => {
    const info = finding('x.po', { class: 'translation', severity: 'info' });
    expect(changes(at(), at(info)).added).toEqual([]);
  });

  it('of a log that grows stay the same', () => {
    const log = finding('x.log', { class: 'other', severity: 'low', actual: '1'.repeat(64) });
    expect(changes(at(log), at({ ...log, actual: '2'.repeat(64) }))).toMatchObject({ added: [], gone: [] });
  });
});

describe('what is too much to remember', () => {
  it('leaves out the least bad, and then says that nothing is gone', () => {
    const many = Array.from({ length: MAX_KEPT_FINDINGS }, (_, index) =>
      finding(`${index}.log`, { class: 'other', severity: 'low' }),
    );
    const taken = snapshotOfReport(report({ outside: [...many, finding('z.php')] }), {});
    expect(taken.findings.size).toBe(MAX_KEPT_FINDINGS);
    expect(taken.scan.leftOut).toBe(1);
    expect([...taken.findings.values()].some((one) => one.finding.path === 'z.php')).toBe(true);
    expect(changes({ outside: [finding('a.php')] }, { outside: [...many, finding('z.php')] }).gone).toEqual([]);
  });

  it('keeps what was done to signed files, however many files of the same severity somebody plants', () => {
    const planted = Array.from({ length: MAX_KEPT_FINDINGS }, (_, index) => finding(`${index}.php`));
    const modules = [
      module('aaa', 'good', { findings: planted }),
      module('core', 'tampered', { findings: [listed('core.php', 'altered')] }),
    ];
    const taken = snapshotOfReport(report({ modules }), {});
    expect([...taken.findings.values()][0]?.finding.path).toBe('core.php');
    expect(taken.scan.leftOut).toBe(1);
  });

  it('leaves out what would fill the disk with names', () => {
    const name = 'x'.repeat(1900);
    const many = Array.from({ length: 15_000 }, (_, index) =>
      finding(`${index}${name}`, { class: 'other', severity: 'low' }),
    );
    const taken = snapshotOfReport(report({ outside: [finding('z.php'), ...many] }), {});
    const bytes = [...taken.findings.values()].reduce(
      (sum, one) => sum + one.finding.path.length + one.finding.file.length,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(MAX_KEPT_BYTES);
    expect(taken.scan.leftOut).toBe(15_001 - taken.findings.size);
    expect([...taken.findings.values()][0]?.finding.path).toBe('z.php');
  });

  it('leaves out modules, and then says that none is gone', () => {
    const many = Array.from({ length: MAX_KEPT_MODULES + 1 }, (_, index) => module(`m${index}`, 'good'));
    const last = `m${MAX_KEPT_MODULES}` as BytePath;
    const taken = snapshotOfReport(report({ modules: many }), {});
    expect([taken.modules.size, taken.modules.has(last), taken.present.has(last)]).toEqual([
      MAX_KEPT_MODULES,
      false,
      true,
    ]);
    expect(kinds({ modules: [module(last, 'good')] }, { modules: many })).not.toContainEqual([last, 'vanished']);
  });

  it('still tells that a module is gone, and keeps signed ones, however many folders somebody makes', () => {
    const many = Array.from({ length: MAX_KEPT_MODULES + 1 }, (_, index) => module(`A${index}`, 'unsigned'));
    const signed = module('core', 'good', OLD);
    expect(kinds({ modules: [signed] }, { modules: many })).toContainEqual(['core', 'vanished']);
    expect(kinds({ modules: [signed] }, { modules: [...many, signed] }).map(([name]) => name)).not.toContain('core');
  });

  it('keeps core without its signature, however many folders somebody makes', () => {
    const many = Array.from({ length: MAX_KEPT_MODULES + 1 }, (_, index) => module(`A${index}`, 'unsigned'));
    const taken = snapshotOfReport(report({ modules: [...many, module('core', 'unsigned')] }), {});
    expect(taken.modules.has('core' as BytePath)).toBe(true);
  });

  it('shortens paths that nobody could open', () => {
    const taken = snapshotOfReport(report({ outside: [finding(`${'d/'.repeat(MAX_KEPT_PATH_BYTES)}x.php`)] }), {});
    const [only] = taken.findings.values();
    expect(only?.finding.path.length).toBeLessThanOrEqual(MAX_KEPT_PATH_BYTES);
    expect(only?.finding.path).toMatch(/x\.php$/);
  });
});
