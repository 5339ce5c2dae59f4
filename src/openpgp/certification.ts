import { type Certificate, type UserId, userIdBytes } from './certificate.js';
import { digestName } from './digests.js';
import {
  claimsToBeBy,
  isRevocation,
  isValidKeySignature,
  isValidRevocation,
  keepIf,
  newestOf,
  type Selection,
} from './key-signature.js';
import { ignoredRevocations, isOver } from './key-state.js';
import { type Signature, SignatureType } from './signature-packet.js';
import { createdAt, expiresAt, isExportable } from './subpackets.js';

/**
 * The last second (Unix time) at which a certification with SHA-1 counts: 2019-01-19T00:00:00Z, the date GnuPG draws.
 * Collisions made to order were affordable soon after.
 */
const LAST_SHA1_CERTIFICATION = 1_547_856_000;

/** Persona certifications (0x11) are left out: by their definition the certifier verified nothing. */
const CERTIFICATIONS: ReadonlySet<number> = new Set([
  SignatureType.CertificationGeneric,
  SignatureType.CertificationCasual,
  SignatureType.CertificationPositive,
]);

/** What an anchor says of a user ID now. */
export type Standing = 'stands' | 'none' | 'revoked' | 'expired' | 'not-exportable';

export interface Certification {
  readonly standing: Standing;
  /** The certification or revocation that decides. */
  readonly made: Signature | null;
}

/** Whether somebody claims that the key with this ID certified the user ID. */
export function claimsCertificationBy(keyId: string, userId: UserId): boolean {
  return [...userId.signatures.values()].some(
    (item) => CERTIFICATIONS.has(item.type) && item.claimedIssuers.has(keyId),
  );
}

/**
 * Judges the certifications of one user ID by the anchor's primary key at the time `now` (Unix seconds): the newest
 * valid certification or revocation decides. Adds to `warnings` what it ignored.
 *
 * Throws {@link DataError} when there are more signatures than can be checked.
 */
export async function certificationBy(
  anchor: Certificate,
  signer: Certificate,
  userId: UserId,
  selection: Selection,
  now: number,
  warnings: string[],
): Promise<Certification> {
  const bytes = userIdBytes(signer.key, userId);
  const items = selection.from(
    userId.signatures,
    (item) => (CERTIFICATIONS.has(item.type) || isRevocation(item)) && claimsToBeBy(item, anchor.key),
  );
  const claimed = items.filter(isRevocation);
  const revocations = await keepIf(claimed, (item) => isValidRevocation(item, anchor.key, bytes));
  const certifications = await keepIf(
    items.filter((item) => !isRevocation(item) && isInTime(item, signer)),
    (item) => isValidKeySignature(item, anchor.key, bytes, now),
  );
  warnings.push(
    ...ignoredRevocations(claimed.length - revocations.length, `the certification by ${anchor.key.fingerprint}`),
  );
  const newest = newestOf([...certifications, ...revocations]);
  return newest === undefined ? { standing: 'none', made: null } : { standing: standingOf(newest, now), made: newest };
}

function standingOf(newest: Signature, now: number): Standing {
  if (isRevocation(newest)) return 'revoked';
  if (isOver(expiresAt(newest), now)) return 'expired';
  return isExportable(newest) ? 'stands' : 'not-exportable';
}

function isInTime(certification: Signature, signer: Certificate): boolean {
  const created = createdAt(certification);
  if (created === null || created < signer.key.created) return false;
  return digestName(certification.digest) !== 'sha1' || created <= LAST_SHA1_CERTIFICATION;
}
