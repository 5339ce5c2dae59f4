import { displayWidth, widthOf } from './width.js';

/** Continued lines have room for so many columns at least, however far they ought to be indented. */
const LEAST_ROOM = 16;

/** A colour, which takes no room, or one character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour.
const PIECE = /\x1b\[[\d;]*m|[\s\S]/gu;

/**
 * A text as lines of so many columns at most. Lines end between words; a longer word, as a path is, behind a slash or
 * else anywhere. Nothing but blanks is left out.
 * @param columns `undefined` for one line, however long
 * @param indent of all lines but the first, in columns
 */
export function wrap(text: string, columns: number | undefined, indent = 0): string[] {
  if (columns === undefined || displayWidth(text) <= columns) return [text];
  const hanging = ' '.repeat(Math.max(0, Math.min(indent, columns - LEAST_ROOM)));
  const lines: string[] = [];
  let current = '';
  let room = columns;
  const endLine = () => {
    lines.push(current.trimEnd());
    current = hanging;
    room = columns - hanging.length;
  };
  for (const [, blanks = '', word = ''] of text.matchAll(/(\s*)(\S*)/g)) {
    if (word === '') continue;
    const isFirst = room === columns && current === '';
    if (!isFirst && displayWidth(blanks + word) > room && displayWidth(word) <= columns - hanging.length) {
      endLine();
    } else {
      current += blanks;
      room -= blanks.length;
    }
    for (const part of partsOf(word, columns - hanging.length, room)) {
      if (displayWidth(part) > room) endLine();
      current += part;
      room -= displayWidth(part);
    }
  }
  lines.push(current);
  return lines;
}

/** A word as pieces that each fit a line: whole, else up to each slash, else in as few as can be. */
function partsOf(word: string, columns: number, room: number): string[] {
  if (displayWidth(word) <= room) return [word];
  return word.split(/(?<=\/)/).flatMap((part) => cut(part, columns));
}

function cut(text: string, columns: number): string[] {
  if (displayWidth(text) <= columns) return [text];
  const parts: string[] = [];
  let part = '';
  let width = 0;
  for (const [piece] of text.matchAll(PIECE)) {
    const wide = piece.length > 2 ? 0 : widthOf(piece);
    if (width + wide > columns) {
      parts.push(part);
      part = '';
      width = 0;
    }
    part += piece;
    width += wide;
  }
  return [...parts, part];
}
