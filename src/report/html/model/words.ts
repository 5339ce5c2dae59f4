import { isoTime } from '../../stat.js';

/** `rw-r--r--`, with `s` and `t` where they stand in `ls -l`. @param mode permission bits */
export function modeInWords(mode: number): string {
  const letters = [6, 3, 0].map((shift, who) => {
    const bits = (mode >> shift) & 7;
    const special = (mode >> (11 - who)) & 1;
    const mark = who === 2 ? 't' : 's';
    const x = (bits & 1) === 1 ? (special === 1 ? mark : 'x') : special === 1 ? mark.toUpperCase() : '-';
    return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${x}`;
  });
  return letters.join('');
}

/** `2026-11-22 02:31:09 UTC`. Times of files may lie outside of what a calendar has. @param seconds since the epoch */
export function secondInWords(seconds: number): string {
  const text = isoTime(seconds * 1000);
  return text === null ? 'no date that a calendar has' : `${text.slice(0, -5).replace('T', ' ')} UTC`;
}

/** `2026-11-22`, or `never` where the calendar ends. */
export function dayInWords(seconds: number): string {
  const text = isoTime(seconds * 1000);
  return text === null ? 'no date' : text.slice(0, text.indexOf('T'));
}

/** `2026-11-22 02:31`. */
export function minuteInWords(seconds: number): string {
  const text = isoTime(seconds * 1000);
  return text === null ? 'no date' : text.slice(0, -8).replace('T', ' ');
}

/** A text with its middle left out where it is longer than `most` characters; the ends tell most of a path. */
export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}
