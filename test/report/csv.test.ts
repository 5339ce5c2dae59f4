import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model.js';
import { CSV_COLUMNS, csvParts } from '../../src/report/csv.js';
import { csvCell } from '../../src/report/csv-cell.js';
import { escapeForTerminal } from '../../src/report/escape.js';
import { bytes, finding, listed, module, report } from './fixtures.js';

const EXEMPTION = { reason: '=own "page"', author: 'ana', expires: new Date('2027-01-31T00:00:00Z') };

function rows(what: Report): Record<string, string>[] {
  return parse([...csvParts(what)].join(''), { columns: true, record_delimiter: '\r\n' });
}

function parsedCell(text: string): string {
  const [row] = parse(`first,${csvCell(text)},last\r\n`, { record_delimiter: '\r\n' }) as string[][];
  expect(row).toHaveLength(3);
  return row?.[1] ?? '';
}

/** Takes back what the documents say of a cell. */
function nameOf(cell: string): string {
  return cell
    .replace(/^'/, '')
    .replace(
      /\\(?:(\\)|(n)|(t)|x([0-9a-f]{2})|u\{([0-9a-f]+)\})/g,
      (_, backslash, newline, tab, byte, code) =>
        (backslash && '\\') ||
        (newline && '\n') ||
        (tab && '\t') ||
        (byte && `\u{10ff00}${byte}`) ||
        String.fromCodePoint(Number.parseInt(code, 16)),
    );
}

function bytesOf(cell: string): string {
  return nameOf(cell)
    .split(/(\u{10ff00}[0-9a-f]{2})/u)
    .map((part) =>
      part.startsWith('\u{10ff00}')
        ? String.fromCharCode(Number.parseInt(part.slice(2), 16))
        : Buffer.from(part).toString('latin1'),
    )
    .join('');
}

describe('a table of the report', () => {
  it('has a head, a row for each bad verdict and each finding, the notes, and the scan last', () => {
    const altered = listed('a.php', 'altered', {
      expected: 'a'.repeat(64),
      actual: 'b'.repeat(64),
      size: 5,
      uid: 0,
      gid: 33,
      mode: 0o100640,
      mtimeMs: 0,
      ctimeMs: 1.5,
      firstSeen: new Date('2026-01-01T00:00:00Z'),
      note: 'line endings only',
    });
    const shown = rows(
      report({
        exitCode: 1,
        notes: ['one thing'],
        modules: [module('a', 'good'), module('cdr', 'tampered', { findings: [altered] }), module('core', 'unsigned')],
        outside: [finding('x.php', { exemption: EXEMPTION })],
      }),
    );
    expect(shown.map(({ severity, kind, module, verdict }) => [severity, kind, module, verdict])).toEqual([
      ['', 'verdict', 'cdr', 'tampered'],
      ['critical', 'verdict', 'core', 'unsigned'],
      ['critical', 'altered', 'cdr', 'tampered'],
      ['critical', 'unlisted', '', ''],
      ['', 'note', '', ''],
      ['', 'scan', '', 'complete'],
    ]);
    expect(Object.keys(shown[0] ?? {})).toEqual(CSV_COLUMNS);
    expect(shown[2]).toEqual({
      severity: 'critical',
      kind: 'altered',
      class: '',
      module: 'cdr',
      path: 'a.php',
      file: '/w/admin/modules/cdr/a.php',
      verdict: 'tampered',
      expected: 'a'.repeat(64),
      actual: 'b'.repeat(64),
      size: '5',
      uid: '0',
      gid: '33',
      mode: '0640',
      mtime: '1970-01-01T00:00:00.000Z',
      ctime: '1970-01-01T00:00:00.001Z',
      first_seen: '2026-01-01T00:00:00.000Z',
      exempted: 'no',
      exemption_reason: '',
      exemption_author: '',
      exemption_expires: '',
      note: 'line endings only',
    });
    expect(shown[3]).toMatchObject({
      class: 'code',
      exempted: 'yes',
      exemption_reason: `'=own "page"`,
      exemption_author: 'ana',
      exemption_expires: '2027-01-31T00:00:00.000Z',
    });
    expect(shown[4]?.note).toBe('one thing');
    expect(shown[5]).toMatchObject({ file: '/var/www/html', note: 'NOT clean.' });
  });

  it('counts each severity as the summary does', () => {
    const what = report({
      modules: [module('a', 'unsigned'), module('b', 'tampered', { findings: [finding('a'), finding('b')] })],
      outside: [finding('c', { severity: 'low' })],
    });
    for (const severity of ['critical', 'medium', 'low'] as const) {
      expect(rows(what).filter((row) => row.severity === severity)).toHaveLength(what.summary.findings[severity]);
    }
  });

  it('ends every line with CR LF, and has no other line end', () => {
    const hostile = bytes('a\r\nb,"c"\n');
    const text = [
      ...csvParts(report({ outside: [finding('', { path: hostile, file: hostile, note: hostile })] })),
    ].join('');
    expect(text.split('\r\n')).toHaveLength(4);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  });
});

describe('a cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(1)', "'@SUM(1)"],
    [' =1', "' =1"],
    ['\u00a0=1', "'\u00a0=1"],
    ['\u3000=1', "'\u3000=1"],
    ['\t=1', "'\t=1"],
    ['\r', "'\r"],
    ['\uff1d1', "'\uff1d1"],
    ['\uff0b1', "'\uff0b1"],
    ['\uff0d1', "'\uff0d1"],
    ['\uff201', "'\uff201"],
    ['\ufe661', "'\ufe661"],
    ['\u22121', "'\u22121"],
    ["'a", "''a"],
    ['a;=1', 'a\\u{3b}=1'],
    ['a; "=1', 'a\\u{3b} "=1'],
    ['a; b', 'a; b'],
    ['a=1', 'a=1'],
    ['', ''],
  ])('%j is %j to a spreadsheet', (text, shown) => {
    expect(parsedCell(text)).toBe(shown);
  });

  it('gives back every name, byte for byte', () => {
    const name = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('=+-@;,"\'\\\r\n\t x{}é＝'))), {
        maxLength: 40,
      })
      .map((codes) => bytes(Buffer.from(codes).toString('latin1')));
    fc.assert(
      fc.property(name, (path) => {
        const cell = parsedCell(escapeForTerminal(path));
        expect(cell.trimStart().normalize('NFKC')).not.toMatch(/^[=+\-@\u2212]/);
        expect(bytesOf(cell)).toBe(path);
      }),
      { numRuns: 500 },
    );
  });
});
