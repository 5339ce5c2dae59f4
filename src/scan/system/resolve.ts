import { lstatSync, readlinkSync, statfsSync } from 'node:fs';
import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1, toFsPath } from '../../files/bytepath.js';

/** As many links as Linux follows in one path (MAXSYMLINKS). */
const MAX_LINKS = 40;

/** Most components of one path, those of the links on its way included. Genuine paths have a dozen. */
const MAX_COMPONENTS = 1000;

/**
 * How much one resolver looks up and remembers, in bytes of paths and targets: some 200,000 ordinary entries. Deep ones
 * take longer, and count for more.
 */
const MAX_REMEMBERED_BYTES = 64 * 1024 * 1024;

/** What an entry takes besides, roughly, in bytes. */
const ENTRY_BYTES = 256;

/** `f_type` of a procfs. */
const PROC_SUPER_MAGIC = 0x9fa0;

/** Nothing can lie below this: a path there is one that cannot be opened, whatever the scanned system holds. */
const NOWHERE = '/dev/null';

/** A place that a path may pass through: no link. */
interface Place {
  /** `null` for the root. */
  readonly parent: Place | null;
  readonly name: string;
  /** What was looked up in it; `null` where it is no folder or not there, so that there is nothing to look up. */
  readonly entries: Map<string, Place | Link> | null;
}

interface Link {
  readonly target: string;
}

/**
 * Resolves paths as a process inside `root` would see them, links included: an absolute link in a copied or mounted
 * system points into that system, never into the one that scans it. Remembers what it saw, so that a thousand links
 * through the same folders cost little more than one: make one for each scan.
 */
export class LinkResolver {
  readonly #top: Place = { parent: null, name: '', entries: new Map() };
  #remembered = 0;

  /** @param root absolute path of the other system's `/`, without a trailing slash; '' for this system. */
  constructor(private readonly root: BytePath) {}

  /**
   * @param path absolute, inside the root.
   * @returns the absolute path here, in which components that do not exist are kept as they are; `null` where nobody can
   * say: what cannot be looked up, more links or components than a path may have, and whatever passes through `/proc`,
   * where each process finds another thing.
   */
  resolve(path: BytePath): BytePath | null {
    const pending = componentsOf(path);
    let walked = pending.length;
    let links = 0;
    let here = this.#top;
    while (pending.length > 0) {
      if (walked > MAX_COMPONENTS || links > MAX_LINKS) return null;
      const name = pending.pop() ?? '';
      const next = this.#step(here, name);
      if (next === null) return null;
      if (!('target' in next)) {
        here = next;
        continue;
      }
      links += 1;
      if (next.target.startsWith('/')) here = this.#top;
      const components = componentsOf(next.target);
      walked += components.length;
      pending.push(...components);
    }
    return this.#pathOf(here);
  }

  #step(from: Place, name: string): Place | Link | null {
    if (name === '' || name === '.') return from;
    if (name === '..') return from.parent ?? from;
    if (isOfTheProcess(from, name)) return null;
    if (from.entries === null) return { parent: from, name, entries: null };
    const known = from.entries.get(name);
    if (known !== undefined) return known;
    if (this.#remembered > MAX_REMEMBERED_BYTES) return null;
    const folder = this.#pathOf(from);
    const entry = lookUp(from, folder, name);
    this.#remembered += ENTRY_BYTES + folder.length + name.length;
    if (entry === null) return null;
    if ('target' in entry) this.#remembered += entry.target.length;
    from.entries.set(name, entry);
    return entry;
  }

  #pathOf(place: Place): BytePath {
    const names: string[] = [];
    for (let at = place; at.parent !== null; at = at.parent) names.push(at.name);
    return fromLatin1(`${this.root}/${names.reverse().join('/')}`);
  }
}

/**
 * Resolves one path, as {@link LinkResolver} does: only for folders that an administrator configured; nothing below
 * them is ever followed.
 *
 * @returns where nobody can say: in this system the path as it is, because the kernel leads whoever opens it to the
 * right place; in another root a path that cannot be opened, because the kernel could lead out of that root.
 */
export function resolveInside(root: BytePath, path: BytePath): BytePath {
  return new LinkResolver(root).resolve(path) ?? (root === '' ? path : nowhere(path));
}

/** A path that cannot be opened and still tells which one was meant. */
export function nowhere(path: BytePath): BytePath {
  return fromLatin1(`${NOWHERE}${path.startsWith('/') ? '' : '/'}${path}`);
}

function lookUp(parent: Place, folder: BytePath, name: string): Place | Link | null {
  const path = toFsPath(`${folder}/${name}`);
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isSymbolicLink()) return { parent, name, entries: stat?.isDirectory() ? new Map() : null };
    // A procfs may be mounted in other places than /proc.
    return statfsSync(toFsPath(folder)).type === PROC_SUPER_MAGIC ? null : { target: readlinkSync(path, 'latin1') };
  } catch {
    return null;
  }
}

/** The last one first, no more than can matter. */
function componentsOf(path: string): string[] {
  return path.split('/', MAX_COMPONENTS + 1).reverse();
}

/** Whether each process finds its own things there. Known by name, because a copied system's `/proc` is empty. */
function isOfTheProcess({ parent, name: folder }: Place, name: string): boolean {
  if (parent === null) return name === 'proc';
  return parent.parent === null && folder === 'dev' && /^(fd|std(in|out|err))$/.test(name);
}
