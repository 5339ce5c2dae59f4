import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { errnoOf } from '../errors.js';
import { type BytePath, isAscii, isPlainName, toFsPath } from './bytepath.js';
import { type EntryType, typeInWords, typeOfMode } from './entry-type.js';
import { errorInWords, type Failure } from './failure.js';
import type { Inode } from './frontier.js';
import { descriptorPath, procAvailable } from './proc.js';

/** `O_PATH` of Linux (every architecture Node runs on), which `node:fs` does not name: a handle that opens nothing. */
export const O_PATH = 0x200000;

const ROOT_FLAGS = O_PATH | constants.O_DIRECTORY;
const FOLDER_FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** How many of the deepest folders stay open beside the root: enough for any genuine tree, and bounded for the others. */
const KEPT_FOLDERS = 32;

/** Why a folder could not be entered. `path` is the component that failed: the folder itself or one above it. */
export class FolderError extends Error {
  override readonly name = 'FolderError';

  constructor(
    readonly outcome: Failure['outcome'],
    /** In words: `parent folder is a symbolic link`. */
    readonly detail: string,
    readonly path: BytePath,
  ) {
    super(detail);
  }
}

/** What tells one folder from another, and how long its list of entries is. */
export interface FolderStat {
  readonly device: number;
  readonly inode: Inode;
  /** Bytes. */
  readonly size: number;
}

interface Level {
  /** -1 when closed to stay within {@link KEPT_FOLDERS}. */
  readonly descriptor: number;
  /** Length of this folder's path: a prefix of the chain's path. */
  readonly end: number;
}

/**
 * Opens folders below one root component by component, never through a symbolic link, and keeps the chain of
 * descriptors open, so that neighbours share their common prefix and nothing is reached by its whole path again: no
 * limit of PATH_MAX, and nobody can swap a folder above one that is open. The root itself is opened as its path says,
 * through symbolic links too: whoever gave it means where it leads.
 *
 * Without procfs ({@link procAvailable}) the same checks are made when a folder is entered, but its files are then
 * opened by their absolute paths.
 */
export class FolderChain {
  readonly #root: BytePath;
  readonly #levels: Level[] = [];
  /** The deepest folder that is open. */
  #folder = '' as BytePath;
  /** A path of the entered folder; empty after a failed `enter`: the chain then ends above what was asked for. */
  #here = '';
  #isHereAscii = true;

  constructor(
    root: BytePath,
    /** Whether files are reached through descriptors. @default procAvailable() */
    readonly usesDescriptors: boolean = procAvailable(),
  ) {
    this.#root = root;
  }

