import { setImmediate } from 'node:timers/promises';
import type { PublicKeyPacket } from 'openpgp';
import { Algorithm, type KeyPacket, weaknessOf } from './key-packet.js';
import { isSignedByRsa } from './rsa.js';
import type { Signature } from './signature-packet.js';

/**
 * The one place that hands anything to openpgp.js, and the only question put to it: do these numbers sign these bytes
 * under this key? Its own policies are switched off and its reading of subpackets is bypassed; both are ours.
 */
async function loadLibrary() {
  const openpgp = await import('openpgp');
  const noPolicy = {
    ...openpgp.config,
    rejectHashAlgorithms: new Set<never>(),
    rejectMessageHashAlgorithms: new Set<never>(),
    rejectPublicKeyAlgorithms: new Set<never>(),
    rejectCurves: new Set<never>(),
  };
  return { ...openpgp, noPolicy };
}

let library: ReturnType<typeof loadLibrary> | undefined;

/** The library, from the first signature on that takes it: loading takes 40 ms, and genuine modules need none of it. */
function openpgp(): ReturnType<typeof loadLibrary> {
  library ??= loadLibrary();
  return library;
}

/** A hashed area that holds only a creation time, without which openpgp.js reads no signature; six octets long. */
const BARE_SUBPACKETS = Buffer.from([0, 6, 5, 2, 0, 0, 0, 0, 0, 0]);

const loadedKeys = new WeakMap<KeyPacket, Promise<PublicKeyPacket | null>>();

/**
 * Whether the key made the signature over the bytes, which are everything the signature covers except itself.
 * `false` also for keys that are too weak to count and for numbers of a wrong form. Throws only where the library
 * cannot be loaded: that says nothing of the signature.
 */
export async function isSignedBy(signature: Signature, key: KeyPacket, bytes: Buffer): Promise<boolean> {
  if (weaknessOf(key) !== null || signature.keyAlgorithm !== key.algorithm) return false;
  // Asked again after each wait: whoever waited for the same turn may have used it up.
  while (performance.now() - turnBegan > LONGEST_TURN) await eventLoopTurn();
  const answer = key.algorithm === Algorithm.Rsa ? isSignedByRsa(signature, key, bytes) : null;
  return answer ?? isSignedByLibrary(signature, key, bytes);
}

/** How long signatures may keep the event loop from hearing signals, in milliseconds. A hostile key has thousands. */
const LONGEST_TURN = 20;

let turnBegan = 0;
let nextTurn: Promise<void> | undefined;

/** Resolves when signals and others had their turn. */
function eventLoopTurn(): Promise<void> {
  nextTurn ??= setImmediate().then(() => {
    turnBegan = performance.now();
    nextTurn = undefined;
  });
  return nextTurn;
}

async function isSignedByLibrary(signature: Signature, key: KeyPacket, bytes: Buffer): Promise<boolean> {
  const { SignaturePacket, LiteralDataPacket, enums, noPolicy } = await openpgp();
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
    await packet.verify(loaded, enums.signature.binary, literal, null as unknown as Date, false, noPolicy);
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
  const { PublicKeyPacket } = await openpgp();
  const packet = new PublicKeyPacket();
  await packet.read(key.body);
  // openpgp.js writes the key anew to compute this: another fingerprint means that it read another key.
  return packet.getFingerprint().toUpperCase() === key.fingerprint ? packet : null;
}
