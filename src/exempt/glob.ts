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
  private readonly components: readonly Component[];
  /** What every matching path begins with: most others are told by this alone. */
  private readonly beginning: string;

  constructor(private readonly text: BytePath) {
    const names = text.split('/');
    // What lies below a folder is not the folder itself.
    if (names.at(-1) === FOLDERS) names.push('*');
    this.components = names.map((name) => (name === FOLDERS ? FOLDERS : name.split('*')));
    const [beginning = ''] = text.split('*', 1);
    this.beginning = beginning;
  }

  matches(path: BytePath): boolean {
    if (!path.startsWith(this.beginning)) return false;
    let open = this.withNoFolders(new Set([0]));
    for (const name of path.split('/')) {
      const next = new Set<number>();
      for (const at of open) {
        const component = this.components[at];
        if (component === FOLDERS) {
          if (!name.startsWith('.')) next.add(at);
        } else if (component !== undefined && matchesName(component, name)) {
          next.add(at + 1);
        }
      }
      open = this.withNoFolders(next);
    }
    return open.has(this.components.length);
  }

  toString(): BytePath {
    return this.text;
  }

  /** `**` may stand for no folder at all: what follows it is open too. */
  private withNoFolders(open: Set<number>): Set<number> {
    // A set hands out what is added to it meanwhile.
    for (const at of open) if (this.components[at] === FOLDERS) open.add(at + 1);
    return open;
  }
}

/** `**`, or the parts of a name between its stars. */
type Component = typeof FOLDERS | readonly string[];

function matchesName([head = '', ...parts]: readonly string[], name: string): boolean {
  const tail = parts.pop();
  if (tail === undefined) return name === head;
  if (name.startsWith('.') && !head.startsWith('.')) return false;
  if (!name.startsWith(head) || !name.endsWith(tail)) return false;
  let at = head.length;
  for (const part of parts) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - tail.length;
}

/** What is wrong with a glob of the exemptions file, in words; `null` where it can be used. */
export function problemOfGlob(text: string): string | null {
  const bytes = fromText(text);
  const names = bytes.split('/');
  if (!bytes.includes('*')) return 'has no * in it: give it as path';
  if (bytes.length > MAX_GLOB_BYTES) return `is longer than ${MAX_GLOB_BYTES} bytes`;
  if (RESERVED.test(bytes)) return 'knows * and ** only: ? [ ] { } and \\ have no meaning here';
  if (names.some((name) => name.includes(FOLDERS) && name !== FOLDERS)) return 'takes ** only as a whole component';
  return names.some(isTelling) ? null : 'matches nearly everything: name a folder, or two characters of a name';
}

function isTelling(name: string): boolean {
  const literal = name.replaceAll('*', '').replaceAll('.', '');
  return literal.length >= (name.includes('*') ? TELLING_BYTES : 1);
}
