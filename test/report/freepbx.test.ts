import { describe, expect, it } from 'vitest';
import type { ModuleReport } from '../../src/model.js';
import { freepbxParts, statusInWords } from '../../src/report/freepbx.js';
import { freepbxStatus } from '../../src/scan/verdict.js';
import { VERDICTS, type Verdict } from '../../src/types.js';
import { bytes, finding, listed, module, type ReportParts, report } from './fixtures.js';

const lines = (parts: ReportParts) => [...freepbxParts(report(parts))].join('').split('\n').slice(0, -1);
const judged = (name: string, verdict: Verdict, changes: Partial<ModuleReport> = {}) =>
  module(name, verdict, { freepbxStatus: freepbxStatus(verdict), ...changes });

describe('as FreePBX says it', () => {
  it('a clean system is its modules', () => {
    expect(lines({ modules: [judged('cdr', 'good'), judged('core', 'good')] })).toEqual([
      'cdr  129  good, trusted',
      'core  129  good, trusted',
      '# clean.',
    ]);
  });

  it('each verdict has its status word', () => {
    const shown = lines({ modules: VERDICTS.map((verdict) => judged(verdict, verdict)), exitCode: 1 });
    expect(shown.slice(0, VERDICTS.length)).toEqual([
      'good  129  good, trusted',
      'tampered  130  tampered, trusted',
      'unsigned  8  unsigned',
      'invalid  4  invalid',
      'key-missing  4  invalid',
      'untrusted  4  invalid',
      'expired  32  expired',
      'revoked  64  revoked',
      'wrong-module  4  invalid',
      'unverified  0  unknown',
    ]);
    expect(shown.slice(VERDICTS.length)).toEqual([
      'FW_TAMPERED  tampered',
      'FW_UNSIGNED  unsigned',
      'FW_REVOKED  revoked',
      '# NOT clean.',
    ]);
  });

  it.each([
    [1 + 16 + 128, 'good, unsupported, trusted'],
    [0, 'unknown'],
    [256, 'unknown'],
  ])('status %d is %s', (status, words) => {
    expect(statusInWords(status)).toBe(words);
  });

  it('names altered and missing files, and says what FreePBX does not see', () => {
    const findings = [
      listed('a.php', 'altered'),
      listed('b.php', 'missing'),
      listed('c.php', 'type-changed'),
      listed('d.php', 'unreadable'),
      { ...listed('e.php', 'altered'), exemption: { reason: 'known', author: 'ana', expires: new Date(0) } },
      finding('shell.php'),
    ];
    const parts = { modules: [judged('cdr', 'tampered', { findings })], outside: [finding('x.php')], exitCode: 1 };
    expect(lines(parts)).toEqual([
      'cdr  130  tampered, trusted',
      '  /w/admin/modules/cdr/a.php altered',
      '  /w/admin/modules/cdr/b.php missing',
      '  /w/admin/modules/cdr/c.php altered',
      '  /w/admin/modules/cdr/e.php altered',
      'FW_TAMPERED  cdr',
      '# FreePBX does not see 2 files that nobody signed',
      '# FreePBX has no word for what could not be read: 1 listed file',
      '# FreePBX knows nothing of the exemption of 1 finding',
      '# NOT clean.',
    ]);
  });

  it('complains most of framework and core, and never of fw_ari', () => {
    const modules = ['core', 'framework', 'fw_ari'].map((name) => judged(name, 'unsigned'));
    expect(lines({ modules, exitCode: 1 }).slice(3)).toEqual([
      'FW_UNSIGNED  core  critical',
      'FW_UNSIGNED  framework  critical',
      '# NOT clean.',
    ]);
  });

  it.each([
    ['# clean.', '\\u{23}\\u{20}clean.  8  unsigned'],
    ['cdr  129  good, trusted', 'cdr\\u{20}\\u{20}129\\u{20}\\u{20}good,\\u{20}trusted  8  unsigned'],
    ['  /w/a altered', '\\u{20}\\u{20}/w/a\\u{20}altered  8  unsigned'],
    ['a\nb\u00ff', 'a\\nb\\xff  8  unsigned'],
  ])('a module named %j cannot pass for another line', (name, shown) => {
    const [line, , ...more] = lines({ modules: [judged('', 'unsigned', { name: bytes(name) })] });
    expect(line).toBe(shown);
    expect(more).toEqual(['# clean.']);
  });
});
