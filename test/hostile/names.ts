/** Case 81: names that are made to hurt whoever looks at them. */

/** Byte-exact, one character a byte. None holds `/` or NUL, the two bytes that a name cannot have. */
export const hostileNames: readonly string[] = [
  '\xff\xfe.php',
  '\xc3\x28.php',
  'line\nend.php',
  'fake\n  critical  altered  other.php',
  'carriage\rreturn.php',
  'tab\there.php',
  '\x1b[2J\x1b[H\x1b[31mred.php',
  '\x1b]0;title\x07.php',
  '\x1bP$q\x1b\\.php',
  '\x9b31m.php',
  '\x7f\x08\x08.php',
  utf8('\u009b31m.php'),
  utf8('exe\u202egnp.php'),
  utf8('\u2066isolate\u2069.php'),
  utf8('line\u2028paragraph\u2029.php'),
  utf8('\ufeffzero\u200bwidth.php'),
  utf8('tag\u{e0041}.php'),
  '<img src=x onerror=alert(1)>.php',
  '\'"><script>alert(1)<.php',
  "=cmd|' C'!A0.php",
  '@SUM(1).php',
  '+1,2;3.php',
  '-rf.php',
  '--output=x.php',
  '$(id)`id`;id.php',
  '%s%n%x.php',
  '{"a":"b"}.php',
  ' .php',
  '\\x1b[31m.php',
  '__proto__.php',
];

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** What no terminal and no reader may get raw: C0 but the line end, C1, what turns the direction, and what is invisible. */
export const RAW =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]|[\u{e0000}-\u{e0fff}]/u;
