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
import { identity } from './key-signature.js';
import type { Keyring } from './keyring.js';
import type { Signature } from './signature-packet.js';
import { embeddedSignaturesBy } from './subkey-state.js';

export interface ProofOptions {
  /** What is at hand of the key: what others say of its user IDs then counts without its own signatures too. */
  readonly known?: Certificate | undefined;
  /**
   * Whether that stays which a key is said to have signed that is not at hand: nobody can tell before that key is there.
   * @default none of it
   */
  readonly keepsForeign?: boolean | ((signature: Signature) => boolean);
}

/**
 * What of a key, as somebody sent it, was really signed by the key itself or by a key at hand: the rest is left out. A
 * server hands out whatever anybody put there, and enough junk on a key makes it one that cannot be judged any more.
 */
export async function provenParts(
  sent: Certificate,
  keyring: Keyring,
  { known, keepsForeign = false }: ProofOptions = {},
): Promise<Certificate> {
  const { key } = sent;
  const stays = typeof keepsForeign === 'function' ? keepsForeign : () => keepsForeign;
  const isProven = (signature: Signature, bytes: Buffer) =>
    (stays(signature) && isForeign(signature, key, keyring)) ||
    isMade(signature, bytes, makersOf(signature, key, keyring));
  const userIds = new Map<string, UserId>();
  for (const [name, userId] of sent.userIds) {
    const signatures = await proven(userId.signatures, userIdBytes(key, userId), isProven);
    const isKnown = known?.userIds.has(name) === true || (keepsForeign !== false && signatures.size > 0);
    if (isKnown || isAnyBy(key, signatures)) userIds.set(name, { bytes: userId.bytes, signatures });
  }
  const subkeys = new Map<string, Subkey>();
  for (const [name, subkey] of sent.subkeys) {
    const signatures = await proven(subkey.signatures, bindingBytes(key, subkey.key), isProven, subkey.key);
    if (isAnyBy(key, signatures)) subkeys.set(name, { key: subkey.key, signatures });
  }
  return { key, signatures: await proven(sent.signatures, keyBytes(key), isProven), userIds, subkeys };
}

/** Of copies that are worth the same, one: anybody can make others without end out of what no signature covers. */
async function proven(
  signatures: SignatureSet,
  bytes: Buffer,
  isProven: (signature: Signature, bytes: Buffer) => Promise<boolean> | boolean,
  subkey?: KeyPacket,
): Promise<SignatureSet> {
  const kept: SignatureSet = new Map();
  const worth = new Set<string>();
  for (const [packet, signature] of signatures) {
    // Those of a subkey often stand where nothing covers them, and a copy without them is worth less.
    const back = subkey === undefined ? [] : await embeddedSignaturesBy(subkey, signature, bytes);
    const name = [signature, ...back].map(identity).join('/');
    if (worth.has(name) || !(await isProven(signature, bytes))) continue;
    worth.add(name);
    kept.set(packet, signature);
  }
  return kept;
}

async function isMade(signature: Signature, bytes: Buffer, makers: readonly KeyPacket[]): Promise<boolean> {
  for (const maker of makers) if (await isSignedBy(signature, maker, bytes)) return true;
  return false;
}

/** Whether it names one maker, of whom nothing is known. */
function isForeign({ claimedIssuers }: Signature, key: KeyPacket, keyring: Keyring): boolean {
  const [keyId, ...others] = claimedIssuers;
  if (keyId === undefined || others.length > 0 || keyId === key.keyId) return false;
  return keyring.find(keyId).every(({ subkey }) => subkey !== null);
}

/**
 * Whom the signature names; one that names nobody may be the key's own. One that names two was changed by somebody, and
 * would count as junk by the other. Subkeys certify nothing, and anybody can claim any key as a subkey of his.
 */
function makersOf({ claimedIssuers }: Signature, key: KeyPacket, keyring: Keyring): KeyPacket[] {
  const [keyId, ...others] = claimedIssuers;
  if (keyId === undefined) return [key];
  if (others.length > 0) return [];
  const known = keyring.find(keyId).flatMap(({ certificate, subkey }) => (subkey === null ? [certificate.key] : []));
  return keyId === key.keyId ? [key, ...known.filter(({ fingerprint }) => fingerprint !== key.fingerprint)] : known;
}

function isAnyBy({ keyId }: KeyPacket, signatures: SignatureSet): boolean {
  return [...signatures.values()].some(({ claimedIssuers }) => claimedIssuers.has(keyId));
}
