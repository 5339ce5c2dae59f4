import fc from 'fast-check';

/** Strings with what escapes, quotes, direction marks and ends of lines are made of. */
export const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\r\n', '\n.\n', '\u001b[2J', '\u202e', '\u2028', '\0', '"', ']', '\\', '<!channel>', '@here'),
      fc.constantFrom(
        '```',
        '=?utf-8?q?=0aBcc:_x?=',
        'Bcc: x@example.org',
        ',',
        ';',
        ' ',
        '-',
        '&lt;',
        '\u00e9',
        '\u6f22',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
