import { SigsweepError } from '../../errors.js';
import { FolderChain } from '../../files/folder-chain.js';
import { parseFingerprint } from '../../keys/fingerprint.js';
import { keepKey, prepareKeyFolder } from '../../keys/folder.js';
import type { Certificate } from '../../openpgp/certificate.js';
import { writeCertificate } from '../../openpgp/certificate-writer.js';
import type { Keyring } from '../../openpgp/keyring.js';
import { Judge, type Judgement } from '../../openpgp/trust.js';
import { shortForTerminal } from '../../report/shorten.js';
import { keyFoldersOf } from '../../scan/signature/tree-keys.js';
import { gatherKeys, type Keys, keysInTree, MISSING_KEY_FOLDER } from '../../scan/signature/trust.js';
import { discoverModules } from '../../scan/system/discover.js';
import { findLayout, type Layout, moduleFolder } from '../../scan/system/layout.js';
import { keyFolderOf, type SystemArguments, systemOptions, type TrustArguments, trustOptions } from '../arguments.js';

export interface KnownKeysArguments extends TrustArguments, SystemArguments {}

/**
 * The keys that a scan of this machine would have at hand: those that are kept, those given, and those in the web root,
 * where there is one. What could not be used of them is said on standard error.
 * @throws SigsweepError as the scan would.
 */
export async function knownKeys(given: KnownKeysArguments): Promise<Keys> {
  const layout = layoutOf(given);
  const [webRoot] = layout?.roots ?? [];
  const options = trustOptions(given);
  if (webRoot === undefined) return told(await gatherKeys(options, new Date(), keysInTree(null, [])));
  const chain = new FolderChain(webRoot);
  try {
    const folders = keyFoldersOf(discoverModules(chain), moduleFolder);
    return told(await gatherKeys(options, new Date(), keysInTree(chain, folders)));
  } finally {
    chain.close();
  }
}

/** Keys can be worked with where there is no FreePBX, unless one was named. */
function layoutOf(given: KnownKeysArguments): Layout | null {
  try {
    return findLayout(systemOptions(given));
  } catch (error) {
    const isNone = error instanceof SigsweepError && error.code === 'WEB_ROOT_NOT_FOUND' && given.root === undefined;
    if (isNone) return null;
    throw error;
  }
}

function told(keys: Keys): Keys {
  // That there are no keys yet is what these commands are for.
  const usual = ['no public key found', MISSING_KEY_FOLDER];
  for (const note of keys.notes.filter((text) => !usual.some((begin) => text.startsWith(begin)))) {
    process.stderr.write(`sigsweep: note: ${shortForTerminal(note)}\n`);
  }
  return keys;
}

/**
 * One of the keys at hand.
 * @param fingerprint as people paste it
 * @throws SigsweepError FINGERPRINT_MALFORMED, KEY_NOT_FOUND
 */
export function keyCalled(fingerprint: string, { keyring }: Keys): Certificate {
  const name = parseFingerprint(fingerprint, 'key');
  const certificate = keyring.get(name);
  if (certificate !== undefined) return certificate;
  throw new SigsweepError(
    'KEY_NOT_FOUND',
    `there is no key ${name} here: import it with sigsweep keys import FILE, or give it with --keyring FILE`,
  );
}

/** Adds keys and nothing that is said of them: enough to prove what they signed. */
export function addBare(keyring: Keyring, certificates: readonly Certificate[]): void {
  for (const { key } of certificates) {
    const bare = { key, signatures: new Map(), userIds: new Map(), subkeys: new Map() };
    keyring.add(writeCertificate(bare), key.fingerprint);
  }
}

/** What the owner of a key counts for after what was just done, which may have been signed a moment ago. */
export function judgedNow({ keyring, settings }: Keys, certificate: Certificate): Promise<Judgement> {
  return new Judge(keyring, { ...settings, now: new Date() }).judgeOwner(certificate);
}

/**
 * Requires that keys can be kept, before anything is done that cannot be undone.
 * @throws SigsweepError USAGE with --no-key-folder, and what {@link prepareKeyFolder} throws.
 */
export function requireKeyFolder(given: TrustArguments): void {
  prepareKeyFolder(folderOf(given));
}

/**
 * Keeps a key in the key folder.
 * @returns all that is known of it now
 * @throws SigsweepError USAGE with --no-key-folder, and what {@link keepKey} throws.
 */
export function keep(certificate: Certificate, given: TrustArguments): Promise<Certificate> {
  return keepKey(folderOf(given), certificate);
}

function folderOf(given: TrustArguments): string {
  const folder = keyFolderOf(given);
  if (folder !== undefined) return folder;
  throw new SigsweepError('USAGE', 'there is no folder to keep the key in: leave out --no-key-folder');
}
