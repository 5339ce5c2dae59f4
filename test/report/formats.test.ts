import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.js';
import { csvParts } from '../../src/report/csv.js';
import { freepbxParts } from '../../src/report/freepbx.js';
import { junitParts } from '../../src/report/junit.js';
import { rpmParts } from '../../src/report/rpm.js';
import { sarifParts } from '../../src/report/sarif.js';
import { bytes, finding, listed, module, report } from './fixtures.js';

/** What is true of every format that is made of the report. */
const FORMATS: Record<string, (report: Report) => Iterable<string>> = {
  csv: csvParts,
  freepbx: freepbxParts,
  junit: junitParts,
  rpm: rpmParts,
  sarif: sarifParts,
};
const NAMES = Object.keys(FORMATS);
const partsOf = (format: string, what: Report) => FORMATS[format]?.(what) ?? [];
const textOf = (format: string, what: Report) => [...partsOf(format, what)].join('');

describe.each(NAMES)('%s', (format) => {
  it.each([
    ['incomplete', { exitCode: 3, complete: false }, /scan is INCOMPLETE/],
    ['incomplete, with findings', { exitCode: 1, complete: false }, /scan is INCOMPLETE/],
    ['interrupted', { exitCode: 130, complete: false }, /INTERRUPTED/],
    ['interrupted by the system', { exitCode: 143, complete: false }, /INTERRUPTED/],
    ['interrupted at its end', { exitCode: 130, complete: true }, /interrupted when/],
  ])('of a scan that was %s says so, and is not what a clean one is', (_what, parts, said) => {
    const modules = [module('cdr', 'good')];
    const text = textOf(format, report({ modules, ...parts }));
    expect(text).toMatch(said);
    expect(textOf(format, report({ modules }))).not.toMatch(said);
  });

  it('of a tampered module whose files are not remembered does not say that they are exempted, nor nothing', () => {
    const what = report({ modules: [module('cdr', 'tampered')], exitCode: 1 });
    expect(textOf(format, what)).toMatch(/tampered/i);
    expect(textOf(format, what)).not.toMatch(/every finding .*exempted|<skipped|^exempted/m);
  });

  it('of a scan that is not clean for what is only counted is not what a clean one is', () => {
    const modules = [module('cdr', 'good')];
    expect(textOf(format, report({ modules, failOn: 'low', exitCode: 1 }))).toMatch(/NOT clean/);
  });

  it('holds nothing raw of what names are made to do to a reader', () => {
    const hostile = bytes(
      '=a\u0000\u001b[2J\u007f\u0085\r\n\u00ff\u00c3\u00a9\u00e2\u0080\u00ae\u00e2\u0080\u00a8\u00ef\u00bf\u00bf',
    );
    const names = { path: hostile, file: hostile, note: hostile };
    const exemption = { reason: 'a\u0000\u001b\u202e', author: '\u2028\ud800', expires: new Date(0) };
    const text = textOf(
      format,
      report({
        root: hostile,
        exitCode: 1,
        notes: [hostile],
        modules: [
          module('x', 'unsigned', {
            name: hostile,
            path: hostile,
            version: hostile,
            reason: hostile,
            findings: [finding('', names)],
          }),
        ],
        outside: [listed('', 'altered', { ...names, exemption })],
      }),
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}\uffff]/u);
    expect(text.replaceAll('\r\n', '')).not.toContain('\r');
  });

  it('of a hundred thousand findings is made of short parts, in time that grows as they do', () => {
    const findings = Array.from({ length: 50_000 }, (_, index) =>
      finding(`views/${index % 100}/f${index}${index % 9 === 0 ? 'é' : ''}.php`, {
        actual: 'a'.repeat(64),
        size: index,
      }),
    );
    const what = report({ exitCode: 1, modules: [module('cdr', 'tampered', { findings })], outside: findings });
    let parts = 0;
    let longest = 0;
    for (const part of partsOf(format, what)) {
      parts += 1;
      longest = Math.max(longest, part.length);
    }
    expect(longest).toBeLessThan(20_000);
    expect(parts).toBeGreaterThan(format === 'freepbx' ? 3 : 50_000);
  }, 20_000);
});
