import { eastAsianWidth } from 'get-east-asian-width';

/** Sequences that colour text: they take no room. No other reaches a report, names are escaped before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what begins them.
const COLOR = /\x1b\[[\d;]*m/g;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const COMBINING = /^[\p{Mn}\p{Me}]$/u;

/** How many columns of a terminal a text takes: two for a wide character, none for a mark on another one, or for a colour. */
export function displayWidth(text: string): number {
  const plain = withoutColor(text);
  if (PRINTABLE_ASCII.test(plain)) return plain.length;
  return [...plain].reduce((sum, character) => sum + widthOf(character), 0);
}

/** The columns that one character takes. */
export function widthOf(character: string): number {
  if (COMBINING.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0) ?? 0);
}

export function withoutColor(text: string): string {
  return text.replace(COLOR, '');
}
