import { lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf, SigsweepError } from '../errors.js';
import { fromText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { whileLocked } from '../files/lock.js';
import { readTrustedBytes, requireTrusted, requireTrustedFolder } from '../files/trusted.js';
import { writeWhole } from '../files/write.js';
import { MAX_KEYRING_FILE_BYTES } from '../limits.js';
import type { Certificate } from '../openpgp/certificate.js';
import { writeCertificate } from '../openpgp/certificate-writer.js';
import { Keyring } from '../openpgp/keyring.js';
import { KEY_FILE } from './given.js';

/** Where root keeps keys. */
const SYSTEM_KEY_FOLDER = '/etc/sigsweep/keys';

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/** Where keys are kept when nobody says: for root the system's place, for others their own. */
export function defaultKeyFolder(): string {
  if (process.getuid?.() === 0) return SYSTEM_KEY_FOLDER;
  const given = process.env.XDG_CONFIG_HOME ?? '';
  return join(given.startsWith('/') ? given : join(homedir(), '.config'), 'sigsweep/keys');
}

/** The usual folder where it is there, or something stands in its place; it need not have been made yet. */
export function usualKeyFolder(): string | undefined {
  const folder = defaultKeyFolder();
  return isMissing(folder) ? undefined : folder;
}

/**
 * Adds every key that is kept. A folder that is not there keeps none. What is in it is material like any other, but
 * whoever could take a file away would take back the revocation in it: so it must be out of others' reach.
 * @throws SigsweepError FILE_UNSAFE when others could have written the folder or a file in it; KEYRING_UNREADABLE,
 * KEYRING_MALFORMED
 */
export function addKeyFolder(keyring: Keyring, folder: string): void {
  for (const name of keyFilesIn(folder)) addFile(keyring, join(folder, name));
}

/** Whether there is nothing at all in the folder's place: none was made yet, or its name is misspelt. */
export function isMissing(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false }) === undefined;
}

/**
 * Keeps a key, with all that is known of it already: revocations are never lost. The folder is made where there is
 * none, the file written whole or not at all.
 * @param certificate of what came from others, the parts that are proven
 * @returns all that is known of the key now
 * @throws SigsweepError as {@link addKeyFolder}, and OUTPUT_FAILED; the file is then as it was.
 */
export async function keepKey(folder: string, certificate: Certificate): Promise<Certificate> {
  prepareKeyFolder(folder);
  // Loaded before the lock is taken, and only where something is kept.
  const { armorPublicKey } = await import('../openpgp/secret-key.js');
  const { fingerprint } = certificate.key;
  const file = join(folder, `${fingerprint}.key`);
  return whileLocked(file, () => {
    const keyring = new Keyring();
    // Of a link that leads nowhere, too: what it led to may hold a revocation.
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      addFile(keyring, file);
      if (keyring.get(fingerprint) === undefined) {
        throw new SigsweepError('KEYRING_MALFORMED', `${file} does not hold the key it is named after: move it away`);
      }
    }
    keyring.add(writeCertificate(certificate), file);
    const known = keyring.get(fingerprint) ?? certificate;
    writeWhole(file, [armorPublicKey(writeCertificate(known))], { mode: FILE_MODE });
    return known;
  });
}

/**
 * Makes the folder where there is none, so that what follows cannot fail for want of one.
 * @throws SigsweepError FILE_UNSAFE when others could write it, OUTPUT_FAILED
 */
export function prepareKeyFolder(folder: string): void {
  try {
    // Looked at before anything is made: root would otherwise make folders wherever somebody's link leads.
    requireTrustedFolder(nearestFolder(folder));
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
    requireTrusted(folder, statSync(folder));
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('OUTPUT_FAILED', `cannot make ${folder}: ${errorInWords(cause)}`, { cause });
  }
}

function keyFilesIn(folder: string): string[] {
  try {
    requireTrusted(folder, statSync(folder));
    return readdirSync(folder)
      .filter((name) => KEY_FILE.test(name))
      .sort();
  } catch (cause) {
    // A link that leads nowhere may have led to revocations.
    if (errnoOf(cause) === 'ENOENT' && isMissing(folder)) return [];
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('KEYRING_UNREADABLE', `key folder ${folder}: ${errorInWords(cause)}`, { cause });
  }
}

function addFile(keyring: Keyring, file: string): void {
  let bytes: Buffer;
  try {
    bytes = readTrustedBytes(file, { maxBytes: MAX_KEYRING_FILE_BYTES });
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('KEYRING_UNREADABLE', `key ${file}: ${errorInWords(cause)}`, { cause });
  }
  try {
    keyring.add(bytes, fromText(file));
  } catch (cause) {
    throw new SigsweepError('KEYRING_MALFORMED', `key ${file}: ${errorInWords(cause)}`, { cause });
  }
}

/** The folder itself, or the nearest one above it that is there. */
function nearestFolder(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? nearestFolder(dirname(folder)) : folder;
}
