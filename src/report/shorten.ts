import { groupDigits } from '../words.js';
import { escapeForTerminal } from './escape.js';

/** Longest name or note that is shown whole, in bytes: a path that can be opened in one go, and some words around it. */
const MAX_SHOWN_BYTES = 5000;

/** How much of a longer one is shown at its beginning, and as much at its end, in bytes. */
const KEPT_BYTES = 2000;

/**
 * Bytes for a person, as {@link escapeForTerminal} makes them; where they are longer than anybody reads, the middle is
 * left out, and the text says how much. What nests folders deep enough makes every path a megabyte long. The backslash
 * of the mark is a single one, so that no name can imitate it.
 */
export function shortForTerminal(bytes: string): string {
  if (bytes.length <= MAX_SHOWN_BYTES) return escapeForTerminal(bytes);
  const start = characterAt(bytes, KEPT_BYTES);
  const end = characterAt(bytes, bytes.length - KEPT_BYTES);
  const mark = `\\(${groupDigits(end - start)} bytes left out)`;
  return escapeForTerminal(bytes.slice(0, start)) + mark + escapeForTerminal(bytes.slice(end));
}

/** Where the character begins that has a byte at `index`: a cut through it would show its bytes as no text. */
function characterAt(bytes: string, index: number): number {
  for (let start = index; start > index - 4; start--) {
    if ((bytes.charCodeAt(start) & 0xc0) !== 0x80) return start;
  }
  return index;
}
