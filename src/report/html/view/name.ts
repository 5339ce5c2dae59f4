import { h, type Markup } from '../markup.js';
import { clipped } from '../model/words.js';

/** Longest name that a line shows whole, in characters. */
const MOST_SHOWN = 180;

/** A name or a path that somebody else chose: its own direction, and broken wherever a line ends. */
export function nameOf(text: string, most = MOST_SHOWN): Markup {
  return h('bdi', { class: 'name', translate: 'no' }, clipped(text, most));
}

/** What somebody else worded, or worded with names in it: of its own direction too, but not set as a name. */
export function proseOf(text: string, most = MOST_SHOWN): Markup {
  return h('bdi', { class: 'prose' }, clipped(text, most));
}

/** The same, whole. */
export function wholeName(text: string): Markup {
  return nameOf(text, Number.POSITIVE_INFINITY);
}

/** A time, as sentences have it. */
const TIME = /(\d{4}-\d\d-\d\d(?: \d\d:\d\d)?(?: UTC)?)/;

/** A sentence whose times are never broken at the end of a line. */
export function withTimes(sentence: string): (Markup | string)[] {
  return sentence.split(TIME).map((part, index) => (index % 2 === 1 ? h('span', { class: 'time' }, part) : part));
}

/** What of an advice is to be typed: from the program's name to the end of its part of the sentence. */
const COMMAND = /(fwconsole ma \w+ (?:'(?:[^']|'\\'')*'|[\w.-]+)|sigsweep \w+ [A-Z]+|--\w+ FILE)/;

/** Advice, with its commands set as such. */
export function adviceMarkup(advice: string): (Markup | string)[] {
  return advice.split(COMMAND).map((part, index) => (index % 2 === 1 ? h('code', { translate: 'no' }, part) : part));
}
