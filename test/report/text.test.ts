import { describe, expect, it } from 'vitest';
import type { ModuleReport } from '../../src/model.js';
import { renderText, textParts } from '../../src/report/text.js';
import { TOOL } from '../../src/tool.js';
import { SEVERITIES, VERDICTS } from '../../src/types.js';
import { bytes, finding, module, type ReportParts, report, SIGNER, signature } from './fixtures.js';

const HEAD = `sigsweep ${TOOL.version}  /var/www/html  2026-01-02T03:04:05.678Z`;

function lines(parts: ReportParts, options: { color?: boolean; all?: boolean } = {}): string[] {
  const text = renderText(report(parts), { color: false, all: false, ...options });
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

/** The lines of one module: from its verdict to the next empty line. */
function block(shown: readonly string[], heading: string): string[] {
  const start = shown.findIndex((line) => line.startsWith(heading));
  expect(start, `${heading} in ${shown.join('\n')}`).toBeGreaterThan(0);
  expect(shown[start - 1]).toBe('');
  return shown.slice(start, shown.indexOf('', start));
}

describe('a clean system', () => {
  const modules = [module('cdr', 'good'), module('core', 'good')];

  it('is five lines', () => {
    expect(lines({ modules })).toEqual([
      HEAD,
      '',
      'modules   2: 2 good',
      'files     1,234 listed, 1,230 hashed, 4 not checked; 416 MB read in 1.23 s',
      'unlisted  none',
      'findings  none',
      'result    clean.',
    ]);
  });

  it('stays so with dotfiles and what is only counted lying about', () => {
    const hidden = [finding('.gitignore', { class: 'hidden', severity: 'low' })];
    const quiet = { modules: [module('cdr', 'good', { findings: hidden })], outside: hidden, counted: 1000 };
    expect(lines(quiet)).toEqual([
      HEAD,
      '',
      'modules   1: 1 good',
      'files     1,234 listed, 1,230 hashed, 4 not checked; 416 MB read in 1.23 s',
      'unlisted  2 hidden',
      'findings  2 low, 1,000 info; 1,002 of them only counted (--all lists them)',
      'result    clean.',
    ]);
    expect(lines(quiet, { all: true }).filter((line) => line.includes('.gitignore'))).toHaveLength(2);
  });

  it('with everything asked for, names every module', () => {
    const shown = lines({ modules }, { all: true });
    expect(shown.filter((line) => /^\w+ 17\.0\.1 {2}good$/.test(line))).toEqual([
      'cdr 17.0.1  good',
      'core 17.0.1  good',
    ]);
  });
});

describe('a bad module', () => {
  it.each(VERDICTS.filter((verdict) => verdict !== 'good'))('%s: verdict, signer, findings, next step', (verdict) => {
    const bad = module('cdr', verdict, { findings: [finding('a.php'), finding('b.php', { note: 'empty' })] });
    const shown = block(lines({ modules: [module('backup', 'good'), bad], exitCode: 1 }), 'cdr');
    const signed = bad.signature === null ? [] : [`  signed by ${SIGNER}, 2025-03-04`];
    expect(shown.slice(0, -1)).toEqual([
      `cdr 17.0.1  ${verdict}: the reason why it is ${verdict}`,
      ...signed,
      '  critical  unlisted code           a.php',
      '  critical  unlisted code           b.php  (empty)',
    ]);
    expect(shown.at(-1)).toMatch(/^ {2}next: ./);
  });

  it('whose key is not at hand names the key', () => {
    const unknown = module('cdr', 'key-missing', { signature: signature({ signer: null }) });
    expect(block(lines({ modules: [unknown] }), 'cdr')[1]).toBe(
      `  signed by key ${SIGNER.slice(-16)}, which is not at hand, 2025-03-04`,
    );
  });

  it('comes with what else there is to know about its signature', () => {
    const odd = module('cdr', 'untrusted', { signature: signature({ warnings: ['weak-digest', 'odd \u001b thing'] }) });
    expect(block(lines({ modules: [odd] }), 'cdr')[1]).toBe(`  signed by ${SIGNER}, 2025-03-04; odd \\u{1b} thing`);
  });

  it('needs no version', () => {
    expect(block(lines({ modules: [module('cdr', 'unsigned', { version: null })] }), 'cdr')[0]).toMatch(
      /^cdr {2}unsigned: /,
    );
  });
});

describe('findings', () => {
  it('are one line each, in the order of the report, worst or not', () => {
    const severities = [...SEVERITIES].reverse();
    const findings = severities.map((severity, index) => finding(`f${index}`, { severity }));
    const shown = block(lines({ modules: [module('cdr', 'good', { findings })] }), 'cdr');
    expect(shown.slice(1, -1)).toEqual(
      severities.map((severity, index) => `  ${severity.padEnd(8)}  unlisted code           f${index}`),
    );
  });

  it('outside of modules stand after them, with a next step', () => {
    const shown = lines({ modules: [module('cdr', 'unsigned')], outside: [finding('x.php')] });
    expect(block(shown, 'outside of modules')).toEqual([
      'outside of modules',
      '  critical  unlisted code           x.php',
      expect.stringMatching(/^ {2}next: nobody signed/),
    ]);
    expect(shown.indexOf('outside of modules')).toBeGreaterThan(shown.findIndex((line) => line.startsWith('cdr')));
  });

  it('more than five alike are one line with their number; --all lists all', () => {
    const findings = Array.from({ length: 1200 }, (_, index) => finding(`a/f${index}.php`));
    const many: ReportParts = { modules: [module('cdr', 'good', { findings })] };
    expect(block(lines(many), 'cdr')[1]).toBe(
      '  critical  unlisted code           1,200 files below a/, the first: a/f0.php',
    );
    expect(lines(many, { all: true }).filter((line) => line.includes('unlisted code'))).toHaveLength(1200);
  });

  it('of what no manifest covers are one line, wherever they lie', () => {
    const findings = ['install.php', 'views/a.php'].map((path) => finding(path, { uncovered: true }));
    expect(block(lines({ modules: [module('cdr', 'unsigned', { findings })] }), 'cdr')[1]).toBe(
      '  critical  unlisted code           2 files, the first: install.php',
    );
  });

  it('cannot break out of their line, whatever names and notes hold', () => {
    const hostile = bytes('a\n  info b\u001b[2J\u00e2\u0080\u00ae\u00ff');
    const shown = lines({
      root: hostile,
      notes: ['a note\n\u001b[2J'],
      modules: [
        module('cdr', 'tampered', {
          name: hostile,
          version: '1\n2',
          reason: 'because\n\u001b[2J',
          findings: [finding('', { path: hostile, note: 'a\nb\u001b' })],
        }),
      ],
    });
    const escaped = 'a\\n  info b\\u{1b}[2J\\u{202e}\\xff';
    expect(shown[0]).toContain(`  ${escaped}  `);
    expect(block(shown, escaped)[0]).toBe(`${escaped} 1\\n2  tampered: because\\n\\u{1b}[2J`);
    expect(block(shown, escaped)[2]).toBe(`  critical  unlisted code           ${escaped}  (a\\nb\\u{1b})`);
    expect(shown).toContain('note      a note\\n\\u{1b}[2J');
    expect(shown.join('')).not.toContain('\u001b');
  });
});

describe('the summary', () => {
  it('is last: what was looked at, what was found, what it comes to', () => {
    const modules = [module('a', 'good'), module('b', 'revoked'), module('c', 'unsigned')];
    const outside = [finding('x.php'), finding('y', { class: 'executable', severity: 'high' })];
    expect(lines({ modules, outside, counted: 7, exitCode: 1, notes: ['one thing'] }).slice(-6)).toEqual([
      'modules   3: 1 good, 1 unsigned, 1 revoked',
      'files     1,234 listed, 1,230 hashed, 4 not checked; 416 MB read in 1.23 s',
      'unlisted  1 code, 1 executable',
      'findings  2 critical, 1 high, 1 medium, 7 info; 7 of them only counted (--all lists them)',
      'note      one thing',
      'result    NOT clean.',
    ]);
  });

  it.each([
    [0, true, 'clean.'],
    [1, true, 'NOT clean.'],
    [1, false, 'NOT clean. The scan is INCOMPLETE: what could not be read is not verified.'],
    [3, false, 'The scan is INCOMPLETE: what could not be read is not verified.'],
    [130, false, 'INTERRUPTED: what was not read by then is not verified.'],
    [143, false, 'INTERRUPTED: what was not read by then is not verified.'],
  ])('exit code %d, complete %s: %s', (exitCode, complete, result) => {
    expect(lines({ exitCode, complete }).at(-1)).toBe(`result    ${result}`);
  });

  it('counts SHA-1 signatures in one line', () => {
    const weak = (name: string): ModuleReport =>
      module(name, 'good', { signature: signature({ digest: 'sha1', warnings: ['weak-digest'] }) });
    const shown = lines({ modules: [weak('a'), weak('b')] });
    expect(shown.at(-2)).toMatch(/^note {6}2 signatures made with SHA-1/);
    expect(shown.filter((line) => line.includes('SHA-1'))).toHaveLength(1);
  });

  it('of an interrupted scan stands alone for the modules that it did not come to', () => {
    const modules = [module('a', 'unverified'), module('b', 'unverified', { signature: null })];
    expect(lines({ modules, exitCode: 130, complete: false }).filter((line) => /^[ab] /.test(line))).toHaveLength(1);
    expect(lines({ modules, exitCode: 3, complete: false }).filter((line) => /^[ab] /.test(line))).toHaveLength(2);
  });

  it('says nothing of time that ran backwards', () => {
    expect(lines({ finishedAt: new Date(0) }).find((line) => line.startsWith('files'))).toMatch(/in 0\.00 s$/);
  });
});

describe('a tree of folders as deep as they get', () => {
  /** 4000 folders with the longest names, and none of it text: four megabytes for each path once it is escaped. */
  const deep = `${'\u00ff'.repeat(250)}/`.repeat(4000);
  const findings = Array.from({ length: 250 }, (_, index) =>
    finding('', { path: bytes(`${index}${deep}${index}.php`), note: `beside ${deep}` }),
  );
  const hostile = report({ root: bytes(deep), notes: [deep], outside: findings, exitCode: 1 });

  it.each([true, false])('makes a text of parts, each of them short (all: %s)', (all) => {
    let total = 0;
    let critical = 0;
    for (const part of textParts(hostile, { color: false, all })) {
      expect(part.length).toBeLessThan(50_000);
      total += part.length;
      if (part.startsWith('  critical')) critical += 1;
    }
    expect(critical).toBe(findings.length);
    expect(total).toBeLessThan(10_000_000);
  });

  it('is the same in one string', () => {
    const options = { color: false, all: true };
    expect(renderText(hostile, options)).toBe([...textParts(hostile, options)].join(''));
  });
});

describe('colour', () => {
  const parts: ReportParts = {
    exitCode: 1,
    modules: [module('cdr', 'tampered', { findings: SEVERITIES.map((severity) => finding(severity, { severity })) })],
    outside: [finding('x.php')],
  };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  const colors = /\u001b\[\d+m/g;

  it('changes nothing but the colour', () => {
    const plain = renderText(report(parts), { color: false, all: false });
    const colored = renderText(report(parts), { color: true, all: false });
    expect(plain).not.toMatch(colors);
    expect(colored.replace(colors, '')).toBe(plain);
  });

  it('differs by severity', () => {
    const shown = lines(parts, { color: true });
    const begins = SEVERITIES.map((severity) =>
      shown
        .find((line) => line.endsWith(`  ${severity}`))
        ?.match(colors)
        ?.join(''),
    );
    expect(new Set(begins).size).toBe(SEVERITIES.length);
    expect(begins).not.toContain(undefined);
  });
});
