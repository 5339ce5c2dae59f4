import { MAX_LONG_PATHS_BYTES, MAX_WALK_DEPTH } from '../limits.js';
import type { BytePath } from './bytepath.js';
import { type Failure, failureOf } from './failure.js';
import { type FolderChain, FolderError } from './folder-chain.js';
import { below, type Frontier, frontierAt, ORDINARY_PATH_BYTES, split, type Waiting, waitingOf } from './frontier.js';
import { type Entry, listFolder, TooManyEntries } from './list.js';

export type { EntryType } from './entry-type.js';
export { readlinkBelow, statBelow, statFields } from './stat.js';

/** Why a folder could not be listed. */
export interface FolderProblem {
  readonly outcome: Failure['outcome'];
  /** In words: `EACCES: permission denied`, `symbolic link` … */
  readonly detail: string;
}

/** One folder of a walk. */
export interface WalkedFolder {
  readonly folder: BytePath;
  /** Sorted by the bytes of their names; empty where there is a problem. */
  readonly entries: readonly Entry[];
  /** Set when the folder could not be listed: what lies below it is not verified. */
  readonly problem: FolderProblem | null;
  /** The folder lies on another device than the one above it or, where a walk begins, than the root. */
  readonly mount: boolean;
}

export interface WalkOptions {
  /** Leaves out a folder and everything below it; it still is an entry of its parent. */
  readonly skip?: (folder: BytePath) => boolean;
  /** Does not look into folders on another device than the root: such a one is yielded without entries. @default false */
  readonly oneFileSystem?: boolean;
  /** What of `MAX_LONG_PATHS_BYTES` is spent before this walk begins. @default 0 */
  readonly longPathsBytes?: number;
}

/** Every folder from `start` ('' for the root) down, see {@link Walk}. */
export function* walk(chain: FolderChain, start: BytePath, options: WalkOptions = {}): Generator<WalkedFolder> {
  const whole = new Walk(chain, frontierAt(start), options);
  for (let walked = whole.next(); walked !== undefined; walked = whole.next()) yield walked;
}

/**
 * Lists folders from a frontier down, each before those in it, neighbours in the order of their bytes. Follows no link,
 * goes round no circle (a folder may be mounted inside itself; one that is mounted elsewhere is walked there too), and
 * gives a folder it cannot list with its problem rather than leaving it out. Synchronous up to each folder, so that the
 * caller decides when to breathe, and when to leave the rest to somebody else; the caller may use the chain in between.
 */
export class Walk {
  /** Bytes of the paths listed so far in folders whose own path is extraordinarily long. */
  longPathsBytes: number;
  readonly #waiting: Waiting[];
  /** Device of the root. */
  #device = -1;
  /** Whether long paths took what they may. */
  #isFull = false;

  constructor(
    private readonly chain: FolderChain,
    frontier: Frontier,
    private readonly options: WalkOptions = {},
  ) {
    this.longPathsBytes = options.longPathsBytes ?? 0;
    this.#waiting = waitingOf(frontier);
  }

  /** The next folder; `undefined` when there is none left. */
  next(): WalkedFolder | undefined {
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      if (this.#isFull && isLong(next)) continue;
      const folder = pathOf(next);
      if (this.options.skip?.(folder)) continue;
      const walked = this.#lookInto(folder, next);
      const { entries } = walked;
      for (let index = entries.length - 1; index >= 0; index -= 1) {
        const entry = entries[index];
        if (entry?.type === 'folder') this.#waiting.push(below(next, entry.name));
      }
      return walked;
    }
    return undefined;
  }

  /** What is not walked yet, in up to so many parts of about the same number of folders. */
  remaining(parts: number): Frontier[] {
    return split(this.#waiting, parts);
  }

  #lookInto(folder: BytePath, waiting: Waiting): WalkedFolder {
    // Whatever is in it, a folder costs what its path has.
    if (isLong(waiting) && this.#takesTooMuch(folder.length)) return this.#full(folder);
    if (waiting.depth > MAX_WALK_DEPTH) return withProblem(folder, `more than ${MAX_WALK_DEPTH} folders deep`);
    try {
      if (this.#device === -1) this.#device = deviceOfRoot(this.chain);
      const begins = waiting.parent === null || waiting.parent.device === -1;
      if (begins) identifyAbove(this.chain, waiting);
      this.chain.enter(folder);
      const { device, inode, size } = this.chain.stat();
      const elsewhere = device !== this.#device;
      const mount = elsewhere && (begins || device !== waiting.parent?.device);
      waiting.device = device;
      waiting.inode = inode;
      if (isInsideItself(waiting)) return withProblem(folder, 'the folder lies inside itself', mount);
      if (elsewhere && this.options.oneFileSystem) return { folder, entries: [], problem: null, mount };
      const entries = listFolder(this.chain.here(), size);
      if (isLong(waiting) && this.#takesTooMuch(pathBytesOf(folder, entries))) return this.#full(folder);
      return { folder, entries, problem: null, mount };
    } catch (error) {
      return { folder, entries: [], problem: problemOf(error, folder), mount: false };
    }
  }

  /** Counts paths in a folder whose own is long; true where all of them together are more than may be. */
  #takesTooMuch(pathBytes: number): boolean {
    this.longPathsBytes += pathBytes;
    return this.longPathsBytes > MAX_LONG_PATHS_BYTES;
  }

  /** Told once: the paths of all the others would take as much memory as what they keep from being listed. */
  #full(folder: BytePath): WalkedFolder {
    this.#isFull = true;
    return withProblem(folder, 'too many long paths: neither it nor others as long were looked into');
  }
}

function isLong({ pathBytes }: Waiting): boolean {
  return pathBytes > ORDINARY_PATH_BYTES;
}

function pathOf({ parent, name, path }: Waiting): BytePath {
  if (path !== null) return path;
  const names: BytePath[] = [name];
  for (let at: Waiting | null = parent; at !== null; at = at.parent) if (at.name !== '') names.push(at.name);
  return names.reverse().join('/') as BytePath;
}

function isInsideItself({ parent, device, inode }: Waiting): boolean {
  for (let above = parent; above !== null; above = above.parent) {
    if (above.inode === inode && above.device === device) return true;
  }
  return false;
}

/** A walk that begins below the root has not entered what lies above it. What cannot be entered is told when it is. */
function identifyAbove(chain: FolderChain, { parent }: Waiting): void {
  for (let above = parent; above !== null && above.device === -1; above = above.parent) {
    chain.enter(pathOf(above));
    const { device, inode } = chain.stat();
    above.device = device;
    above.inode = inode;
  }
}

function deviceOfRoot(chain: FolderChain): number {
  chain.enter('' as BytePath);
  return chain.stat().device;
}

function withProblem(folder: BytePath, detail: string, mount = false): WalkedFolder {
  return { folder, entries: [], problem: { outcome: 'unreadable', detail }, mount };
}

function problemOf(error: unknown, folder: BytePath): FolderProblem {
  if (error instanceof FolderError) {
    const { outcome, detail, path } = error;
    return { outcome, detail: path === folder ? detail.replace(/^parent folder/, 'folder') : detail };
  }
  if (error instanceof TooManyEntries) return { outcome: 'unreadable', detail: error.message };
  const { outcome, detail } = failureOf(error);
  return { outcome, detail: outcome === 'missing' ? 'folder is missing' : detail };
}

function pathBytesOf(folder: BytePath, entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) {
    if (entry.type !== 'folder') bytes += folder.length + 1 + entry.name.length;
  }
  return bytes;
}
