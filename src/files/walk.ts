import { MAX_LONG_PATHS_BYTES, MAX_WALK_DEPTH } from '../limits.js';
import type { BytePath } from './bytepath.js';
import { type Failure, failureOf } from './failure.js';
import { type FolderChain, FolderError } from './folder-chain.js';
import { type Entry, listFolder, TooManyEntries } from './list.js';

export type { EntryType } from './entry-type.js';
export { readlinkBelow, statBelow } from './stat.js';

/** Folders whose path is no longer than this are always listed. Genuine paths have less than 256 bytes. */
const ORDINARY_PATH_BYTES = 512;

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
  /** The folder lies on another device than the root. */
  readonly mount: boolean;
}

export interface WalkOptions {
  /** Leaves out a folder and everything below it; it still is an entry of its parent. */
  readonly skip?: (folder: BytePath) => boolean;
  /** Does not look into folders on another device than the root: such a one is yielded without entries. @default false */
  readonly oneFileSystem?: boolean;
}

/** A folder still to be listed. Holds no path: those of one deep chain together take gigabytes. */
interface Waiting {
  readonly parent: Waiting | null;
  readonly name: BytePath;
  readonly depth: number;
  /** Device and inode, once the folder was entered. */
  identity?: string;
}

/** What one walk has seen so far. */
interface Progress {
  /** Device of the root. */
  device: bigint | undefined;
  longPathsBytes: number;
}

/**
 * Every folder from `start` ('' for the root) down, each before those in it, neighbours in the order of their bytes.
 * Follows no link, goes round no circle (a folder may be mounted inside itself; one that is mounted elsewhere is walked
 * there too), and yields a folder it cannot list with its problem rather than leaving it out. Synchronous up to each folder, so that the caller decides when to breathe; the
 * caller may use the chain in between.
 */
export function* walk(chain: FolderChain, start: BytePath, options: WalkOptions = {}): Generator<WalkedFolder> {
  const progress: Progress = { device: undefined, longPathsBytes: 0 };
  const depth = start === '' ? 0 : start.split('/').length;
  const waiting: Waiting[] = [{ parent: null, name: start, depth }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const folder = pathOf(next);
    if (options.skip?.(folder)) continue;
    const walked = lookInto(chain, folder, next, progress, options.oneFileSystem ?? false);
    yield walked;
    for (const entry of walked.entries.toReversed()) {
      if (entry.type === 'folder') waiting.push({ parent: next, name: entry.name, depth: next.depth + 1 });
    }
  }
}

function pathOf(waiting: Waiting): BytePath {
  const names: BytePath[] = [];
  for (let at: Waiting | null = waiting; at !== null; at = at.parent) if (at.name !== '') names.push(at.name);
  return names.reverse().join('/') as BytePath;
}

function lookInto(
  chain: FolderChain,
  folder: BytePath,
  waiting: Waiting,
  progress: Progress,
  oneFileSystem: boolean,
): WalkedFolder {
  if (waiting.depth > MAX_WALK_DEPTH) return withProblem(folder, `more than ${MAX_WALK_DEPTH} folders deep`);
  try {
    progress.device ??= deviceOfRoot(chain);
    chain.enter(folder);
    const { dev, ino, size } = chain.stat();
    const mount = dev !== progress.device;
    waiting.identity = `${dev}:${ino}`;
    if (isInsideItself(waiting)) return withProblem(folder, 'the folder lies inside itself', mount);
    if (mount && oneFileSystem) return { folder, entries: [], problem: null, mount };
    const entries = listFolder(chain.here(), Number(size));
    if (folder.length > ORDINARY_PATH_BYTES) progress.longPathsBytes += pathBytesOf(folder, entries);
    if (progress.longPathsBytes > MAX_LONG_PATHS_BYTES && folder.length > ORDINARY_PATH_BYTES) {
      return withProblem(folder, 'too many long paths', mount);
    }
    return { folder, entries, problem: null, mount };
  } catch (error) {
    return { folder, entries: [], problem: problemOf(error, folder), mount: false };
  }
}

function isInsideItself({ parent, identity }: Waiting): boolean {
  for (let above = parent; above !== null; above = above.parent) if (above.identity === identity) return true;
  return false;
}

function deviceOfRoot(chain: FolderChain): bigint {
  chain.enter('' as BytePath);
  return chain.stat().dev;
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
