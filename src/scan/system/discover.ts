import type { BytePath } from '../../files/bytepath.js';
import { dirname, fromLatin1, join } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { statBelow, walk } from '../../files/walk.js';
import { MODULES_FOLDER, moduleFolder, moduleFolderOf } from './layout.js';

/** FreePBX ignores this relic of old releases; it never carries a signature. */
export const IGNORED_MODULE = fromLatin1('fw_ari');

/** Holds downloaded packages. */
const PACKAGE_CACHE = '_cache';

/** What lies in `admin/modules`. */
export interface Discovered {
  /** Names of folders with a `module.xml` or a `module.sig`, sorted by bytes. */
  readonly modules: readonly BytePath[];
  /** Names of folders with neither. */
  readonly strangers: readonly BytePath[];
  /** Names of links, which FreePBX follows and a scan does not. */
  readonly links: readonly BytePath[];
  /** Why `admin/modules` could not be listed; `null` when it was. */
  readonly problem: string | null;
}

/** Finds the modules of the web root that the chain was made for. */
export function discoverModules(chain: FolderChain): Discovered {
  const { value: listing } = walk(chain, MODULES_FOLDER).next();
  const modules: BytePath[] = [];
  const strangers: BytePath[] = [];
  const links: BytePath[] = [];
  for (const { name, type } of listing?.entries ?? []) {
    if (type === 'symlink') links.push(name);
    if (type !== 'folder' || name === PACKAGE_CACHE || name === IGNORED_MODULE) continue;
    (isModule(chain, moduleFolder(name)) ? modules : strangers).push(name);
  }
  return { modules, strangers, links, problem: listing?.problem?.detail ?? null };
}

/**
 * Whatever stands under either name makes the folder a module: a link or a folder called `module.sig` must end in a
 * verdict, and a folder that may not be looked into must not pass for one that is empty.
 */
export function isModule(chain: FolderChain, folder: BytePath): boolean {
  return ['module.xml', 'module.sig'].some((file) => {
    const found = statBelow(chain, join(folder, fromLatin1(file)));
    return found.ok || found.outcome !== 'missing';
  });
}

/** Folders below the web root that are no modules and hold nothing that the framework's manifest put there. */
export function strangersOf(discovered: Discovered, known: readonly BytePath[]): BytePath[] {
  const listedFolders = new Set<string>();
  for (const path of known) {
    const folder = moduleFolderOf(dirname(path));
    if (folder !== null) listedFolders.add(folder);
  }
  return discovered.strangers.map(moduleFolder).filter((path) => !listedFolders.has(path));
}
