import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join as joinText } from 'node:path';
import { promisify } from 'node:util';
import { SigsweepError } from '../../errors.js';
import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1, join } from '../../files/bytepath.js';
import { errorInWords } from '../../files/failure.js';
import type { FolderChain } from '../../files/folder-chain.js';
import { readFileBelow } from '../../files/read.js';
import { walk } from '../../files/walk.js';
import {
  MAX_KEYRING_FILE_BYTES,
  MAX_TREE_KEY_FILE_BYTES,
  MAX_TREE_KEY_FILES,
  MAX_TREE_KEYS,
  MAX_TREE_KEYS_BYTES,
} from '../../limits.js';
import type { Keyring } from '../../openpgp/keyring.js';

/** Names of key files inside a folder given with `--keyring`. */
const KEY_FILE = /\.(?:key|asc|gpg|pgp|pub|kbx)$/i;

/** Read at a time; a pipe gives less. */
const KEYRING_CHUNK_BYTES = 64 * 1024;

/** Where GnuPG keeps public keys. */
const KEYRINGS = ['pubring.kbx', 'pubring.gpg', 'public-keys.d'];

const GNUPG_TIMEOUT_MILLISECONDS = 30_000;

/** Where FreePBX itself keeps the keys that its modules are signed with. */
export const FRAMEWORK_KEYS = fromLatin1('admin/libraries/BMO');

/**
 * Adds the keys of one `--keyring` argument: a file, a folder of key files, or `gnupg:DIR`, a GnuPG home.
 * @throws SigsweepError KEYRING_UNREADABLE, KEYRING_MALFORMED or GNUPG_FAILED, naming the argument.
 */
export async function addGivenKeys(keyring: Keyring, argument: string): Promise<void> {
  if (argument.startsWith('gnupg:')) {
    const home = argument.slice('gnupg:'.length);
    addOrThrow(keyring, await exportFromGnupg(home), argument);
    return;
  }
  for (const file of keyFiles(argument)) addOrThrow(keyring, readKeyFile(file), file);
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

function addOrThrow(keyring: Keyring, bytes: Uint8Array, source: string): void {
  try {
    keyring.add(bytes, source);
  } catch (cause) {
    throw new SigsweepError('KEYRING_MALFORMED', `keyring ${source}: ${errorInWords(cause)}`, { cause });
  }
}

function keyFiles(argument: string): string[] {
  try {
    if (!statSync(argument).isDirectory()) return [argument];
    const names = readdirSync(argument).filter((name) => KEY_FILE.test(name));
    const files = names
      .sort()
      .map((name) => joinText(argument, name))
      .filter((file) => statSync(file).isFile());
    if (files.length > 0) return files;
  } catch (cause) {
    throw new SigsweepError('KEYRING_UNREADABLE', `keyring ${argument}: ${errorInWords(cause)}`, { cause });
  }
  throw new SigsweepError(
    'KEYRING_MALFORMED',
    `keyring ${argument}: no .key, .asc, .gpg, .pgp or .pub file in this folder`,
  );
}

/** Reads a file, or a pipe that a shell made (`--keyring <(gpg --export)`), up to a limit. */
function readKeyFile(file: string): Uint8Array {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(KEYRING_CHUNK_BYTES);
      const chunks: Buffer[] = [];
      for (let total = 0, count = -1; count !== 0; ) {
        count = readSync(descriptor, bytes, 0, bytes.length, null);
        total += count;
        if (total > MAX_KEYRING_FILE_BYTES) throw new Error(`larger than ${MAX_KEYRING_FILE_BYTES} bytes`);
        chunks.push(Buffer.from(bytes.subarray(0, count)));
      }
      return Buffer.concat(chunks);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new SigsweepError('KEYRING_UNREADABLE', `keyring ${file}: ${errorInWords(cause)}`, { cause });
  }
}

async function exportFromGnupg(home: string): Promise<Uint8Array> {
  // gpg would make an empty keyring where there is none, and this only reads.
  if (!KEYRINGS.some((name) => existsSync(joinText(home, name)))) {
    throw new SigsweepError(
      'KEYRING_UNREADABLE',
      `keyring gnupg:${home}: no GnuPG home with a ${KEYRINGS.join(' or ')} in it`,
    );
  }
  // No options file, no agent, no network, no locks: the home belongs to somebody else and is only read.
  const options = ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--lock-never'];
  const quiet = ['--no-permission-warning', '--no-auto-check-trustdb', '--export'];
  try {
    const { stdout } = await promisify(execFile)('gpg', [...options, ...quiet], {
      encoding: 'buffer',
      maxBuffer: MAX_KEYRING_FILE_BYTES,
      timeout: GNUPG_TIMEOUT_MILLISECONDS,
    });
    return stdout;
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'gpg is not installed; export the keys to a file and give that instead' : errorInWords(cause);
    throw new SigsweepError('GNUPG_FAILED', `keyring gnupg:${home}: ${why}`, { cause });
  }
}