  /**
   * Makes `folder` ('' for the root) the one that {@link at} names entries of.
   * @throws FolderError where it or a folder above it is missing, is no folder, or cannot be opened.
   */
  enter(folder: BytePath): void {
    if (this.#here !== '' && folder === this.#folder) return;
    this.#here = '';
    if (this.#levels.length === 0) this.#openRoot();
    this.#ascend(this.#sharedDepth(folder));
    while (this.#folder.length < folder.length) this.#descend(folder);
    this.#here = this.#deepestPath();
    this.#isHereAscii = isAscii(this.#here);
  }

  /**
   * A path of the entry `name` of the entered folder, for one call of `node:fs`.
   * @throws FolderError where `name` is not the name of one entry.
   */
  at(name: BytePath): string | Buffer {
    if (!isPlainName(name)) throw new FolderError('unreadable', 'not a plain file name', this.#folder);
    const path = `${this.here()}/${name}`;
    return this.#isHereAscii && isAscii(name) ? path : Buffer.from(path, 'latin1');
  }

  /** A path of the entered folder, for one call of `node:fs` after `toFsPath`. */
  here(): string {
    if (this.#here === '') throw new Error('FolderChain: no folder was entered');
    return this.#here;
  }

  /** Which folder the entered one is. */
  stat(): FolderStat {
    this.here();
    const { descriptor } = this.#deepest();
    const { dev, ino, size } = fstatSync(descriptor);
    // Exact numbers take twice the time, for inodes that few file systems have.
    const inode = Number.isSafeInteger(ino) ? ino : fstatSync(descriptor, { bigint: true }).ino;
    return { device: dev, inode, size };
  }

  /** Closes every descriptor. The chain may be used again. */
  close(): void {
    this.#truncate(0);
    this.#folder = '' as BytePath;
    this.#here = '';
  }

  #openRoot(): void {
    try {
      this.#levels.push({ descriptor: openSync(toFsPath(this.#root), ROOT_FLAGS), end: 0 });
    } catch (error) {
      const code = errnoOf(error);
      if (code === 'ENOENT') throw new FolderError('missing', 'root folder is missing', '' as BytePath);
      if (code === 'ENOTDIR') throw new FolderError('type-changed', 'root is not a folder', '' as BytePath);
      throw new FolderError('unreadable', `root folder cannot be opened: ${errorInWords(error)}`, '' as BytePath);
    }
  }

  /** The deepest level of the chain that lies on the way to `folder`. */
  #sharedDepth(folder: BytePath): number {
    let shared = 0;
    let beyond = this.#levels.length;
    // A neighbour shares all but the last level or two; anything further is found by halving.
    for (const depth of [beyond - 1, beyond - 2]) {
      if (depth > 0 && this.#isOnTheWay(depth, folder)) return depth;
      beyond = Math.max(1, Math.min(beyond, depth));
    }
    while (shared + 1 < beyond) {
      const middle = (shared + beyond) >> 1;
      if (this.#isOnTheWay(middle, folder)) shared = middle;
      else beyond = middle;
    }
    return shared;
  }

  #isOnTheWay(depth: number, folder: BytePath): boolean {
    const end = this.#levels[depth]?.end ?? 0;
    if (folder.length < end || (folder.length > end && folder[end] !== '/')) return false;
    return folder.startsWith(end === this.#folder.length ? this.#folder : this.#folder.slice(0, end));
  }

  /** Goes back up to `depth`, or further to the nearest level that is still open. */
  #ascend(depth: number): void {
    let open = depth;
    while (this.#levels[open]?.descriptor === -1) open -= 1;
    this.#truncate(open + 1);
    this.#folder = this.#folder.slice(0, this.#deepest().end) as BytePath;
  }

  /** Opens the next component of `folder` below the deepest level. */
  #descend(folder: BytePath): void {
    const start = this.#folder === '' ? 0 : this.#folder.length + 1;
    const slash = folder.indexOf('/', start);
    const end = slash < 0 ? folder.length : slash;
    const name = folder.slice(start, end);
    const path = folder.slice(0, end) as BytePath;
    if (!isPlainName(name)) throw new FolderError('unreadable', 'parent folder has no plain name', path);
    const target = toFsPath(`${this.#deepestPath()}/${name}`);
    try {
      this.#levels.push({ descriptor: openSync(target, FOLDER_FLAGS), end });
    } catch (error) {
      throw whyNotEntered(error, target, path);
    }
    this.#folder = path;
    this.#closeBeyondKept();
  }

  #closeBeyondKept(): void {
    const depth = this.#levels.length - 1 - KEPT_FOLDERS;
    const level = this.#levels[depth];
    if (depth <= 0 || level === undefined || level.descriptor === -1) return;
    closeSync(level.descriptor);
    this.#levels[depth] = { descriptor: -1, end: level.end };
  }

  #truncate(length: number): void {
    while (this.#levels.length > length) {
      const level = this.#levels.pop();
      if (level !== undefined && level.descriptor !== -1) closeSync(level.descriptor);
    }
  }

  #deepest(): Level {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error('FolderChain: the root is not open');
    return level;
  }

  #deepestPath(): string {
    if (this.usesDescriptors) return descriptorPath(this.#deepest().descriptor);
    return this.#folder === '' ? this.#root : `${this.#root}/${this.#folder}`;
  }
}

/** O_DIRECTORY answers ENOTDIR for a symbolic link as for a file: only a look at the entry tells them apart. */
function whyNotEntered(error: unknown, target: string | Buffer, path: BytePath): FolderError {
  const code = errnoOf(error);
  if (code === 'ENOENT') return new FolderError('missing', 'parent folder is missing', path);
  const type = code === 'ENOTDIR' || code === 'ELOOP' ? typeOf(target) : undefined;
  if (type !== undefined && type !== 'folder') {
    return new FolderError('type-changed', `parent folder is a ${typeInWords(type)}`, path);
  }
  return new FolderError('unreadable', `parent folder cannot be opened: ${errorInWords(error)}`, path);
}

function typeOf(target: string | Buffer): EntryType | undefined {
  try {
    return typeOfMode(lstatSync(target).mode);
  } catch {
    return undefined;
  }
}
