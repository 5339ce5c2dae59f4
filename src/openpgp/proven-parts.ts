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

/**
 * What becomes of signatures by keys that are not at hand, of which nobody can tell whether they are genuine: they are
 * left out, or kept for the day when those keys are there.
 */
export type ByOthers = 'drop' | 'keep';

/** Signatures that stay, and whether what they are on does. */
interface Proven {
  readonly signatures: SignatureSet;
  readonly stays: boolean;
}

/**
 * What of a key was really signed by the key itself or by a key at hand: the rest is left out. A server, a mail or the
 * scanned tree hand out whatever anybody put there, and enough junk on a key makes it one that cannot be judged any more.
 */
export async function provenParts(
  sent: Certificate,
  keyring: Keyring,
  byOthers: ByOthers = 'drop',
): Promise<Certificate> {
  const { key } = sent;
  const prove = (signatures: SignatureSet, bytes: Buffer) => proven(signatures, bytes, key, keyring, byOthers);
  const userIds = new Map<string, UserId>();
  for (const [name, userId] of sent.userIds) {
    const { signatures, stays } = await prove(userId.signatures, userIdBytes(key, userId));
    if (stays) userIds.set(name, { bytes: userId.bytes, signatures });
  }
  const subkeys = new Map<string, Subkey>();
  for (const [name, subkey] of sent.subkeys) {
    const { signatures, stays } = await prove(subkey.signatures, bindingBytes(key, subkey.key));
    if (stays) subkeys.set(name, { key: subkey.key, signatures });
  }
  const { signatures } = await prove(sent.signatures, keyBytes(key));
  return { key, signatures, userIds, subkeys };
}

async function proven(
  signatures: SignatureSet,
  bytes: Buffer,
  key: KeyPacket,
  keyring: Keyring,
  byOthers: ByOthers,
): Promise<Proven> {
  const kept: SignatureSet = new Map();
  let isOwn = false;
  for (const [packet, signature] of signatures) {
    const makers = makersOf(signature, key, keyring);
    // One that claims to be by two keys is wrong about one of them.
    if (makers.length === 0 && byOthers === 'keep') kept.set(packet, signature);
    for (const maker of makers) {
      if (!(await isSignedBy(signature, maker, bytes))) continue;
      kept.set(packet, signature);
      isOwn ||= maker === key;
      break;
    }
  }
  return { signatures: kept, stays: isOwn || (byOthers === 'keep' && kept.size > 0) };
}

/** Whom the signature names, as far as they are at hand; one that names nobody may be the key's own. */
function makersOf({ claimedIssuers }: Signature, key: KeyPacket, keyring: Keyring): KeyPacket[] {
  if (claimedIssuers.size === 0) return [key];
  const others = [...claimedIssuers].flatMap((keyId) => keyring.find(keyId).map(({ certificate }) => certificate.key));
  return claimedIssuers.has(key.keyId) ? [key, ...others] : others;
}
