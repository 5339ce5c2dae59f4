import { type Config, config, enums, LiteralDataPacket, PublicKeyPacket, SignaturePacket } from 'openpgp';
import { type KeyPacket, weaknessOf } from './key-packet.js';
import type { Signature } from './signature-packet.js';

/**
 * The one place that hands anything to openpgp.js, and the only question put to it: do these numbers sign these bytes
 * under this key? Its own policies are switched off and its reading of subpackets is bypassed; both are ours.
 */
const NO_POLICY: Config = {
  ...config,
  rejectHashAlgorithms: new Set(),
  rejectMessageHashAlgorithms: new Set(),
  rejectPublicKeyAlgorithms: new Set(),
  rejectCurves: new Set(),
};

/** A hashed area that holds only a creation time, without which openpgp.js reads no signature; six octets long. */
const BARE_SUBPACKETS = Buffer.from([0, 6, 5, 2, 0, 0, 0, 0, 0, 0]);

const loadedKeys = new WeakMap<KeyPacket, Promise<PublicKeyPacket | null>>();

/**
 * Whether the key made the signature over the bytes, which are everything the signature covers except itself.
 * `false` also for keys that are too weak to count and for numbers of a wrong form. Never throws.
 */
export async function isSignedBy(signature: Signature, key: KeyPacket, bytes: Buffer): Promise<boolean> {
  try {
    const loaded = await loadKey(key);
    if (loaded === null) return false;
    const packet = new SignaturePacket();
    packet.read(bareSignature(signature));
    packet.signatureData = signature.hashedPart;
    packet.issuerKeyID = loaded.getKeyID();
    const literal = new LiteralDataPacket();
    // As binary data openpgp.js hashes the bytes as they are: canonical text was made before, by our own rules.
    // @ts-expect-error: setBytes is public in the library, private only in its type declarations.
    literal.setBytes(bytes, enums.literal.binary);
    // No date: whether a signature counts at a time is decided elsewhere. It throws unless the signature verifies.
    await packet.verify(loaded, enums.signature.binary, literal, null as unknown as Date, false, NO_POLICY);
    return true;
  } catch {
    return false;
  }
}

function bareSignature({ type, keyAlgorithm, digest, digestStart, material }: Signature): Buffer {
  return Buffer.concat([Buffer.from([4, type, keyAlgorithm, digest]), BARE_SUBPACKETS, digestStart, material]);
}

function loadKey(key: KeyPacket): Promise<PublicKeyPacket | null> {
  let loaded = loadedKeys.get(key);
  if (loaded === undefined) {
    loaded = readKey(key);
    loadedKeys.set(key, loaded);
  }
  return loaded;
}

async function readKey(key: KeyPacket): Promise<PublicKeyPacket | null> {
  if (weaknessOf(key) !== null) return null;
  const packet = new PublicKeyPacket();
  await packet.read(key.body);
  // openpgp.js writes the key anew to compute this: another fingerprint means that it read another key.
  return packet.getFingerprint().toUpperCase() === key.fingerprint ? packet : null;
}
