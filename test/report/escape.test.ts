import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, escapeControls, escapeForTerminal, escapeInvalid, safeJson } from '../../src/report/escape.js';

/** What may never reach a terminal or stand in a line of a report, given apart from the implementation's own list. */
const DANGEROUS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff]|\u034f|[\ufe00-\ufe0f]|[\u{e0000}-\u{e0fff}]/u;

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

const anyBytes = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
/** Text with the awkward characters far more often than chance would have it. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\u001b[2J', '\u202e', '\u2028', '\ufeff', '\\', '\\x1b', '\n', '\u009b', '\ufffd', '\u{e0001}'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

describe('names for a terminal', () => {
  it.each([
    ['plain text', 'admin/page.cdr.php', 'admin/page.cdr.php'],
    ['UTF-8', utf8('módulo/日本語/😀.php'), 'módulo/日本語/😀.php'],
    ['a space and punctuation', 'a b\'c"d$e', 'a b\'c"d$e'],
    ['a line end', 'a\nb', 'a\\nb'],
    ['a tab', 'a\tb', 'a\\tb'],
    ['a carriage return', 'a\rb', 'a\\u{0d}b'],
    ['NUL', 'a\0b', 'a\\u{00}b'],
    ['an escape sequence', 'a\u001b[31mb', 'a\\u{1b}[31mb'],
    ['an operating system command', 'a\u001b]0;title\u0007b', 'a\\u{1b}]0;title\\u{07}b'],
    ['DEL', 'a\u007fb', 'a\\u{7f}b'],
    ['a C1 control in UTF-8', utf8('a\u009b31mb'), 'a\\u{9b}31mb'],
    ['a C1 control as a raw byte', 'a\u009b31mb', 'a\\x9b31mb'],
    ['reversed direction', utf8('exe\u202egnp.php'), 'exe\\u{202e}gnp.php'],
    ['isolated direction', utf8('a\u2066b\u2069'), 'a\\u{2066}b\\u{2069}'],
    ['a line separator', utf8('a\u2028b\u2029c'), 'a\\u{2028}b\\u{2029}c'],
    ['a byte order mark', utf8('\ufeffa'), '\\u{feff}a'],
    ['a zero-width space', utf8('a\u200bb'), 'a\\u{200b}b'],
    ['a variation selector', utf8('a\ufe0fb'), 'a\\u{fe0f}b'],
    ['a filler without a shape', utf8('a\u3164b'), 'a\\u{3164}b'],
    ['a tag character', utf8('a\u{e0041}b'), 'a\\u{e0041}b'],
    ['a backslash', 'a\\b', 'a\\\\b'],
    ['an imitated escape', 'a\\x1b[31m\\u{202e}\\n', 'a\\\\x1b[31m\\\\u{202e}\\\\n'],
  ])('%s', (_what, given, expected) => {
    expect(escapeForTerminal(given)).toBe(expected);
  });

  it.each([
    ['a lone continuation byte', '\u0080'],
    ['a byte that begins nothing', '\u00ff'],
    ['a character that is cut off', '\u00e2\u0082'],
    ['an overlong slash', '\u00c0\u00af'],
    ['an overlong NUL', '\u00e0\u0080\u0080'],
    ['a surrogate', '\u00ed\u00a0\u0080'],
    ['a pair of surrogates', '\u00ed\u00a0\u00bd\u00ed\u00b8\u0080'],
    ['a code point past the last', '\u00f4\u0090\u0080\u0080'],
    ['a sequence of five bytes', '\u00f8\u0088\u0080\u0080\u0080'],
  ])('%s is shown byte by byte, wherever it stands', (_what, invalid) => {
    const shown = [...invalid].map((byte) => `\\x${byte.charCodeAt(0).toString(16)}`).join('');
    expect(escapeForTerminal(invalid)).toBe(shown);
    expect(escapeForTerminal(`${invalid}é.php`)).toBe(`${shown}\\xe9.php`);
    expect(escapeForTerminal(`${utf8('日')}${invalid}${utf8('日')}`)).toBe(`日${shown}日`);
    expect(escapeForTerminal(`a${invalid}`)).toBe(`a${shown}`);
  });

  it('tells a replacement character in a name from bytes that are no text', () => {
    expect(escapeForTerminal(`${utf8('\ufffd')}\u00ff${utf8('\ufffd')}`)).toBe('\ufffd\\xff\ufffd');
  });

  it('lets nothing dangerous through, whatever the bytes', () => {
    fc.assert(fc.property(anyBytes, (given) => void expect(escapeForTerminal(given)).not.toMatch(DANGEROUS)));
    fc.assert(fc.property(anyText, (given) => void expect(escapeForTerminal(utf8(given))).not.toMatch(DANGEROUS)));
    fc.assert(fc.property(anyText, (given) => void expect(escapeControls(given)).not.toMatch(DANGEROUS)));
  });

  it('shows no two names alike', () => {
    const original = (shown: string) =>
      Buffer.concat(
        [...shown.matchAll(/\\\\|\\n|\\t|\\x([0-9a-f]{2})|\\u\{([0-9a-f]+)\}|[^\\]/gu)].map(([all, byte, code]) => {
          if (byte !== undefined) return Buffer.from([Number.parseInt(byte, 16)]);
          if (code !== undefined) return Buffer.from(String.fromCodePoint(Number.parseInt(code, 16)));
          return Buffer.from({ '\\\\': '\\', '\\n': '\n', '\\t': '\t' }[all] ?? all);
        }),
      ).toString('latin1');
    const roundTrip = (given: string) => void expect(original(escapeForTerminal(given))).toBe(given);
    fc.assert(fc.property(anyBytes, roundTrip));
    fc.assert(fc.property(anyText.map(utf8), roundTrip));
  });
});

describe('UTF-8', () => {
  it('is decoded whole or not at all', () => {
    expect(decodeUtf8(utf8('\ufeffé'))).toBe('\ufeffé');
    expect(decodeUtf8('\u00e9')).toBeNull();
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void expect(decodeUtf8(utf8(text))).toBe(text)));
  });

  it('is kept as it is where only bytes that are no text are escaped', () => {
    expect(escapeInvalid(`${utf8('日\u202e\\')}\u00ff`)).toBe('日\u202e\\\\xff');
  });
});

describe('safe JSON', () => {
  it.each([
    ['reversed direction', 'a\u202eb', '"a\\u202eb"'],
    ['a line separator', 'a\u2028b', '"a\\u2028b"'],
    ['C1', 'a\u009bb', '"a\\u009bb"'],
    ['DEL', 'a\u007fb', '"a\\u007fb"'],
    ['a tag character', '\u{e0041}', '"\\udb40\\udc41"'],
    ['a lone surrogate', '\ud800', '"\\ud800"'],
    ['a line end', 'a\nb', '"a\\nb"'],
  ])('%s', (_what, given, expected) => {
    expect(safeJson(given)).toBe(expected);
    expect(JSON.parse(safeJson({ [given]: [given] }))).toEqual({ [given]: [given] });
  });

  it('is the same data, with nothing raw in it that is dangerous', () => {
    const values = fc.dictionary(anyText, fc.array(fc.oneof(anyText, fc.double({ noNaN: true }), fc.boolean())));
    fc.assert(
      fc.property(values, (value) => {
        const json = safeJson(value);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(json).not.toMatch(DANGEROUS);
      }),
    );
  });
});
