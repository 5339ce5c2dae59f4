import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { ByteReader } from './bytes.js';
import { digestName } from './digests.js';
import { type KeyPacket, keyMaterial } from './key-packet.js';
import type { Signature } from './signature-packet.js';

/** The digests that OpenSSL is asked about. */
const DIGESTS: ReadonlySet<string> = new Set(['sha1', 'sha224', 'sha256', 'sha384', 'sha512']);

/**
 * Bytes by which a signature may be shorter than the modulus. One in 2^64 genuine ones is shorter; of forged ones, as
 * many fit into a key file as they are short, each as dear to judge as a long one.
 */
const MOST_LEADING_ZEROS = 8;

interface RsaKey {
  readonly object: KeyObject;
  readonly modulusBytes: number;
}

const keys = new WeakMap<KeyPacket, RsaKey>();

/**
 * Whether an RSA key made the signature over the bytes (RFC 9580 §5.2.4, RSASSA-PKCS1-v1_5), asked of Node's own
 * OpenSSL: every signer of genuine modules has such a key, and nothing has to be loaded for it. `null` where OpenSSL
 * cannot say, as where a system's policy keeps it from looking at SHA-1.
 */
export function isSignedByRsa(signature: Signature, key: KeyPacket, bytes: Buffer): boolean | null {
  const digest = digestName(signature.digest);
  if (!DIGESTS.has(digest)) return null;
  const signed = Buffer.concat([bytes, signature.hashedPart, trailer(signature.hashedPart.length)]);
  try {
    if (!createHash(digest).update(signed).digest().subarray(0, 2).equals(signature.digestStart)) return false;
    const { object, modulusBytes } = rsaKey(key);
    const number = signatureNumber(signature.material, modulusBytes);
    return number !== null && verify(digest, signed, object, number);
  } catch {
    return null;
  }
}

/** What ends the bytes that a version 4 signature covers. */
function trailer(hashedBytes: number): Buffer {
  const end = Buffer.from([4, 0xff, 0, 0, 0, 0]);
  end.writeUInt32BE(hashedBytes, 2);
  return end;
}

function rsaKey(key: KeyPacket): RsaKey {
  let loaded = keys.get(key);
  if (loaded === undefined) {
    const reader = new ByteReader(keyMaterial(key));
    const modulus = readNumber(reader);
    const [n, e] = [modulus, readNumber(reader)].map((number) => number.toString('base64url')) as [string, string];
    const object = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    loaded = { object, modulusBytes: modulus.length };
    keys.set(key, loaded);
  }
  return loaded;
}

/** The signature proper, as long as the modulus; `null` where it is no such number. */
function signatureNumber(material: Buffer, modulusBytes: number): Buffer | null {
  const reader = new ByteReader(material);
  const number = readNumber(reader);
  if (reader.left > 0 || number.length > modulusBytes || number.length < modulusBytes - MOST_LEADING_ZEROS) return null;
  return Buffer.concat([Buffer.alloc(modulusBytes - number.length), number]);
}

function readNumber(reader: ByteReader): Buffer {
  const bits = reader.uint(2);
  return reader.take((bits + 7) >> 3);
}
