import { describe, expect, it } from 'vitest';
import { applyExemptions } from '../../src/exempt/apply.js';
import type { ExemptionEntry } from '../../src/exempt/entry.js';
import { whyNotExemptible } from '../../src/exempt/rules.js';
import type { Finding } from '../../src/finding.js';
import { SEVERITIES, type UNLISTED_CLASSES } from '../../src/types.js';
import { bytes, finding, module, report } from '../report/fixtures.js';
import { entry, globEntry, HASH, NOW, OTHER_HASH } from './entries.js';

const LINK = 0o120777;
const FOLDER = 0o040755;

const file = (path: string, changes: Partial<Finding> = {}) =>
  finding(path, { actual: HASH, mode: 0o100644, ...changes });

/** Whether these entries exempt the finding, in module `cdr`. */
function exempts(entries: readonly ExemptionEntry[], found: Finding, now = NOW): boolean {
  const marked = applyExemptions(report({ modules: [module('cdr', 'good', { findings: [found] })] }), entries, now);
  return marked.modules[0]?.findings[0]?.exemption !== undefined;
}

const low: Partial<Finding> = { class: 'other', severity: 'low' };
const image: Partial<Finding> = { class: 'other', severity: 'high', note: 'contains PHP' };
const text: Partial<Finding> = { class: 'other', severity: 'medium', note: 'contains PHP' };

interface Case {
  what: string;
  entry: ExemptionEntry;
  finding: Finding;
}

const without = (found: Finding): Finding => {
  const { actual: _gone, ...rest } = found;
  return rest;
};

describe('an exemption covers', () => {
  it.each<Case>([
    { what: 'unlisted code with this hash', entry: entry('a.php'), finding: file('a.php') },
    { what: 'uncovered code with this hash', entry: entry('a.php'), finding: file('a.php', { uncovered: true }) },
    {
      what: 'server configuration with this hash',
      entry: entry('.htaccess'),
      finding: file('.htaccess', { class: 'server-config' }),
    },
    {
      what: 'an altered file with this hash',
      entry: entry('a.php', { kind: 'altered' }),
      finding: file('a.php', { kind: 'altered' }),
    },
    {
      what: 'a missing file that is said to be missing',
      entry: entry('a.php', { kind: 'missing', sha256: null }),
      finding: without(file('a.php', { kind: 'missing', severity: 'high' })),
    },
    {
      what: 'an older signature with this hash',
      entry: entry('module.sig', { kind: 'downgraded' }),
      finding: file('module.sig', { kind: 'downgraded', severity: 'high' }),
    },
    { what: 'PHP in a picture, by path and hash', entry: entry('a.png'), finding: file('a.png', image) },
    {
      what: 'PHP in a text file, by glob and hash',
      entry: globEntry('t/*', { sha256: HASH }),
      finding: file('t/a', text),
    },
    { what: 'a text file by its path', entry: entry('a', { sha256: null }), finding: without(file('a', low)) },
    { what: 'text files by a glob', entry: globEntry('t/**'), finding: file('t/a/b', low) },
    { what: 'the same text in many places', entry: globEntry('t/**', { sha256: HASH }), finding: file('t/a/b', low) },
    {
      what: 'a folder among the modules, by its path alone',
      entry: entry('h', { sha256: null }),
      finding: without(file('h', { class: 'other', severity: 'high', mode: FOLDER })),
    },
    {
      what: 'a link out of the web root that leads where it led',
      entry: entry('l'),
      finding: file('l', { class: 'other', severity: 'high', mode: LINK }),
    },
    { what: 'a path with a line end', entry: entry('a\nb.php'), finding: file('a\nb.php') },
    {
      what: 'a name that is no text',
      entry: entry('', { place: bytes('caf\u00e9.php') }),
      finding: file('', { path: bytes('caf\u00e9.php') }),
    },
  ])('$what', ({ entry: one, finding: found }) => {
    expect(exempts([one], found)).toBe(true);
  });
});

