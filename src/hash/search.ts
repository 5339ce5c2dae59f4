import { type BytePath, basename, dirname, join } from '../files/bytepath.js';
import type { FolderChain } from '../files/folder-chain.js';
import type { Frontier } from '../files/frontier.js';
import { isDependencyIn } from '../files/names.js';
import { type EntryType, type FolderProblem, readlinkBelow, Walk, type WalkedFolder } from '../files/walk.js';
import { SEARCH_ENTRIES, SEARCH_LONG_PATHS_BYTES } from './tuning.js';

/** Folders to search for entries that do not belong there. */
export interface SearchRequest {
  readonly frontier: Frontier;
  /** The paths that belong, below the root, with NUL in between: one string clones faster than thousands. */
  readonly known: string;
  /** Folders that are left out, with NUL in between. */
  readonly skip: string;
  /** Whether regular files of dependencies are only counted. */
  readonly countsDependencies: boolean;
  readonly oneFileSystem: boolean;
  /** What of `MAX_LONG_PATHS_BYTES` is spent. */
  readonly longPathsBytes: number;
  /** Most folders that are searched in one go. */
  readonly folders: number;
}

export interface FoundEntry {
  readonly name: BytePath;
  /** Everything but `folder`. */
  readonly type: EntryType;
  /** Where a symbolic link leads; `null` where that cannot be read. */
  readonly target?: BytePath | null;
}

/** A folder with something to tell. */
export interface FoundFolder {
  readonly folder: BytePath;
  /** What does not belong there. */
  readonly entries: readonly FoundEntry[];
  readonly problem: FolderProblem | null;
  readonly mount: boolean;
}

export interface SearchResult {
  readonly found: readonly FoundFolder[];
  /** Dependencies that were only counted. */
  readonly dependencies: number;
  /** Bytes of long paths in what was listed. */
  readonly longPathsBytes: number;
  /** What is left to search, for whoever is free. */
  readonly rest: readonly Frontier[];
}

/** Into how many parts the rest of a search is cut. */
const PARTS = 2;

/** Searches folders in the calling thread, as far as the request and the result have room. */
export function search(chain: FolderChain, request: SearchRequest): SearchResult {
  const { frontier, oneFileSystem, longPathsBytes } = request;
  const skipped = new Set(request.skip.split('\0'));
  const skip = request.skip === '' ? {} : { skip: (folder: BytePath) => skipped.has(folder) };
  const known = byFolder(request.known);
  const walk = new Walk(chain, frontier, { oneFileSystem, longPathsBytes, ...skip });
  const found: FoundFolder[] = [];
  let [folders, entries, dependencies] = [0, 0, 0];
  const longPaths = () => walk.longPathsBytes - longPathsBytes;
  while (folders < request.folders && entries < SEARCH_ENTRIES && longPaths() < SEARCH_LONG_PATHS_BYTES) {
    const walked = walk.next();
    if (walked === undefined) break;
    const strange = strangeEntries(chain, walked, known.get(walked.folder), request.countsDependencies);
    if (strange.entries.length > 0 || walked.problem !== null || walked.mount) {
      found.push({ ...walked, entries: strange.entries });
    }
    folders += 1;
    entries += strange.entries.length;
    dependencies += strange.dependencies;
  }
  return { found, dependencies, longPathsBytes: longPaths(), rest: walk.remaining(PARTS) };
}

function strangeEntries(
  chain: FolderChain,
  { folder, entries }: WalkedFolder,
  known: ReadonlySet<string> | undefined,
  countsDependencies: boolean,
): { entries: FoundEntry[]; dependencies: number } {
  const strange: FoundEntry[] = [];
  const isDependency = countsDependencies ? isDependencyIn(folder) : () => false;
  let dependencies = 0;
  for (const { name, type } of entries) {
    if (type === 'folder' || known?.has(name) === true) continue;
    if (type === 'file' && isDependency(name)) dependencies += 1;
    else if (type === 'symlink') strange.push({ name, type, target: targetOf(chain, join(folder, name)) });
    else strange.push({ name, type });
  }
  return { entries: strange, dependencies };
}

function targetOf(chain: FolderChain, link: BytePath): BytePath | null {
  return (readlinkBelow(chain, link)?.toString('latin1') ?? null) as BytePath | null;
}

/** Folder → names, of paths with NUL in between. */
function byFolder(paths: string): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>();
  if (paths === '') return folders;
  let last: { folder: string; names: Set<string> } | undefined;
  for (const path of paths.split('\0') as BytePath[]) {
    const folder = dirname(path);
    if (last?.folder !== folder) {
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names);
      last = { folder, names };
    }
    last.names.add(basename(path));
  }
  return folders;
}
