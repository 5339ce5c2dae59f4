import { readFileSync, statSync } from 'node:fs';
import { DataError, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import type { Keyring } from '../openpgp/keyring.js';
import { readSecretKey, type SecretKey } from '../openpgp/secret-key.js';
import { clearsign, signMessage } from '../openpgp/sign.js';
import type { Signer } from './signer.js';

const READABLE_BY_OTHERS = 0o044;

/** A private key in a file, and the function that asks for its passphrase. */
export interface SecretKeyFile {
  readonly file: string;
  readonly secret: SecretKey;
}

/**
 * Reads a private key, and adds its public half to what is known.
 * @throws SigsweepError SIGNER_UNUSABLE when the file cannot be read or holds no private key; FILE_UNSAFE when others can
 * read it, and it has no passphrase.
 */
export async function openKeyFile(file: string, keyring: Keyring): Promise<SecretKeyFile> {
  try {
    const secret = await readSecretKey(readFileSync(file));
    if (!secret.isLocked) requireOwn(file);
    keyring.add(secret.publicKey(), file);
    return { file, secret };
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('SIGNER_UNUSABLE', `key ${file}: ${errorInWords(cause)}`, { cause });
  }
}

/** Whoever can read a key without a passphrase can sign. A pipe has been opened by whoever runs this. */
function requireOwn(file: string): void {
  const stat = statSync(file);
  if (!stat.isFile() || (stat.mode & READABLE_BY_OTHERS) === 0) return;
  const remedy = `chmod go= ${file}, or lock the key with a passphrase`;
  throw new SigsweepError('FILE_UNSAFE', `key ${file} has no passphrase and can be read by others: ${remedy}`);
}

/**
 * Opens the private parts, where they are locked.
 * @throws SigsweepError PASSPHRASE_WRONG, SIGNER_UNUSABLE where one does not belong to its public part.
 */
export async function unlockKeyFile(
  { file, secret }: SecretKeyFile,
  ask: ((prompt: string) => Promise<string>) | undefined,
): Promise<void> {
  if (secret.isLocked) await unlock(file, secret, ask);
  try {
    await secret.validate();
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('SIGNER_UNUSABLE', `key ${file}: ${cause.message}: make another key`, { cause });
  }
}

async function unlock(
  file: string,
  secret: SecretKey,
  ask: ((prompt: string) => Promise<string>) | undefined,
): Promise<void> {
  if (ask === undefined) throw new SigsweepError('PASSPHRASE_WRONG', `key ${file} is locked with a passphrase`);
  try {
    await secret.unlock(await ask(`passphrase of ${file}`));
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('PASSPHRASE_WRONG', `key ${file}: ${cause.message}`, { cause });
  }
}

/**
 * Signs with one part of a key in a file.
 * @param part fingerprint of its primary key or of a subkey, whose private part is there
 */
export function fileSigner(
  key: SecretKeyFile,
  part: string,
  certificate: Signer['certificate'],
  ask: ((prompt: string) => Promise<string>) | undefined,
): Signer {
  const packet = async () => {
    await unlockKeyFile(key, ask);
    return key.secret.part(part);
  };
  return {
    certificate,
    clearsign: async (text) => clearsign(text, key.secret, {}, await packet()),
    signMessage: async (bytes, name) => signMessage(bytes, name, key.secret, {}, await packet()),
  };
}
