import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns } from '../../../src/report/html/model/chart.js';
import { areaFolder } from '../../../src/report/html/model/folder.js';
import { byContent, byModule } from '../../../src/report/html/model/group.js';
import { membersOnPage, pagesOf } from '../../../src/report/html/model/page.js';
import { select, type Wanted } from '../../../src/report/html/model/select.js';
import { treemap } from '../../../src/report/html/model/treemap.js';
import { clipped, dayInWords, modeInWords, secondInWords } from '../../../src/report/html/model/words.js';
import { shownFinding } from '../../../src/report/html/shown/finding.js';
import { Findings } from '../../../src/report/html/wire/decode.js';
import { pieces, scriptJson } from '../../../src/report/html/wire/encode.js';
import { bytes, finding, listed } from '../fixtures.js';

const SHELL = 'a'.repeat(64);
const OTHER = `b${'c'.repeat(63)}`;
const exemption = { reason: 'ours', author: 'jane', expires: new Date('2027-01-01T00:00:00Z') };

/** Eight findings in three places. */
const SHOWN = [
  shownFinding(finding('admin/views/ajax.php', { actual: SHELL }), 0, true),
  shownFinding(finding('rest/ajax.php', { actual: SHELL, file: bytes('/w/rest/ajax.php') }), 0, false),
  shownFinding(finding('notes.txt', { severity: 'low', class: 'other' }), 0, false),
  shownFinding(listed('a.php', 'altered', { expected: OTHER, actual: SHELL, size: 7, mode: 0o100644 }), 1, true),
  shownFinding(listed('b.php', 'missing', { severity: 'high', expected: OTHER }), 1, false),
  shownFinding(finding('c.php', { exemption }), 1, false),
  shownFinding(finding('x.php', { uncovered: true }), 2, false),
  shownFinding(finding('y.php', { uncovered: true, uid: 33, gid: 33, mtimeMs: 1500, ctimeMs: -1500 }), 2, false),
];
const FINDINGS = read(SHOWN);

function read(shown: Parameters<typeof pieces>[0]): Findings {
  return new Findings([...pieces(shown)].map((piece) => JSON.parse(scriptJson(piece))));
}

const ALL: Wanted = {
  severities: new Set([0, 1, 2, 3, 4]),
  what: null,
  newOnly: false,
  exempted: true,
  scope: null,
  words: '',
};
const selected = (changes: Partial<Wanted>) => select(FINDINGS, { ...ALL, ...changes });

describe('findings on their way into a page', () => {
  it('arrive as they were', () => {
    expect(Array.from({ length: FINDINGS.length }, (_, index) => FINDINGS.at(index))).toEqual(SHOWN);
  });

  it('arrive as they were in several pieces, whatever their names', () => {
    const names = fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 }), { maxLength: 20 });
    fc.assert(
      fc.property(names, (all) => {
        const paths = all.map((one) => Buffer.from(one).toString('latin1'));
        const shown = paths.map((path) =>
          shownFinding(finding('', { path: bytes(path), file: bytes(path) }), 0, false),
        );
        const made = [...pieces(shown.flatMap((one) => Array.from({ length: 300 }, () => one)))];
        const findings = new Findings(made.map((piece) => JSON.parse(scriptJson(piece))));
        expect(findings.length).toBe(shown.length * 300);
        for (const [index, one] of shown.entries()) expect(findings.at(index * 300)).toEqual(one);
      }),
      { numRuns: 5 },
    );
  });

  it('cannot end the element that holds them', () => {
    expect(scriptJson('</script><!--')).toBe('"\\u003c/script>\\u003c!--"');
  });
});

