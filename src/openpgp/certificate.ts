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
  /** By the subkey's fingerprint. */
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

/** Adds what `from` knows to `into`; both are of the same key. Nothing is lost, revocations least of all. */
export function mergeCertificates(into: Certificate, from: Certificate): void {
  mergeSignatures(into.signatures, from.signatures);
  mergeComponents(into.userIds, from.userIds);
  mergeComponents(into.subkeys, from.subkeys);
}

function mergeComponents<T extends { readonly signatures: SignatureSet }>(into: Map<string, T>, from: Map<string, T>) {
  for (const [name, component] of from) {
    const known = into.get(name);
    if (known === undefined) into.set(name, component);
    else mergeSignatures(known.signatures, component.signatures);
  }
}

function mergeSignatures(into: SignatureSet, from: SignatureSet): void {
  for (const [bytes, signature] of from) into.set(bytes, signature);
}
