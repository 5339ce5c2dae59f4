/**
 * Names come from whoever wrote the tree. Shown raw they could rewrite the terminal, reverse the reading direction, or
 * pass for another line of the report.
 */

/**
 * Controls, format characters (direction marks, joiners, tags), separators of lines, what has no meaning, and what has
 * no shape of its own (fillers, variation selectors): with those, two names could look the same.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** What nearly all names are, and what there is nothing to escape in: ASCII without controls and backslashes. */
const PLAIN = /^[ -[\]-~]*$/;

/** ASCII without controls: nothing that JSON would have to escape once more. */
const PRINTABLE = /^[ -~]*$/;

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of a byte path, or `null` when its bytes are not UTF-8. */
export function decodeUtf8(path: string): string | null {
  try {
    return STRICT_UTF8.decode(Buffer.from(path, 'latin1'));
  } catch {
    return null;
  }
}

/**
 * Bytes that stand in a name or a note as text for people: UTF-8 where it is, `\xHH` for bytes that are not, and `\u{…}`
 * for characters that must not reach a terminal. A backslash is doubled, so that an escape cannot be imitated.
 */
export function escapeForTerminal(bytes: string): string {
  if (PLAIN.test(bytes)) return bytes;
  return escapeControls(escapeInvalid(bytes.replaceAll('\\', '\\\\')));
}

/** Well-formed UTF-8 (Unicode 16, table 3-7) in a string of bytes: a run of ASCII, or one longer character. */
const WELL_FORMED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ranges are those of the encoding.
  /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])/g;

/** Decodes UTF-8 and writes each byte that is not part of it as `\xHH`. */
export function escapeInvalid(bytes: string): string {
  return (
    decodeUtf8(bytes) ??
    bytes.replace(WELL_FORMED, (character, invalid: string | undefined) =>
      invalid === undefined ? Buffer.from(character, 'latin1').toString() : `\\x${hex(invalid.charCodeAt(0), 2)}`,
    )
  );
}

/** Replaces what must not reach a terminal, in text that is Unicode already. */
export function escapeControls(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${hex(character.codePointAt(0) ?? 0, 2)}}`;
  });
}

/** JSON in which every character that {@link escapeForTerminal} would escape is a `\uXXXX` escape: the same data. */
export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (PRINTABLE.test(json)) return json;
  return json.replace(UNSAFE, (character) =>
    Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join(''),
  );
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