describe('selecting', () => {
  it.each([
    ['everything', {}, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['a severity', { severities: new Set([1, 3]) }, [2, 4]],
    ['a kind', { what: 'missing' }, [4]],
    ['what is new', { newOnly: true }, [0, 3]],
    ['without what is exempted', { exempted: false }, [0, 1, 2, 3, 4, 6, 7]],
    ['a module', { scope: { place: 1, folder: null } }, [3, 4, 5]],
    ['a folder outside of modules', { scope: { place: 0, folder: 'rest/' } }, [1]],
    ['the web root itself', { scope: { place: 0, folder: '' } }, [2]],
    ['part of a path, in any case', { words: ' AJAX ' }, [0, 1]],
    ['an absolute path', { words: '/w/rest/ajax' }, [1]],
    ['the beginning of a hash, found or expected', { words: 'bccc' }, [3, 4]],
    ['a hash', { words: SHELL }, [0, 1, 3]],
    ['what there is none of', { words: 'zzz' }, []],
    ['several at once', { newOnly: true, words: 'ajax', scope: { place: 0, folder: null } }, [0]],
  ] satisfies [string, Partial<Wanted>, number[]][])('%s', (_what, changes, expected) => {
    expect(selected(changes)).toEqual(expected);
  });

  it('tells folders apart two levels down', () => {
    expect(['a.php', 'a/b.php', 'a/b/c.php', 'a/b/c/d.php'].map(areaFolder)).toEqual(['', 'a/', 'a/b/', 'a/b/']);
  });
});

describe('grouping', () => {
  it('by module puts the worst first, and what no signature could list after what somebody planted', () => {
    const groups = byModule(FINDINGS, selected({}));
    expect(groups.map(({ key, members }) => [key, members])).toEqual([
      [0, [0, 1, 2]],
      [1, [3, 5, 4]],
      [2, [6, 7]],
    ]);
  });

  it('by content makes one group of one content, wherever it lies', () => {
    const groups = byContent(FINDINGS, selected({}));
    expect(groups.map(({ members }) => members)).toEqual([[0, 1, 3], [5], [6], [7], [4], [2]]);
  });

  it('is cut into pages without losing or repeating any', () => {
    const groups = byModule(FINDINGS, selected({}));
    const pages = Array.from({ length: pagesOf(8, 3) }, (_, page) => membersOnPage(groups, page, 3));
    expect(pages.flat().flatMap(({ members }) => members)).toEqual([0, 1, 2, 3, 5, 4, 6, 7]);
    expect(membersOnPage(groups, 1, 4).map(({ group, members, continued }) => [group.key, members, continued])).toEqual(
      [
        [1, [5, 4], true],
        [2, [6, 7], false],
      ],
    );
    expect([pagesOf(0, 3), pagesOf(3, 3), pagesOf(4, 3)]).toEqual([1, 1, 2]);
  });
});

describe('the map', () => {
  it('gives each its share, inside and without overlaps', () => {
    const sizes = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 100, max: 2000 }), (given, width) => {
        const rectangles = treemap(given, width, 300);
        const area = rectangles.reduce((sum, one) => sum + one.width * one.height, 0);
        expect(area).toBeCloseTo(width * 300, 0);
        for (const [index, a] of rectangles.entries()) {
          expect(a.x).toBeGreaterThan(-0.01);
          expect(a.y).toBeGreaterThan(-0.01);
          expect(a.x + a.width).toBeLessThan(width + 0.01);
          expect(a.y + a.height).toBeLessThan(300.01);
          for (const b of rectangles.slice(index + 1)) expect(overlap(a, b)).toBeLessThan(0.1);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is in proportion, but for what would be too small to see', () => {
    const [large, half, none] = treemap([4000, 2000, 0], 600, 300).map(({ width, height }) => width * height);
    expect((large ?? 0) / (half ?? 1)).toBeCloseTo(2);
    expect(none).toBeGreaterThan(1000);
  });

  function overlap(a: Area, b: Area): number {
    const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
    const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    return Math.max(0, width) * Math.max(0, height);
  }
  type Area = { x: number; y: number; width: number; height: number };
});

describe('the chart', () => {
  it('stacks what there is, from the bottom, the tallest column as high as the chart', () => {
    const [first = [], second = []] = columns(
      [
        [0, 1],
        [2, 2],
      ],
      200,
      100,
    );
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({ part: 1, y: 75, height: 25 });
    expect(second.map(({ y, height }) => [y, height])).toEqual([
      [50, 50],
      [0, 50],
    ]);
    expect(second[0]?.x).toBeGreaterThan(180);
  });

  it('shows a single critical finding beside a hundred thousand others', () => {
    const [[critical] = []] = columns([[1, 100_000]], 100, 100);
    expect(critical?.height).toBe(2);
  });
});

describe('words', () => {
  it.each([
    [0o644, 'rw-r--r--'],
    [0o4755, 'rwsr-xr-x'],
    [0o2644, 'rw-r-Sr--'],
    [0o1777, 'rwxrwxrwt'],
    [0, '---------'],
  ])('for the mode %o', (mode, letters) => {
    expect(modeInWords(mode)).toBe(letters);
  });

  it('for times, also where no calendar has them', () => {
    expect(secondInWords(1_700_000_000)).toBe('2023-11-14 22:13:20 UTC');
    expect(secondInWords(1e15)).toBe('no date that a calendar has');
    expect(dayInWords(-1)).toBe('1969-12-31');
  });

  it('leave out the middle of what is too long', () => {
    expect(clipped('a'.repeat(20), 9)).toBe('aaaa…aaaa');
    expect(clipped('short', 9)).toBe('short');
  });
});
