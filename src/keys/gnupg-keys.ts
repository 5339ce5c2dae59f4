import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MAX_KEYRING_FILE_BYTES } from '../limits.js';
import { type Gnupg, runGnupg } from './gnupg.js';

/**
 * The primary fingerprints of the keys whose private part GnuPG can use, in the order in which it lists them.
 * @throws SigsweepError GNUPG_FAILED
 */
export async function secretKeysOf(gnupg: Gnupg): Promise<string[]> {
  // gpg would make a home where there is none, and this only looks.
  if (!existsSync(homeOf(gnupg))) return [];
  const output = await runGnupg(gnupg, ['--with-colons', '--list-secret-keys']);
  const fingerprints: string[] = [];
  let isPrimary = false;
  for (const line of output.toString('latin1').split('\n')) {
    const fields = line.split(':');
    if (fields[0] === 'sec') isPrimary = true;
    else if (fields[0] === 'ssb') isPrimary = false;
    else if (fields[0] === 'fpr' && isPrimary && /^[0-9A-F]{40}$/.test(fields[9] ?? '')) {
      fingerprints.push(fields[9] ?? '');
      isPrimary = false;
    }
  }
  return fingerprints;
}

function homeOf({ home }: Gnupg): string {
  return home ?? (process.env.GNUPGHOME || join(homedir(), '.gnupg'));
}

/**
 * Their public halves, binary; empty where there are none.
 * @throws SigsweepError GNUPG_FAILED
 */
export async function publicKeysOf(gnupg: Gnupg, fingerprints: readonly string[]): Promise<Buffer> {
  if (fingerprints.length === 0) return Buffer.alloc(0);
  const output = await runGnupg(gnupg, ['--export', '--', ...fingerprints]);
  return output.subarray(0, MAX_KEYRING_FILE_BYTES);
}

/** What makes gpg's output that which we accept, whatever the user's options say. */
const PLAIN = ['--no-comments', '--no-emit-version', '--personal-digest-preferences', 'SHA256 SHA384 SHA512'];

/**
 * Clear-signs text with the newest signing part of a key.
 * @throws SigsweepError GNUPG_FAILED, PASSPHRASE_WRONG
 */
export async function gnupgClearsign(gnupg: Gnupg, fingerprint: string, text: Uint8Array): Promise<Buffer> {
  const args = [...PLAIN, '--local-user', fingerprint, '--output', '-', '--clearsign'];
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
  const args = [...PLAIN, '--set-filename', name, '--local-user', fingerprint, '--output', '-', '--sign'];
  return runGnupg(gnupg, args, bytes);
}
