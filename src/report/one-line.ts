import { escapeControls } from './escape.js';

/**
 * Text as part of one line: controls and direction marks escaped, whoever made it, and the middle left out where it is
 * longer than `most` characters.
 */
export function oneLine(text: string, most: number): string {
  const line = escapeControls(text);
  if (line.length <= most) return line;
  const half = Math.floor((most - 1) / 2);
  // Half a character may be left at a cut.
  return escapeControls(`${line.slice(0, half)}…${line.slice(-half)}`);
}
