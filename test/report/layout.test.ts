import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLines } from '../../src/report/layout/fit.js';
import { hang } from '../../src/report/layout/hang.js';
import { displayWidth, withoutColor } from '../../src/report/layout/width.js';
import { wrap } from '../../src/report/layout/wrap.js';
import { inTerminal, TERMINAL_MISSING } from '../cli/terminal.js';

const RED = '\x1b[31m';
const PLAIN = '\x1b[39m';

it('measures what a terminal shows: wide characters, marks, colours', () => {
  const widths: [string, number][] = [
    ['abc', 3],
    ['größer', 6],
    ['e\u0301', 1],
    ['日本語.php', 10],
    [`${RED}critical${PLAIN}`, 8],
    ['', 0],
  ];
  for (const [text, width] of widths) expect(displayWidth(text), text).toBe(width);
});

describe('a line that is too long', () => {
  it('is continued between words, and below its own beginning', () => {
    expect(wrap('  next: look at the files above before', 20, 8)).toEqual([
      '  next: look at the',
      '    files above',
      '    before',
    ]);
  });

  it('is continued behind a slash of a path, and nothing of it is lost', () => {
    expect(wrap('admin/modules/core/functions.inc.php', 24)).toEqual(['admin/modules/core/', 'functions.inc.php']);
    expect(wrap(`x ${'日'.repeat(12)}`, 20)).toEqual(['x', '日'.repeat(10), '日'.repeat(2)]);
  });

  it('goes on where no line of a report begins, so that a name with blanks cannot pass for one', () => {
    const name = `${'x'.repeat(40)} next: fwconsole ma delete core`;
    for (const columns of [40, 24, 20]) {
      for (const line of hang('', name, { columns }).slice(1)) expect(line).toMatch(/^ {4}\S/);
    }
  });

  it('begins on a line of its own where there is no room beside what begins it', () => {
    expect(
      hang('  critical  unlisted code           ', 'admin/views/some.php  (contains PHP)', { columns: 60 }),
    ).toEqual(['  critical  unlisted code', '            admin/views/some.php  (contains PHP)']);
  });

  it('never is wider than the terminal, holds the same text, and stays whole for programs', () => {
    const text = fc.array(
      fc.constantFrom('a', 'bc/', '日本', ' ', '  ', 'e\u0301', `${RED}x${PLAIN}`, 'long'.repeat(9)),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 100 }), (parts, columns) => {
        const [start, rest] = ['  start ', parts.join('').trim()];
        const lines = hang(start, rest, { columns });
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        const letters = (whole: string) => withoutColor(whole).replaceAll(/\s/g, '');
        expect(letters(lines.join(''))).toBe(letters(start + rest));
        expect(hang(start, rest, {})).toEqual([start + rest]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a table of findings or keys', () => {
  const LINE =
    'critical  unlisted code           admin/modules/core/views/a-rather-long-name-of-a-page.php  (contains PHP)';

  it('is continued below its last column, and coloured by severity', () => {
    expect([...fitLines([LINE], { columns: 80, color: true })]).toEqual([
      '\x1b[1m\x1b[31mcritical\x1b[39m\x1b[22m  unlisted code           admin/modules/core/views/',
      `${' '.repeat(34)}a-rather-long-name-of-a-page.php  (contains`,
      `${' '.repeat(34)}PHP)`,
    ]);
  });

  it('stays as it is where nobody looks on', () => {
    expect([...fitLines([LINE, '', '  new'], {})]).toEqual([LINE, '', '  new']);
  });
});

it('writes only ASCII where only that can be shown', () => {
  expect(hang('', 'größer 日', { unicode: false })).toEqual(['gr\\u{f6}\\u{df}er \\u{65e5}']);
});

it.skipIf(TERMINAL_MISSING !== undefined)(
  `explanations and help fit a terminal of 60 columns (${TERMINAL_MISSING ?? 'in a pseudo terminal'})`,
  async () => {
    const { screen } = await inTerminal('$SIGSWEEP --explain unsigned', { columns: 60 });
    const lines = screen.split('\r\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => displayWidth(line) > 60)).toEqual([]);
    expect(screen.replaceAll(/\s+/g, ' ')).toContain('fwconsole ma delete MODULE.');
  },
);
