import { type BytePath, dirname } from '../files/bytepath.js';
import { type Examined, type FileJob, type FileResult, OUTCOMES } from './job.js';
import type { SearchRequest, SearchResult } from './search.js';

/**
 * What crosses between threads: one message for about a thousand files, its folders named once, its numbers in typed
 * arrays. A structured clone of these is a few plain copies.
 */

/** A request: which files to look at, and how. */
export interface Batch {
  readonly roots: readonly BytePath[];
  /** Each folder once for every run of files in it. */
  readonly folders: readonly BytePath[];
  /** Root of each folder. */
  readonly folderRoots: Uint16Array;
  /** Folder of each file. */
  readonly folderOf: Uint32Array;
  /** The names of all files with `/`, which no name contains, in between: one string clones faster than a thousand. */
  readonly names: string;
  /** Bit set of `Task` for each file. */
  readonly tasks: Uint8Array;
  /** What is known of each file, with a line feed behind each; '' where nothing is known of any. */
  readonly known: string;
  /** Files that are no files: a search instead. */
  readonly searches: [index: number, SearchRequest][];
}

/** Bits of {@link BatchResult.flags}. */
export const Flag = { hashed: 1, containsPhp: 2, executableContent: 4, unchanged: 8 } as const;

/** Hexadecimal digits of a SHA-256. */
const DIGEST_LENGTH = 64;

/** A response: what was found out about the first `done` files of the batch, in its order. */
export interface BatchResult {
  /** Fewer than the batch has, where its budget of bytes was spent. */
  done: number;
  /** Bytes read. */
  bytes: number;
  /** Index into `OUTCOMES`. */
  readonly outcomes: Uint8Array;
  readonly flags: Uint8Array;
  /** Of the files that were hashed, one behind the other. */
  digests: string;
  readonly sizes: Float64Array;
  readonly modes: Uint32Array;
  readonly mtimes: Float64Array;
  readonly ctimes: Float64Array;
  readonly uids: Float64Array;
  readonly gids: Float64Array;
  /** The stamp of each file, with a line feed behind each; '' where none was asked for of any. */
  stamps: string;
  /** Files that were not read: their index and why, ascending. */
  readonly details: [index: number, detail: string][];
  /** Ascending. */
  readonly examined: [index: number, examined: Examined][];
  readonly searched: [index: number, searched: SearchResult][];
}

export function encodeBatch(roots: readonly BytePath[], jobs: readonly FileJob[]): Batch {
  const folders: BytePath[] = [];
  const folderRoots: number[] = [];
  const folderOf = new Uint32Array(jobs.length);
  const tasks = new Uint8Array(jobs.length);
  const names: string[] = [];
  const searches: [number, SearchRequest][] = [];
  const known = jobs.some((job) => (job.known ?? '') !== '') ? jobs.map((job) => `${job.known ?? ''}\n`).join('') : '';
  let folder = '';
  let folderRoot = -1;
  for (let index = 0; index < jobs.length; index += 1) {
    const { root, path, task, search } = jobs[index] as FileJob;
    if (search !== undefined) searches.push([index, search]);
    const slash = path.lastIndexOf('/');
    if (root !== folderRoot || Math.max(slash, 0) !== folder.length || !path.startsWith(folder)) {
      folder = dirname(path);
      folderRoot = root;
      folders.push(folder as BytePath);
      folderRoots.push(root);
    }
    folderOf[index] = folders.length - 1;
    tasks[index] = task;
    names.push(path.slice(slash + 1));
  }
  const encodedRoots = Uint16Array.from(folderRoots);
  return { roots, folders, folderRoots: encodedRoots, folderOf, names: names.join('/'), tasks, known, searches };
}

/** An empty response for a batch of `count` files. */
export function emptyResult(count: number): BatchResult {
  return {
    done: 0,
    bytes: 0,
    outcomes: new Uint8Array(count),
    flags: new Uint8Array(count),
    digests: '',
    stamps: '',
    sizes: new Float64Array(count).fill(-1),
    modes: new Uint32Array(count),
    mtimes: new Float64Array(count).fill(Number.NaN),
    ctimes: new Float64Array(count).fill(Number.NaN),
    uids: new Float64Array(count).fill(-1),
    gids: new Float64Array(count).fill(-1),
    details: [],
    examined: [],
    searched: [],
  };
}

/** Hands out the results of the files that a response is about, each with its index in the batch, in that order. */
export function eachResult(result: BatchResult, take: (index: number, fileResult: FileResult) => void): void {
  const { digests, done } = result;
  let digestsRead = 0;
  const details = new Map(result.details);
  const extras = extrasOf(result);
  const stamps = result.stamps.split('\n');
  for (let index = 0; index < done; index += 1) {
    const flags = result.flags[index] ?? 0;
    const isHashed = (flags & Flag.hashed) !== 0;
    const fileResult: FileResult = {
      outcome: OUTCOMES[result.outcomes[index] ?? -1] ?? 'unreadable',
      detail: details.get(index) ?? '',
      sha256: isHashed ? digests.slice(digestsRead, digestsRead + DIGEST_LENGTH) : '',
      size: result.sizes[index] ?? -1,
      mode: result.modes[index] ?? 0,
      mtimeMs: result.mtimes[index] ?? Number.NaN,
      ctimeMs: result.ctimes[index] ?? Number.NaN,
      uid: result.uids[index] ?? -1,
      gid: result.gids[index] ?? -1,
      containsPhp: (flags & Flag.containsPhp) !== 0,
      executableContent: (flags & Flag.executableContent) !== 0,
      stamp: stamps[index] ?? '',
      unchanged: (flags & Flag.unchanged) !== 0,
    };
    if (isHashed) digestsRead += DIGEST_LENGTH;
    const extra = extras.get(index);
    take(index, extra === undefined ? fileResult : { ...fileResult, ...extra });
  }
}

/** What only few results have. */
function extrasOf({ examined, searched }: BatchResult): Map<number, Pick<FileResult, 'examined' | 'searched'>> {
  return new Map<number, Pick<FileResult, 'examined' | 'searched'>>([
    ...examined.map(([index, extra]) => [index, { examined: extra }] as const),
    ...searched.map(([index, extra]) => [index, { searched: extra }] as const),
  ]);
}

/** The result of a file that no worker could look at. */
export function refusedResult(detail: string): FileResult {
  return {
    outcome: 'unreadable',
    detail,
    sha256: '',
    size: -1,
    mode: 0,
    mtimeMs: Number.NaN,
    ctimeMs: Number.NaN,
    uid: -1,
    gid: -1,
    containsPhp: false,
    executableContent: false,
    stamp: '',
    unchanged: false,
  };
}
