import { DataError } from '../errors.js';
import { MAX_SIGNATURES_PER_COMPONENT, MAX_SIGNATURES_PER_KEY } from '../limits.js';
import type { SignatureSet } from './certificate.js';
import { isSignedBy } from './crypto.js';
import { isKeyDigest } from './digests.js';
import type { KeyPacket } from './key-packet.js';
import { type Signature, SignatureType } from './signature-packet.js';
import { createdAt, expiresAt, hashedIssuerFingerprint, subpacketProblem } from './subpackets.js';

/**
 * Chooses the signatures worth verifying on one key and keeps their number bounded. Only claims can be looked at, so
 * junk may be among them; past the bound the whole key is refused, because cutting the list short could cut off the
 * one revocation that matters.
 */
export class Selection {
  readonly #fingerprint: string;
  #left = MAX_SIGNATURES_PER_KEY;

  /** `fingerprint` is the key's, for the message. */
  constructor(fingerprint: string) {
    this.#fingerprint = fingerprint;
  }

  /**
   * The wanted signatures, each once. `isWanted` is asked about every copy, so that none can hide another. Of what is
   * returned only the part that is covered may be looked at: the rest is that of any copy.
   *
   * Throws {@link DataError} past the bound.
   */
  from(signatures: SignatureSet, isWanted: (signature: Signature) => boolean): Signature[] {
    const chosen = new Map<string, Signature>();
    for (const signature of signatures.values()) {
      if (isWanted(signature)) chosen.set(identity(signature), signature);
    }
    this.#left -= chosen.size;
    if (chosen.size > MAX_SIGNATURES_PER_COMPONENT || this.#left < 0) {
      throw new DataError(`the key ${this.#fingerprint} carries more signatures than can be checked`);
    }
    return [...chosen.values()];
  }
}

/**
 * What makes two copies of a signature the same: all that decides whether it verifies, and nothing else. The unhashed
 * subpackets are left out, since anybody can vary them without end; the numbers and the start of the digest are not
 * covered either but stay in, so that a copy with wrong ones does not stand for the right one. The lengths keep junk
 * from being cut such that it looks like a copy of something genuine and takes its place.
 */
export function identity({ hashedPart, digestStart, material }: Signature): string {
  return [hashedPart, digestStart, material].map((part) => `${part.length}:${part.toString('latin1')}`).join('');
}

/** Whether the signature names the key as its maker (which proves nothing). */
export function claimsToBeBy(signature: Signature, key: KeyPacket): boolean {
  return signature.claimedIssuers.has(key.keyId);
}

/**
 * Whether a certification, self-signature or binding counts: made by `maker` over `bytes`, nothing that it covers
 * forbids it. All copies with the same `hashedPart` that verify are worth the same.
 */
export async function isValidKeySignature(
  signature: Signature,
  maker: KeyPacket,
  bytes: Buffer,
  now: number,
): Promise<boolean> {
  const created = createdAt(signature);
  if (created === null || created > now || created < maker.created) return false;
  if (!isKeyDigest(signature.digest) || subpacketProblem(signature, 'key') !== null) return false;
  const fingerprint = hashedIssuerFingerprint(signature);
  if (fingerprint !== null && fingerprint !== maker.fingerprint) return false;
  return isSignedBy(signature, maker, bytes);
}

/**
 * Whether a revocation counts: made by `maker` over `bytes`. Nothing else can take its force, neither its date nor a
 * critical subpacket, since believing one too many is an alarm and believing one too few is a wrong "good".
 */
export async function isValidRevocation(signature: Signature, maker: KeyPacket, bytes: Buffer): Promise<boolean> {
  return isKeyDigest(signature.digest) && isSignedBy(signature, maker, bytes);
}

/** The signatures for which the check resolves to `true`, in order. */
export async function keepIf(
  signatures: readonly Signature[],
  check: (signature: Signature) => Promise<boolean>,
): Promise<Signature[]> {
  const kept: Signature[] = [];
  for (const signature of signatures) if (await check(signature)) kept.push(signature);
  return kept;
}

/**
 * The newest signature, which decides. At an equal second a revocation wins over everything, then what expires first:
 * in doubt the stricter one. A revocation without a date counts as newest.
 */
export function newestOf(signatures: readonly Signature[]): Signature | undefined {
  let newest: Signature | undefined;
  for (const signature of signatures) {
    if (newest === undefined || isNewer(signature, newest)) newest = signature;
  }
  return newest;
}

/** Those of the newest second. Several of one second count together, so that their order decides nothing. */
export function newestSecond(signatures: readonly Signature[]): Signature[] {
  const newest = newestOf(signatures);
  return newest === undefined ? [] : signatures.filter((item) => createdAt(item) === createdAt(newest));
}

export function isRevocation(signature: Signature): boolean {
  return signature.type === SignatureType.CertificationRevocation;
}

function isNewer(a: Signature, b: Signature): boolean {
  const difference = dateOf(a) - dateOf(b);
  if (difference !== 0 && !Number.isNaN(difference)) return difference > 0;
  if (isRevocation(a) !== isRevocation(b)) return isRevocation(a);
  return (expiresAt(a) ?? Number.POSITIVE_INFINITY) < (expiresAt(b) ?? Number.POSITIVE_INFINITY);
}

function dateOf(signature: Signature): number {
  return createdAt(signature) ?? Number.POSITIVE_INFINITY;
}
