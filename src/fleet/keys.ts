import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { makePrivateFolder } from '../files/private-folder.js';
import { readTrustedFile } from '../files/trusted.js';
import { writeWhole } from '../files/write.js';
import { MAX_FLEET_KEY_BYTES } from '../limits.js';

/** What a PKCS #8 file of an Ed25519 key begins with, before the 32 bytes of the key (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Bytes of an Ed25519 key, private or public (RFC 8032 §5.1). */
export const KEY_BYTES = 32;

/** A new key pair of Ed25519, as its private half: the public one is made from it. */
export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

/** The private key of 32 secret bytes. */
export function keyOfSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}

/** The 32 secret bytes of a private key. */
export function seedOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length));
}

/** A public key, or the public half of a private one, in 43 characters (base64url, RFC 4648 §5). */
export function publicText(key: KeyObject): string {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return String(x);
}

/** The public key of such a text. @throws Error where it is none. */
export function publicKeyOf(text: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
}

/**
 * The key in a file of a folder that is out of others' reach; both are made where they are not there.
 * @throws SigsweepError FLEET_UNUSABLE; FILE_UNSAFE when others could read or replace it.
 */
export function ownKey(folder: string, name: string): KeyObject {
  const file = join(folder, name);
  try {
    makePrivateFolder(folder);
    if (!existsSync(file)) {
      const pem = newKey().export({ format: 'pem', type: 'pkcs8' }) as string;
      writeWhole(file, [pem], { mode: 0o600 });
    }
    return readKey(file);
  } catch (cause) {
    if (cause instanceof SigsweepError && cause.code !== 'OUTPUT_FAILED') throw cause;
    throw new SigsweepError('FLEET_UNUSABLE', `cannot keep the key ${file}: ${errorInWords(cause)}`, { cause });
  }
}

/**
 * The key in a file that was made before.
 * @returns `null` where there is none.
 * @throws SigsweepError as {@link ownKey}.
 */
export function keptKey(folder: string, name: string): KeyObject | null {
  const file = join(folder, name);
  try {
    return readKey(file);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('FLEET_UNUSABLE', `cannot read the key ${file}: ${errorInWords(cause)}`, { cause });
  }
}

function readKey(file: string): KeyObject {
  const pem = readTrustedFile(file, { maxBytes: MAX_FLEET_KEY_BYTES, secret: true });
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
  return key;
}
