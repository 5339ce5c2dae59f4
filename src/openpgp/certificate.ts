import { MAX_SUBKEYS_PER_KEY } from '../limits.js';
import { type KeyPacket, keyHashInput } from './key-packet.js';
import type { Signature } from './signature-packet.js';

/**
 * All that is known of one key: what RFC 9580 §10.1 calls a transferable public key, merged from every place it came
 * from. Everything here is a claim until it verifies.
 */
export interface Certificate {
  readonly key: KeyPacket;
  /** Signatures on the key itself: direct-key signatures and key revocations. */
  readonly signatures: SignatureSet;
  /** By the user ID's bytes as latin1. */
  readonly userIds: Map<string, UserId>;
  /** By the subkey's fingerprint, at most {@link MAX_SUBKEYS_PER_KEY}. */
  readonly subkeys: Map<string, Subkey>;
}

export interface UserId {
  readonly bytes: Buffer;
  readonly signatures: SignatureSet;
}

export interface Subkey {
  readonly key: KeyPacket;
  readonly signatures: SignatureSet;
}

/** Signatures by the bytes of their packets as latin1, so that a copy of one is not a second one. */
export type SignatureSet = Map<string, Signature>;

/** What a direct-key signature or a key revocation covers (RFC 9580 §5.2.4). */
export function keyBytes(key: KeyPacket): Buffer {
  return keyHashInput(key.body);
}

/** What a certification of a user ID, or its revocation, covers. */
export function userIdBytes(key: KeyPacket, userId: UserId): Buffer {
  const header = Buffer.from([0xb4, 0, 0, 0, 0]);
  header.writeUInt32BE(userId.bytes.length, 1);
  return Buffer.concat([keyHashInput(key.body), header, userId.bytes]);
}

/** What a subkey binding, a back-signature or a subkey revocation covers. */
export function bindingBytes(key: KeyPacket, subkey: KeyPacket): Buffer {
  return Buffer.concat([keyHashInput(key.body), keyHashInput(subkey.body)]);
}

/** The user ID with these bytes, which is added when it is new. */
export function userIdOf({ userIds }: Certificate, bytes: Buffer): UserId {
  const name = bytes.toString('latin1');
  let userId = userIds.get(name);
  if (userId === undefined) {
    userId = { bytes, signatures: new Map() };
    userIds.set(name, userId);
  }
  return userId;
}

/** The subkey with this packet, which is added when it is new, or `null` when the key has as many as it may have. */
export function subkeyOf({ subkeys }: Certificate, key: KeyPacket): Subkey | null {
  let subkey = subkeys.get(key.fingerprint);
  if (subkey === undefined) {
    if (subkeys.size >= MAX_SUBKEYS_PER_KEY) return null;
    subkey = { key, signatures: new Map() };
    subkeys.set(key.fingerprint, subkey);
  }
  return subkey;
}

/** What is said of a key with more subkeys than are kept. */
export function tooManySubkeys({ fingerprint }: KeyPacket): string {
  return `key ${fingerprint}: it has more than ${MAX_SUBKEYS_PER_KEY} subkeys, the others were passed over`;
}

/**
 * Adds what `from` knows to `into`; both are of the same key. Nothing is lost, revocations least of all, except
 * subkeys past the limit, with what is said of them: then it returns `false`.
 */
export function mergeCertificates(into: Certificate, from: Certificate): boolean {
  mergeSignatures(into.signatures, from.signatures);
  for (const { bytes, signatures } of from.userIds.values()) {
    mergeSignatures(userIdOf(into, bytes).signatures, signatures);
  }
  let isWhole = true;
  for (const { key, signatures } of from.subkeys.values()) {
    const subkey = subkeyOf(into, key);
    if (subkey === null) isWhole = false;
    else mergeSignatures(subkey.signatures, signatures);
  }
  return isWhole;
}

function mergeSignatures(into: SignatureSet, from: SignatureSet): void {
  for (const [bytes, signature] of from) into.set(bytes, signature);
}
