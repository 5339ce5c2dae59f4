import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Glob, problemOfGlob, problemOfWidth } from '../../src/exempt/glob.js';
import { fromText } from '../../src/files/bytepath.js';

const matches = (glob: string, path: string) => new Glob(fromText(glob)).matches(fromText(path));

describe('a glob', () => {
  it.each([
    ['logs/*.txt', 'logs/a.txt'],
    ['logs/*.txt', 'logs/é b.txt'],
    ['logs/a*b*c', 'logs/abc'],
    ['logs/a*b*c', 'logs/a-b-b-c'],
    ['logs/**', 'logs/a'],
    ['logs/**', 'logs/a/b/c'],
    ['logs/**/x.txt', 'logs/x.txt'],
    ['logs/**/x.txt', 'logs/a/b/x.txt'],
    ['**/x.txt', 'x.txt'],
    ['**/x.txt', 'a/x.txt'],
    ['**/cache/*.md', 'a/cache/b/cache/c.md'],
    ['a/**/b/c*', 'a/b/b/x/b/cd'],
    ['vendor/.*', 'vendor/.gitignore'],
    ['**/.git*', 'vendor/.gitignore'],
    ['.cache/**', '.cache/a'],
    ['a (1)+!@/*.txt', 'a (1)+!@/b.txt'],
    ['a|b^$/*', 'a|b^$/c'],
  ])('%s matches %s', (glob, path) => expect(matches(glob, path)).toBe(true));

  it.each([
    ['logs/*.txt', 'logs/a/b.txt'],
    ['logs/*.txt', 'xlogs/b.txt'],
    ['logs/*.txt', 'logs/b.txt\n'],
    ['logs/*.txt', 'logs/b.TXT'],
    ['logs/*.txt', 'a/logs/b.txt'],
    ['logs/a*b*c', 'logs/acb'],
    ['logs/ab*ba', 'logs/aba'],
    ['logs/**', 'logs'],
    ['logs/**', 'logsx/a'],
    ['logs/**/x.txt', 'logs/ax.txt'],
    ['logs/**/x.txt', 'logs/x.txt/y'],
    // A leading dot has to be named.
    ['logs/*', 'logs/.htpasswd'],
    ['logs/**', 'logs/.a/b'],
    ['logs/**', 'logs/a/.b'],
    ['logs/**/c', 'logs/a/.b/c'],
    ['**/x*', '.x'],
    // Every character is itself.
    ['logs/*.txt', 'logs/atxt'],
    ['(a+)+/*', 'aaaa/b'],
    ['!logs/*', 'other/b'],
    // é as one character, and as e with an accent.
    ['caf\u00e9/*', 'cafe\u0301/x'],
  ])('%s does not match %s', (glob, path) => expect(matches(glob, path)).toBe(false));

  it.each(['**', '*', '*/*', '**/*', '**/*.*', '*.*', '**/.*', '**/a*', '*a', '*/**', '.*/*.*', '*.*.*'])(
    '%s is refused: it matches nearly everything',
    (glob) => expect(problemOfWidth(glob)).toMatch(/nearly everything/),
  );

  it.each([
    ['utests/bootstrap', /no \*/],
    ['a/b**', /whole component/],
    ['a/***', /whole component/],
    ['**/a/**', /only once/],
    ['a/?*', /no meaning/],
    ['a/[ab]*', /no meaning/],
    ['a/{b,c}*', /no meaning/],
    ['a\\*', /no meaning/],
    [`${'a'.repeat(1024)}*`, /longer than 1024/],
  ])('%s is refused with a reason', (glob, reason) => expect(problemOfGlob(glob)).toMatch(reason));

  it.each(['a/*', 'a/**', '**/a/*', '**/*.md', '**/.git*', '*.log', 'a/**/b'])('%s is taken', (glob) =>
    expect([problemOfGlob(glob), problemOfWidth(glob)]).toEqual([null, null]),
  );

  it('agrees with its definition, written down without regard to time', () => {
    const name = fc.stringMatching(/^[.a*]{1,4}$/);
    const names = fc.array(name.map((text) => text.replace(/\*+/g, '*')));
    const globs = fc
      .tuple(names, fc.constantFrom([], ['**']), names)
      .map((parts) => parts.flat())
      .filter((glob) => glob.length > 0);
    const paths = fc.array(fc.stringMatching(/^[.ab]{1,3}$/), { minLength: 1 });
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        expect(matches(glob.join('/'), path.join('/'))).toBe(defined(glob, path));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes time in proportion to the path, whoever chose it', () => {
    const name = 'a'.repeat(255);
    const hostile: readonly [string, string][] = [
      ['**/a*a*a*a*a*a*a*a*a*b', `${'a/'.repeat(2000)}${name}`],
      ['**/a/a/a/a/b*', 'a/'.repeat(2000)],
      ['x/**/*a*a*a*a*b/*aa', `x/${`${name}/`.repeat(4000)}`],
    ];
    // Each of them takes a regular expression longer than anybody waits.
    for (const [glob, path] of hostile) expect(matches(glob, path)).toBe(false);
  });
});

function defined([first, ...rest]: readonly string[], path: readonly string[]): boolean {
  const [name, ...below] = path;
  if (first === undefined) return name === undefined;
  const isPlain = name !== undefined && !name.startsWith('.');
  if (first !== '**') return name !== undefined && isNamed(first, name) && defined(rest, below);
  if (rest.length === 0) return path.length > 0 && path.every((one) => !one.startsWith('.'));
  return defined(rest, path) || (isPlain && defined([first, ...rest], below));
}

function isNamed(pattern: string, name: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name);
}
