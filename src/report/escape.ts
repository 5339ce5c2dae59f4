/**
 * Names come from whoever wrote the tree. Shown raw they could rewrite the terminal, reverse the reading direction, or
 * pass for another line of the report.
 */

/**
 * Controls, format characters (direction marks, joiners, tags), separators of lines, what has no meaning, and what has
 * no shape of its own (fillers, variation selectors): with those, two names could look the same.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

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
  return escapeControls(escapeInvalid(bytes.replaceAll('\\', '\\\\')));
}

/** Decodes UTF-8 and writes each byte that is not part of it as `\xHH`. */
export function escapeInvalid(bytes: string): string {
  const whole = decodeUtf8(bytes);
  if (whole !== null) return whole;
  // Node replaces each invalid byte sequence by U+FFFD, which may stand there as itself too: go character by character.
  let text = '';
  for (let index = 0; index < bytes.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => index + size <= bytes.length && isOneCharacter(bytes.slice(index, index + size)),
    );
    text +=
      length === undefined ? `\\x${hex(bytes.charCodeAt(index), 2)}` : decodeUtf8(bytes.slice(index, index + length));
    index += length ?? 1;
  }
  return text;
}

/** Replaces what must not reach a terminal, in text that is Unicode already. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return '\\t';
    return `\\u{${hex(character.codePointAt(0) ?? 0, 2)}}`;
  });
}

/** JSON in which every character that {@link escapeForTerminal} would escape is a `\uXXXX` escape: the same data. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(UNSAFE, (character) => {
    if (character === '\n') return character; // Only the indentation holds raw line ends.
    return Array.from({ length: character.length }, (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`).join('');
  });
}

function isOneCharacter(bytes: string): boolean {
  const decoded = decodeUtf8(bytes);
  return decoded !== null && [...decoded].length === 1;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