describe('an exemption does not cover', () => {
  it.each<Case>([
    { what: 'a changed byte', entry: entry('a.php'), finding: file('a.php', { actual: OTHER_HASH }) },
    { what: 'the same content elsewhere', entry: entry('a.php'), finding: file('b.php') },
    { what: 'the same below a folder', entry: entry('a.php'), finding: file('x/a.php') },
    { what: 'a name in other letters', entry: entry('a.php'), finding: file('A.php') },
    { what: 'a name that looks the same', entry: entry('a.php'), finding: file('\u0430.php') },
    { what: 'the same characters, composed', entry: entry('e\u0301.php'), finding: file('\u00e9.php') },
    {
      what: 'bytes that would read alike',
      entry: entry('\u00e9.php'),
      finding: file('', { path: bytes('\u00e9.php') }),
    },
    { what: 'another module', entry: entry('a.php', { module: bytes('cdrs') }), finding: file('a.php') },
    { what: 'what lies in a module, from outside', entry: entry('a.php', { module: null }), finding: file('a.php') },
    { what: 'code without a hash', entry: entry('a.php', { sha256: null }), finding: file('a.php') },
    { what: 'code whose hash is not known', entry: entry('a.php'), finding: without(file('a.php')) },
    { what: 'code by a glob', entry: globEntry('t/*'), finding: file('t/a.php') },
    { what: 'code by a glob and its hash', entry: globEntry('t/*', { sha256: HASH }), finding: file('t/a.php') },
    {
      what: 'code that only counts little, by a glob',
      entry: globEntry('t/*'),
      finding: file('t/a.php', { severity: 'low' }),
    },
    {
      what: 'server configuration by a glob and its hash',
      entry: globEntry('t/.*', { sha256: HASH }),
      finding: file('t/.user.ini', { class: 'server-config', severity: 'low' }),
    },
    {
      what: 'a program by a glob',
      entry: globEntry('t/*', { sha256: HASH }),
      finding: file('t/a', { class: 'executable', severity: 'high' }),
    },
    { what: 'PHP in a picture by a glob', entry: globEntry('t/*'), finding: file('t/a.png', image) },
    {
      what: 'PHP in a picture by a glob and its hash',
      entry: globEntry('t/*', { sha256: HASH }),
      finding: file('t/a.png', image),
    },
    { what: 'PHP in a text file by a glob', entry: globEntry('t/*'), finding: file('t/a.txt', text) },
    {
      what: 'PHP in a text file without a hash',
      entry: entry('a.txt', { sha256: null }),
      finding: file('a.txt', text),
    },
    {
      what: 'a LESS cache with code in it, by a glob',
      entry: globEntry('less/*'),
      finding: file('less/a', { class: 'generated', severity: 'critical' }),
    },
    {
      what: 'an altered file without a hash',
      entry: entry('a.png', { sha256: null }),
      finding: file('a.png', { kind: 'altered', severity: 'high' }),
    },
    {
      what: 'an altered file by a glob and its hash',
      entry: globEntry('t/*', { sha256: HASH }),
      finding: file('t/a.png', { kind: 'altered', severity: 'high' }),
    },
    {
      what: 'a missing file, where any content was meant',
      entry: entry('config.php', { sha256: null }),
      finding: without(file('config.php', { kind: 'missing', severity: 'high' })),
    },
    {
      what: 'whatever lies there, where a missing file was meant',
      entry: entry('a.txt', { sha256: null, kind: 'missing' }),
      finding: file('a.txt', low),
    },
    {
      what: 'an altered file, where an unlisted one was meant',
      entry: entry('a.php', { kind: 'unlisted' }),
      finding: file('a.php', { kind: 'altered' }),
    },
    ...(['type-changed', 'unreadable', 'changed'] as const).flatMap((kind) => [
      { what: `what is ${kind}`, entry: entry('a'), finding: file('a', { kind, severity: 'high' }) },
      {
        what: `what is ${kind}, without a hash`,
        entry: entry('a', { sha256: null }),
        finding: without(file('a', { kind, severity: 'high' })),
      },
    ]),
    ...(['code', 'server-config'] as const).map((unlisted) => ({
      what: `a link that would run, of class ${unlisted}`,
      entry: entry('a'),
      finding: file('a', { class: unlisted, mode: LINK }),
    })),
    {
      what: 'a link in the place of a LESS cache',
      entry: entry('a.lesscache'),
      finding: file('a.lesscache', { class: 'generated', mode: LINK }),
    },
    {
      what: 'a link that some servers would run',
      entry: entry('a.php.bak'),
      finding: file('a.php.bak', { class: 'other', severity: 'high', mode: LINK }),
    },
    {
      what: 'a device in the place of a folder',
      entry: entry('h', { sha256: null }),
      finding: without(file('h', { class: 'other', severity: 'high', mode: 0o060600 })),
    },
    {
      what: 'a folder, where content was meant',
      entry: entry('h'),
      finding: without(file('h', { class: 'other', severity: 'high', mode: FOLDER })),
    },
    { what: 'what is only counted', entry: globEntry('t/*'), finding: file('t/a', { ...low, severity: 'info' }) },
  ])('$what', ({ entry: one, finding: found }) => {
    expect(exempts([one], found)).toBe(false);
  });

  it('anything from the first millisecond after its end', () => {
    const one = entry('a.php', { expires: new Date('2026-11-30T12:00:00Z') });
    expect(exempts([one], file('a.php'), new Date('2026-11-30T12:00:00.000Z'))).toBe(true);
    expect(exempts([one], file('a.php'), new Date('2026-11-30T12:00:00.001Z'))).toBe(false);
  });

  it('more than its place, however many entries there are', () => {
    const others = Array.from({ length: 1000 }, (_, index) => entry(`f${index}.php`));
    const globs = Array.from({ length: 100 }, (_, index) => globEntry(`g${index}/**`));
    expect(exempts([...others, ...globs], file('f1000.php'))).toBe(false);
    expect(exempts([...others, ...globs], file('f999.php'))).toBe(true);
    expect(exempts([...others, ...globs], file('g99/x', low))).toBe(true);
    expect(exempts([...others, ...globs], file('g100/x', low))).toBe(false);
  });
});

describe('whatever the class and severity', () => {
  const classes: readonly (typeof UNLISTED_CLASSES)[number][] = ['code', 'server-config', 'executable'];

  it('no glob covers what can run, and none without a hash what is worse than low', () => {
    for (const severity of SEVERITIES) {
      for (const unlisted of classes) {
        const found = file('t/a', { class: unlisted, severity });
        expect(exempts([globEntry('t/*'), globEntry('t/**', { sha256: HASH })], found)).toBe(false);
      }
      const other = file('t/a', { class: 'other', severity });
      expect(exempts([globEntry('t/*')], other)).toBe(severity === 'low');
      expect(exempts([entry('t/a', { sha256: null })], other)).toBe(severity === 'low');
    }
  });
});

it('why a finding cannot be exempted is said', () => {
  expect(whyNotExemptible(file('a.php'))).toBeNull();
  expect(whyNotExemptible(without(file('a.php')))).toMatch(/no hash/);
  expect(whyNotExemptible(file('a', { kind: 'type-changed' }))).toMatch(/taken the place/);
  expect(whyNotExemptible(file('a', { kind: 'unreadable' }))).toMatch(/nobody knows/);
  expect(whyNotExemptible(file('a', { mode: LINK }))).toMatch(/link leads/);
});
