import { setImmediate as breathe } from 'node:timers/promises';
import { type BytePath, join } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import { isDependencyIn } from '../files/names.js';
import { walk } from '../files/walk.js';

/** Most files that are kept to choose from; a larger tree is thinned out evenly. */
const MAX_KEPT_FILES = 200_000;

/** Folders listed between two turns of the event loop, so that a Ctrl-C is heard. */
const FOLDERS_A_TURN = 200;

/** Files of neighbouring folders are alike: every so many folders one is taken, then those after them, and so on. */
const STRIDE = 61;

/** What lies in a tree, and how long it took to list it in one thread. */
export interface Listing {
  readonly folders: number;
  readonly entries: number;
  readonly milliseconds: number;
  /** Files that a scan reads. */
  readonly files: number;
  /** Folders that could not be listed. */
  readonly problems: number;
  /** False where the signal came first. */
  readonly whole: boolean;
  /** Files to read, neighbours together: any first part of them stands for the whole tree. */
  readonly paths: readonly BytePath[];
}

/** Lists a tree by the same walk as a scan, until the signal comes. */
export async function listTree(chain: FolderChain, signal: AbortSignal): Promise<Listing> {
  let [folders, entries, files, problems, milliseconds, kept, thinning] = [0, 0, 0, 0, 0, 0, 1];
  let choice: BytePath[][] = [];
  let start = performance.now();
  for (const walked of walk(chain, '' as BytePath)) {
    folders += 1;
    entries += walked.entries.length;
    if (walked.problem !== null) problems += 1;
    const isDependency = isDependencyIn(walked.folder);
    const paths = walked.entries
      .filter(({ name, type }) => type === 'file' && !isDependency(name))
      .map(({ name }) => join(walked.folder, name));
    files += paths.length;
    if (paths.length > 0 && folders % thinning === 0) {
      choice.push(paths);
      kept += paths.length;
    }
    while (kept > MAX_KEPT_FILES && choice.length > 1) {
      thinning *= 2;
      choice = choice.filter((_, index) => index % 2 === 0);
      kept = choice.reduce((sum, { length }) => sum + length, 0);
    }
    if (folders % FOLDERS_A_TURN !== 0) continue;
    milliseconds += performance.now() - start;
    await breathe();
    if (signal.aborted) return { folders, entries, milliseconds, files, problems, whole: false, paths: mixed(choice) };
    start = performance.now();
  }
  milliseconds += performance.now() - start;
  return { folders, entries, milliseconds, files, problems, whole: true, paths: mixed(choice) };
}

function mixed(folders: readonly (readonly BytePath[])[]): BytePath[] {
  const paths: BytePath[] = [];
  for (let first = 0; first < STRIDE; first += 1) {
    for (let index = first; index < folders.length; index += STRIDE)
      for (const path of folders[index] ?? []) paths.push(path);
  }
  return paths;
}
