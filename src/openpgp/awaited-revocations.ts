import type { Certificate } from './certificate.js';
import { type Signature, SignatureType } from './signature-packet.js';
import { designatedRevokers } from './subpackets.js';

/**
 * Tells revocations by those who can take trust in a key away, an anchor or a revoker that the key names, whether their
 * keys are at hand or not: what was revoked shall be so on the day when they are, which may be long after.
 * @param copies what is known of the key, from wherever
 * @param anchors fingerprints
 */
export function awaitedRevocations(
  copies: readonly Certificate[],
  anchors: Iterable<string>,
): (signature: Signature) => boolean {
  const revokers = copies.flatMap(signaturesOf).flatMap(designatedRevokers);
  const keyIds = new Set([...anchors, ...revokers].map((fingerprint) => fingerprint.slice(-16)));
  return ({ type, claimedIssuers }) =>
    (type === SignatureType.KeyRevocation || type === SignatureType.CertificationRevocation) &&
    [...claimedIssuers].some((keyId) => keyIds.has(keyId));
}

/** Those that may name a revoker. */
function signaturesOf({ signatures, userIds }: Certificate): Signature[] {
  return [signatures, ...[...userIds.values()].map((userId) => userId.signatures)].flatMap((set) => [...set.values()]);
}
