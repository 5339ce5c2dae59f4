import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join as joinText } from 'node:path';
import { SigsweepError } from '../errors.js';
import { fromText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { MAX_KEYRING_FILE_BYTES } from '../limits.js';
import type { Keyring } from '../openpgp/keyring.js';
import { exportFromGnupg } from './gnupg-export.js';

/** Names of key files inside a folder given with `--keyring`. */
export const KEY_FILE = /\.(?:key|asc|gpg|pgp|pub|kbx)$/i;

/** Read at a time; a pipe gives less. */
const KEYRING_CHUNK_BYTES = 64 * 1024;

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

function addOrThrow(keyring: Keyring, bytes: Uint8Array, source: string): void {
  try {
    keyring.add(bytes, fromText(source));
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
