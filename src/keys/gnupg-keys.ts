import { DataError, SigsweepError } from '../errors.js';
import { MAX_KEYRING_FILE_BYTES } from '../limits.js';
import type { Keyring } from '../openpgp/keyring.js';
import { type Gnupg, runGnupg } from './gnupg.js';

/** How gpg lists a part whose private half is elsewhere, as that of a primary key kept offline. */
const ABSENT = '#';

/**
 * The keys that GnuPG has a private part of, by the fingerprint of the primary key, in the order in which it lists them,
 * with the fingerprints of those parts that it can use: of the primary key and of subkeys.
 * @throws SigsweepError GNUPG_FAILED
 */
export async function secretPartsOf(gnupg: Gnupg): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const output = await runGnupg(gnupg, ['--with-colons', '--list-secret-keys']);
  const keys = new Map<string, Set<string>>();
  let usable = new Set<string>();
  let [record, token]: (string | undefined)[] = [];
  for (const line of output.toString('latin1').split('\n')) {
    const fields = line.split(':');
    if (fields[0] === 'sec' || fields[0] === 'ssb') [record, token] = [fields[0], fields[14]];
    if (fields[0] !== 'fpr' || record === undefined) continue;
    const [fingerprint = '', isPrimary] = [fields[9], record === 'sec'];
    record = undefined;
    if (isPrimary) usable = new Set();
    if (!/^[0-9A-F]{40}$/.test(fingerprint)) continue;
    if (isPrimary) keys.set(fingerprint, usable);
    if (token !== ABSENT) usable.add(fingerprint);
  }
  return keys;
}

/**
 * The primary fingerprints of these keys.
 * @throws SigsweepError GNUPG_FAILED
 */
export async function secretKeysOf(gnupg: Gnupg): Promise<string[]> {
  return [...(await secretPartsOf(gnupg)).keys()];
}

/**
 * Adds their public halves to what is known.
 * @param fingerprints one at least: gpg would export every key
 * @throws SigsweepError GNUPG_FAILED; SIGNER_UNUSABLE where what it exports cannot be read.
 */
export async function addPublicKeysOf(
  keyring: Keyring,
  gnupg: Gnupg,
  fingerprints: readonly [string, ...string[]],
): Promise<void> {
  const output = await runGnupg(gnupg, ['--export', '--', ...fingerprints]);
  try {
    keyring.add(output.subarray(0, MAX_KEYRING_FILE_BYTES), "GnuPG's keystore");
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('SIGNER_UNUSABLE', cause.message, { cause });
  }
}

/** What gpg prefers by itself depends on its version. */
const DIGESTS = ['--personal-digest-preferences', 'SHA256 SHA384 SHA512'];

/**
 * Clear-signs text with the newest signing part of a key.
 * @throws SigsweepError GNUPG_FAILED, PASSPHRASE_WRONG
 */
export async function gnupgClearsign(gnupg: Gnupg, fingerprint: string, text: Uint8Array): Promise<Buffer> {
  const args = [...DIGESTS, '--local-user', fingerprint, '--output', '-', '--clearsign'];
  return runGnupg(gnupg, args, text);
}

/**
 * Signs bytes as a one-pass signed message with that file name.
 * @throws SigsweepError GNUPG_FAILED, PASSPHRASE_WRONG
 */
export async function gnupgSignMessage(
  gnupg: Gnupg,
  fingerprint: string,
  bytes: Uint8Array,
  name: string,
): Promise<Buffer> {
  const args = [...DIGESTS, '--set-filename', name, '--local-user', fingerprint, '--output', '-', '--sign'];
  return runGnupg(gnupg, args, bytes);
}
