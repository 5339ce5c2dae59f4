import { DataError } from '../errors.js';
import { type BytePath, dirname, fromLatin1 } from '../files/bytepath.js';
import { MAX_MANIFEST_ENTRIES, MAX_PACKAGE_NAME_BYTES, MAX_PACKAGE_PATH_BYTES } from '../limits.js';
import { checkListedPath } from '../manifest/paths.js';
import { quote } from './quote.js';

/** What an entry of a package is. */
export type EntryKind = 'file' | 'folder';

/**
 * The paths of a package, each of which must mean one place to everybody: below the one folder, no path twice, nothing
 * below a file. A path that no manifest may list could never be verified and is refused too, `./` before it included.
 */
export class PackagePaths {
  /** Folders are `implied` as long as only something in them was named. */
  readonly #kinds = new Map<BytePath, EntryKind | 'implied'>();
  #top: BytePath | null = null;

  /** The folder that everything lies in; `null` before there is anything. */
  get top(): BytePath | null {
    return this.#top;
  }

  /**
   * Takes one more entry, a folder without a slash at its end.
   * @throws DataError where it may not be there.
   */
  add(path: BytePath, kind: EntryKind): void {
    const problem = problemOf(path, kind);
    if (problem !== null) throw new DataError(`the path ${quote(path)} ${problem}`);
    this.#top ??= topOf(path);
    if (topOf(path) !== this.#top) {
      throw new DataError(`${quote(path)} does not lie in the folder ${quote(this.#top)}, as what is before it does`);
    }
    const known = this.#kinds.get(path);
    if (known !== undefined && !(known === 'implied' && kind === 'folder')) {
      const what = (known === 'file') === (kind === 'file') ? 'twice' : 'as a file and as a folder';
      throw new DataError(`the path ${quote(path)} is there ${what}`);
    }
    this.#set(path, kind);
    this.#implyAbove(path);
  }

  #implyAbove(path: BytePath): void {
    for (let folder = dirname(path); folder !== ''; folder = dirname(folder)) {
      const known = this.#kinds.get(folder);
      if (known === 'file') throw new DataError(`${quote(path)} lies below ${quote(folder)}, which is a file`);
      if (known !== undefined) return;
      this.#set(folder, 'implied');
    }
  }

  #set(path: BytePath, kind: EntryKind | 'implied'): void {
    this.#kinds.set(path, kind);
    if (this.#kinds.size > MAX_MANIFEST_ENTRIES) {
      throw new DataError(`there are more than ${MAX_MANIFEST_ENTRIES} files and folders`);
    }
  }
}

function problemOf(path: BytePath, kind: EntryKind): string | null {
  if (path.length > MAX_PACKAGE_PATH_BYTES) return `is longer than ${MAX_PACKAGE_PATH_BYTES} bytes`;
  const problem = checkListedPath(path);
  if (problem !== null) return problem;
  if (path.split('/').some((name) => name.length > MAX_PACKAGE_NAME_BYTES)) {
    return `has a component longer than ${MAX_PACKAGE_NAME_BYTES} bytes`;
  }
  return kind === 'file' && !path.includes('/') ? 'is that of a file outside of any folder' : null;
}

function topOf(path: BytePath): BytePath {
  const slash = path.indexOf('/');
  return slash < 0 ? path : fromLatin1(path.slice(0, slash));
}
