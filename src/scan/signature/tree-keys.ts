import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1, join } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { readFileBelow } from '../../files/read.js';
import { walk } from '../../files/walk.js';
import { MAX_TREE_KEY_FILE_BYTES, MAX_TREE_KEY_FILES, MAX_TREE_KEYS, MAX_TREE_KEYS_BYTES } from '../../limits.js';
import type { Keyring } from '../../openpgp/keyring.js';
import type { Discovered } from '../system/discover.js';

/** Where FreePBX itself keeps the keys that its modules are signed with. */
const FRAMEWORK_KEYS = fromLatin1('admin/libraries/BMO');

/** Where FreePBX and its modules bring keys along. */
export function keyFoldersOf({ modules }: Discovered, folderOf: (module: BytePath) => BytePath): BytePath[] {
  return [FRAMEWORK_KEYS, ...modules.map((name) => join(folderOf(name), fromLatin1('signatures')))];
}

/**
 * Adds the keys that lie in the scanned tree, in these folders. They are material only, whoever wrote them: what counts
 * is whether a pinned anchor has certified them, so a bad one is passed over.
 * @returns how many were left unread: because they cannot be, or there is more than any genuine system has. A revocation
 * may stand in one of them.
 */
export function addTreeKeys(keyring: Keyring, chain: FolderChain, folders: readonly BytePath[]): number {
  const listings = folders.map((folder) => keyFilesBelow(chain, folder));
  const files = listings.flatMap((listing) => listing ?? []);
  const unlisted = listings.filter((listing) => listing === null).length;
  const read = (file: BytePath) => {
    const outcome = readFileBelow(chain, file, MAX_TREE_KEY_FILE_BYTES);
    return outcome.ok ? outcome.bytes : null;
  };
  return unlisted + addFoundKeys(keyring, files, read);
}

/**
 * Adds the keys of files that somebody else put beside what is verified: material only, within the same bounds.
 * @param read gives the content of one; `null` where it cannot be had.
 * @returns how many were left unread.
 */
export function addFoundKeys(
  keyring: Keyring,
  files: readonly BytePath[],
  read: (file: BytePath) => Uint8Array | null,
): number {
  const most = keyring.size + MAX_TREE_KEYS;
  let unread = 0;
  let bytes = 0;
  for (const [index, file] of files.entries()) {
    if (index >= MAX_TREE_KEY_FILES || bytes > MAX_TREE_KEYS_BYTES) return unread + files.length - index;
    const content = read(file);
    if (content === null) {
      unread += 1;
      continue;
    }
    bytes += content.length;
    try {
      keyring.add(content, file, most);
    } catch {
      // No key in it; nothing that lies in the tree can make a scan fail.
    }
  }
  return unread;
}

/** `null` where the folder is there and cannot be listed. */
function keyFilesBelow(chain: FolderChain, folder: BytePath): BytePath[] | null {
  const [listing] = walk(chain, folder);
  if (listing?.problem?.outcome === 'unreadable') return null;
  return (listing?.entries ?? [])
    .filter(({ name, type }) => type === 'file' && name.endsWith('.key'))
    .map(({ name }) => join(folder, name));
}
