import {
  bindingBytes,
  type Certificate,
  keyBytes,
  type SignatureSet,
  type Subkey,
  type UserId,
  userIdBytes,
} from './certificate.js';
import { isSignedBy } from './crypto.js';
import type { KeyPacket } from './key-packet.js';
import type { Keyring } from './keyring.js';
import type { Signature } from './signature-packet.js';

/** Signatures that verify, and whether the key itself made one of them. */
interface Proven {
  readonly signatures: SignatureSet;
  readonly isOwn: boolean;
}

/**
 * What of a key was really signed by the key itself or by a key at hand: the rest is left out. A server, a mail or the
 * scanned tree hand out whatever anybody put there, and enough junk on a key makes it one that cannot be judged any more.
 */
export async function provenParts(sent: Certificate, keyring: Keyring): Promise<Certificate> {
  const { key } = sent;
  const userIds = new Map<string, UserId>();
  for (const [name, userId] of sent.userIds) {
    const { signatures, isOwn } = await proven(userId.signatures, userIdBytes(key, userId), key, keyring);
    if (isOwn) userIds.set(name, { bytes: userId.bytes, signatures });
  }
  const subkeys = new Map<string, Subkey>();
  for (const [name, subkey] of sent.subkeys) {
    const { signatures, isOwn } = await proven(subkey.signatures, bindingBytes(key, subkey.key), key, keyring);
    if (isOwn) subkeys.set(name, { key: subkey.key, signatures });
  }
  const { signatures } = await proven(sent.signatures, keyBytes(key), key, keyring);
  return { key, signatures, userIds, subkeys };
}

async function proven(signatures: SignatureSet, bytes: Buffer, key: KeyPacket, keyring: Keyring): Promise<Proven> {
  const kept: SignatureSet = new Map();
  let isOwn = false;
  for (const [packet, signature] of signatures) {
    for (const maker of makersOf(signature, key, keyring)) {
      if (!(await isSignedBy(signature, maker, bytes))) continue;
      kept.set(packet, signature);
      isOwn ||= maker === key;
      break;
    }
  }
  return { signatures: kept, isOwn };
}

/** Whom the signature names; one that names nobody may be the key's own. */
function makersOf({ claimedIssuers }: Signature, key: KeyPacket, keyring: Keyring): KeyPacket[] {
  if (claimedIssuers.size === 0) return [key];
  const others = [...claimedIssuers].flatMap((keyId) => keyring.find(keyId).map(({ certificate }) => certificate.key));
  return claimedIssuers.has(key.keyId) ? [key, ...others] : others;
}
