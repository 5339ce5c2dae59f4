import type {
  CertificationDescription,
  KeyDescription,
  SubkeyDescription,
  UserIdDescription,
} from '../key-description.js';
import type { Certificate, UserId } from './certificate.js';
import { certificationBy } from './certification.js';
import { type KeyPacket, keySizeInWords } from './key-packet.js';
import { Selection } from './key-signature.js';
import { readKeyState } from './key-state.js';
import type { Keyring } from './keyring.js';
import { type Signature, SignatureType } from './signature-packet.js';
import { readSubkeyState, type SubkeyState } from './subkey-state.js';
import { createdAt, expiresAt } from './subpackets.js';
import { Judge, type TrustSettings } from './trust.js';

/**
 * Describes one key, judged as a signer would be.
 *
 * Throws DataError when the key carries more signatures than can be checked.
 */
export async function describeKey(
  certificate: Certificate,
  keyring: Keyring,
  settings: TrustSettings,
): Promise<KeyDescription> {
  const { key } = certificate;
  const now = Math.floor(settings.now.getTime() / 1000);
  const state = await readKeyState(certificate, (name) => keyring.get(name), new Selection(key.fingerprint), now);
  const anchors = [...settings.anchors].flatMap((name) => keyring.get(name) ?? []).filter((one) => one !== certificate);
  const selection = new Selection(key.fingerprint);
  const userIds: UserIdDescription[] = [];
  for (const userId of certificate.userIds.values()) {
    const certifications = await certificationsOf(certificate, userId, anchors, selection, now);
    userIds.push({ userId: userId.bytes.toString('latin1'), isOwn: state.userIds.includes(userId), certifications });
  }
  const subkeys: SubkeyDescription[] = [];
  for (const subkey of certificate.subkeys.values()) {
    const found = await readSubkeyState(certificate, subkey, new Selection(key.fingerprint), now);
    subkeys.push(describeSubkey(subkey.key, found));
  }
  return {
    fingerprint: key.fingerprint,
    algorithm: keySizeInWords(key),
    created: dateOf(key.created),
    expires: state.expiresAt === null ? null : dateOf(state.expiresAt),
    ...(await judged(certificate, keyring, settings)),
    userIds,
    subkeys,
    sources: keyring.sourcesOf(key.fingerprint),
  };
}

async function judged(
  certificate: Certificate,
  keyring: Keyring,
  settings: TrustSettings,
): Promise<Pick<KeyDescription, 'trust' | 'reason' | 'warnings'>> {
  const { trust, reason, warnings } = await new Judge(keyring, settings).judgeOwner(certificate);
  // Only the use of a key makes it invalid, and the owner is judged without one.
  return { trust: trust === 'invalid' ? 'unknown' : trust, reason, warnings };
}

async function certificationsOf(
  certificate: Certificate,
  userId: UserId,
  anchors: readonly Certificate[],
  selection: Selection,
  now: number,
): Promise<CertificationDescription[]> {
  const certifications: CertificationDescription[] = [];
  for (const anchor of anchors) {
    const { standing, made } = await certificationBy(anchor, certificate, userId, selection, now, []);
    if (standing !== 'none') certifications.push({ by: anchor.key.fingerprint, standing, ...datesOf(made) });
  }
  return certifications;
}

function datesOf(made: Signature | null): Pick<CertificationDescription, 'made' | 'expires'> {
  const [from, until] = made === null ? [null, null] : [createdAt(made), endOf(made)];
  return { made: from === null ? null : dateOf(from), expires: until === null ? null : dateOf(until) };
}

/** A revocation does not end. */
function endOf(made: Signature): number | null {
  return made.type === SignatureType.CertificationRevocation ? null : expiresAt(made);
}

function describeSubkey(key: KeyPacket, state: SubkeyState): SubkeyDescription {
  return {
    fingerprint: key.fingerprint,
    algorithm: keySizeInWords(key),
    created: dateOf(key.created),
    expires: state.expiresAt === null ? null : dateOf(state.expiresAt),
    objection: state.objection,
    isRevoked: state.isRevoked,
  };
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
