import { displayWidth } from './width.js';
import { wrap } from './wrap.js';

/** How lines are made for whoever reads them. */
export interface LayoutOptions {
  /** Columns of the terminal. Not given: lines are as long as they are, for programs and files. */
  readonly columns?: number | undefined;
  /** `false` where only ASCII can be shown: other characters are written as `\u{…}`. @default true */
  readonly unicode?: boolean | undefined;
}

/** Beside what begins a line there has to be so much room, or the rest begins on a line of its own. */
const LEAST_BESIDE = 36;

/** Where a line that begins at the edge goes on: no other line begins there, so that no name can pass for one. */
const CONTINUED = 4;

/** Where the rest stands when it does. */
const BELOW = 12;

/**
 * A line made of what begins it and the rest, which is continued below its own beginning where the terminal is not wide
 * enough. Nothing is left out.
 */
export function hang(start: string, rest: string, { columns, unicode = true }: LayoutOptions): string[] {
  const [first, body] = unicode ? [start, rest] : [asciiOnly(start), asciiOnly(rest)];
  const indent = displayWidth(first);
  if (columns === undefined || indent + displayWidth(body) <= columns) return [first + body];
  if (indent === 0) return wrap(body, columns, CONTINUED);
  if (columns - indent >= LEAST_BESIDE || indent <= BELOW) return wrap(first + body, columns, indent);
  return [...wrap(first.trimEnd(), columns, 2), ...wrap(' '.repeat(BELOW) + body, columns, BELOW)];
}

/** Other characters as reports write those that must not reach a terminal. */
export function asciiOnly(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
  return text.replace(/[^\x00-\x7f]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
