import { type BytePath, fromText } from '../files/bytepath.js';

/** Longest glob, in bytes. */
const MAX_GLOB_BYTES = 1024;

/** Any number of folders. */
const FOLDERS = '**';

/** What other programs read as more than itself: nobody shall believe that it means the same here. */
const RESERVED = /[?[\]{}\\]/;

/** Fewest bytes of a name, besides dots, that a glob must tell where it tells no whole name. */
const TELLING_BYTES = 2;

/**
 * A pattern of paths: `*` stands for any part of a name, `**` for any number of folders. A name that begins with a dot
 * is only matched where the pattern has that dot too. Everything else means itself, byte for byte.
 *
 * The names that it is asked about are an intruder's choice. A regular expression tries ways without end on some of
 * them; this looks at each byte of a path a bounded number of times.
 */
export class Glob {
  /** What every matching path begins with: most others are told by this alone. */
  private readonly beginning: string;
  private readonly first: readonly Name[];
  /** What stands behind the `**`; `null` where there is none. */
  private readonly last: readonly Name[] | null;

  constructor(private readonly text: BytePath) {
    const [beginning = ''] = text.split('*', 1);
    this.beginning = beginning;
    const names = text.split('/');
    // What lies below a folder is not the folder itself.
    if (names.at(-1) === FOLDERS) names.push('*');
    const folders = names.indexOf(FOLDERS);
    const parts = names.map((name) => name.split('*'));
    this.first = folders < 0 ? parts : parts.slice(0, folders);
    this.last = folders < 0 ? null : parts.slice(folders + 1);
  }

  matches(path: BytePath): boolean {
    if (!path.startsWith(this.beginning)) return false;
    const { first, last } = this;
    const names = path.split('/');
    if (last === null) return names.length === first.length && areMatched(first, names);
    const between = names.length - last.length;
    if (between < first.length || !areMatched(last, names.slice(between))) return false;
    return areMatched(first, names) && names.slice(first.length, between).every((name) => !name.startsWith('.'));
  }

  toString(): BytePath {
    return this.text;
  }
}

/** The parts of a name between its stars. */
type Name = readonly string[];

function areMatched(patterns: readonly Name[], names: readonly string[]): boolean {
  return patterns.every((pattern, index) => matchesName(pattern, names[index] ?? ''));
}

function matchesName(pattern: Name, name: string): boolean {
  const [head = ''] = pattern;
  const tail = pattern.at(-1) ?? '';
  if (pattern.length === 1) return name === head;
  if (name.startsWith('.') && !head.startsWith('.')) return false;
  if (!name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of pattern.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
}

/** What is wrong with the form of a glob, in words; `null` where it can be used. */
export function problemOfGlob(text: string): string | null {
  const bytes = fromText(text);
  const names = bytes.split('/');
  if (!bytes.includes('*')) return 'has no * in it: give it as path';
  if (bytes.length > MAX_GLOB_BYTES) return `is longer than ${MAX_GLOB_BYTES} bytes`;
  if (RESERVED.test(bytes)) return 'knows * and ** only: ? [ ] { } and \\ have no meaning here';
  if (names.some((name) => name.includes(FOLDERS) && name !== FOLDERS)) return 'takes ** only as a whole component';
  return names.filter((name) => name === FOLDERS).length > 1 ? 'takes ** only once' : null;
}

/** What is wrong with how much a glob matches: it tells neither a folder nor a part of a name. `null` where it does. */
export function problemOfWidth(text: string): string | null {
  const tells = fromText(text).split('/').some(isTelling);
  return tells ? null : 'matches nearly everything: name a folder, or two characters of a name';
}

function isTelling(name: string): boolean {
  const literal = name.replaceAll('*', '').replaceAll('.', '');
  return literal.length >= (name.includes('*') ? TELLING_BYTES : 1);
}
