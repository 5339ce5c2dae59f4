import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldFindings } from '../../src/report/fold.js';
import { bytes, finding } from './fixtures.js';

const paths = (folder: string, number: number) =>
  Array.from({ length: number }, (_, index) => `${folder}f${index}.php`);
const lines = (...args: Parameters<typeof foldFindings>) =>
  [...foldFindings(...args)].map(({ first, number, place }) => [first.path, number, place]);

describe('folding', () => {
  it('leaves up to five alike as they are and makes one line of more', () => {
    expect(
      lines(
        paths('a/', 5).map((path) => finding(path)),
        false,
      ),
    ).toHaveLength(5);
    expect(
      lines(
        paths('a/', 6).map((path) => finding(path)),
        false,
      ),
    ).toEqual([['a/f0.php', 6, 'a/']]);
  });

  it('with everything asked for, folds nothing', () => {
    const mixed = [...paths('a/', 9), 'b/x.php', 'a/y.php'];
    const given = mixed.map((path) => finding(path));
    expect(lines(given, true)).toEqual(mixed.map((path) => [path, 1, path]));
  });

  it.each([
    ['kind', { kind: 'altered' }],
    ['class', { class: 'executable' }],
    ['severity', { severity: 'high' }],
  ] as const)('keeps what differs in %s apart', (_what, changes) => {
    const mixed = [...paths('a/', 6).map((path) => finding(path)), ...paths('a/', 7).map((p) => finding(p, changes))];
    expect(lines(mixed, false).map(([, number]) => number)).toEqual([6, 7]);
  });

  it('keeps folders apart, the one below too', () => {
    const mixed = ['', 'a/', 'a/b/', 'ab/'].flatMap((folder) => paths(folder, 6).map((path) => finding(path)));
    expect(lines(mixed, false).map(([, number, place]) => [number, place])).toEqual([
      [6, ''],
      [6, 'a/'],
      [6, 'a/b/'],
      [6, 'ab/'],
    ]);
  });

  it.each([
    ['one folder', ['v/a.php', 'v/b.php'], 'v/'],
    ['a folder and the one below', ['v/a.php', 'v/w/b.php'], 'v/'],
    ['the one below first', ['v/w/a.php', 'v/b.php'], 'v/'],
    ['names that begin alike', ['v/ab/x.php', 'v/abc/y.php'], 'v/'],
    ['the root first', ['a.php', 'v/b.php'], ''],
    ['the root last', ['v/a.php', 'b.php'], ''],
    ['nothing shared', ['v/a.php', 'w/b.php'], ''],
    ['bytes that are no text', ['\u00ff/a.php', '\u00ff/\u00fe/b.php'], '\u00ff/'],
  ])('what no manifest covers is one line over all folders: %s', (_what, found, place) => {
    const uncovered = found.map((path) => finding('', { path: bytes(path), uncovered: true }));
    expect(lines(uncovered, false)).toEqual([[found[0], 2, place]]);
  });

  it('keeps the order of the first of each and loses none, whatever the paths', () => {
    const name = fc.constantFrom('a', 'b', 'ab', '');
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const any = fc.array(
      fc.record({ path, uncovered: fc.boolean(), severity: fc.constantFrom('critical' as const, 'high' as const) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(any, fc.boolean(), (given, all) => {
        const findings = given.map(({ path: at, uncovered, severity }) =>
          finding(at, { severity, ...(uncovered ? { uncovered } : {}) }),
        );
        const folded = [...foldFindings(findings, all)];
        expect(folded.reduce((sum, { number }) => sum + number, 0)).toBe(findings.length);
        for (const { number, place, first } of folded)
          expect(number === 1 ? place : first.path.slice(0, place.length)).toBe(place);
      }),
    );
  });

  it('takes more findings than a call takes arguments', () => {
    const many = paths('a/', 300_000).map((path) => finding(path));
    expect(lines(many, true)).toHaveLength(300_000);
    expect(lines(many, false)).toEqual([['a/f0.php', 300_000, 'a/']]);
  });

  it('keeps very long folders apart', () => {
    // Of the same length, different in the last characters only: 40 MB of paths.
    const folders = Array.from({ length: 2000 }, (_, index) => `${'ab/'.repeat(6800)}${10_000 + index}/`);
    const given = folders.flatMap((folder) => paths(folder, 6).map((path) => finding('', { path: bytes(path) })));
    const folded = lines(given, false);
    expect(folded).toHaveLength(folders.length);
    expect(folded[1]?.slice(1)).toEqual([6, folders[1]]);
  });

  it('names what very long folders share', () => {
    const shared = 'ab/'.repeat(300_000);
    const given = ['c/x.php', 'd/x.php', 'd.php'].map((end) =>
      finding('', { path: bytes(shared + end), uncovered: true }),
    );
    expect(lines(given, false)).toEqual([[`${shared}c/x.php`, 3, shared]]);
  });
});
