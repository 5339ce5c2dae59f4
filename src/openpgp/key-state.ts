import { DataError } from '../errors.js';
import { MAX_DESIGNATED_REVOKERS } from '../limits.js';
import { type Certificate, keyBytes, type UserId, userIdBytes } from './certificate.js';
import {
  claimsToBeBy,
  isRevocation,
  isValidKeySignature,
  isValidRevocation,
  keepIf,
  newestOf,
  newestSecond,
  type Selection,
} from './key-signature.js';
import { type Signature, SignatureType } from './signature-packet.js';
import { allowsSigning, designatedRevokers, expiresAt, keyExpiresAt } from './subpackets.js';

/** What a key's own signatures say of it, judged at one time. */
export interface KeyState {
  readonly isRevoked: boolean;
  /** Unix seconds, or `null` for never. */
  readonly expiresAt: number | null;
  /** Whether its key flags say that the primary key does not sign data. Without key flags it may. */
  readonly forbidsSigning: boolean;
  /** Why the key cannot be relied on although it is neither revoked nor expired, or `null`. */
  readonly objection: string | null;
  /** The user IDs that the key itself stands by. */
  readonly userIds: readonly UserId[];
  readonly warnings: readonly string[];
}

const SELF_CERTIFICATIONS: ReadonlySet<number> = new Set([
  SignatureType.CertificationGeneric,
  SignatureType.CertificationPersona,
  SignatureType.CertificationCasual,
  SignatureType.CertificationPositive,
]);

/**
 * Reads a key's self-signatures and revocations at the time `now` (Unix seconds). The newest valid self-signature
 * says when the key expires and what it may do. `find` looks up the keys of designated revokers.
 *
 * Throws {@link DataError} when there are more signatures than can be checked.
 */
export async function readKeyState(
  certificate: Certificate,
  find: (fingerprint: string) => Certificate | undefined,
  selection: Selection,
  now: number,
): Promise<KeyState> {
  const { key } = certificate;
  const warnings: string[] = [];
  const direct = await keepIf(
    selection.from(certificate.signatures, (item) => item.type === SignatureType.DirectKey && claimsToBeBy(item, key)),
    (item) => isValidKeySignature(item, key, keyBytes(key), now),
  );
  const revokers = new Set(direct.flatMap(designatedRevokers));
  const current = [...direct];
  const userIds: UserId[] = [];
  for (const userId of certificate.userIds.values()) {
    const items = await ownItems(certificate, userId, selection, now, warnings);
    for (const item of items) for (const revoker of designatedRevokers(item)) revokers.add(revoker);
    const newest = newestOf(items);
    if (newest === undefined || isRevocation(newest)) continue;
    current.push(...items.filter((item) => !isRevocation(item)));
    if (!isOver(expiresAt(newest), now)) userIds.push(userId);
  }
  if (revokers.size > MAX_DESIGNATED_REVOKERS) {
    throw new DataError(`the key ${key.fingerprint} names more revokers than can be checked`);
  }
  const deciding = newestSecond(current);
  const held = [...revokers].map(find).filter((revoker) => revoker !== undefined);
  return {
    isRevoked: await isKeyRevoked(certificate, held, selection, warnings),
    expiresAt: deciding.map((item) => earlier(keyExpiresAt(item, key.created), expiresAt(item))).reduce(earlier, null),
    forbidsSigning: deciding.some((item) => allowsSigning(item) === false),
    objection: objectionTo(deciding, [...revokers], held),
    userIds,
    warnings,
  };
}

/** Whether a time in Unix seconds has come; `null` never comes. */
export function isOver(end: number | null, now: number): boolean {
  return end !== null && end <= now;
}

/** The earlier of two times, of which `null` is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** One sentence for revocations that were put there by somebody who could not make them. */
export function ignoredRevocations(count: number, what: string): string[] {
  if (count === 0) return [];
  return [
    `${count === 1 ? 'A revocation' : `${count} revocations`} of ${what} did not verify and counted for nothing.`,
  ];
}

/** The valid self-certifications and self-revocations of one user ID. */
async function ownItems(
  { key }: Certificate,
  userId: UserId,
  selection: Selection,
  now: number,
  warnings: string[],
): Promise<Signature[]> {
  const bytes = userIdBytes(key, userId);
  const items = selection.from(
    userId.signatures,
    (item) => (SELF_CERTIFICATIONS.has(item.type) || isRevocation(item)) && claimsToBeBy(item, key),
  );
  const claimed = items.filter(isRevocation);
  const revocations = await keepIf(claimed, (item) => isValidRevocation(item, key, bytes));
  warnings.push(...ignoredRevocations(claimed.length - revocations.length, `a user ID by key ${key.fingerprint}`));
  const certifications = await keepIf(
    items.filter((item) => !isRevocation(item)),
    (item) => isValidKeySignature(item, key, bytes, now),
  );
  return [...certifications, ...revocations];
}

/** Whether the key revoked itself, or one of the keys that it named for that purpose did (RFC 9580 §5.2.1.11). */
async function isKeyRevoked(
  { key, signatures }: Certificate,
  revokers: readonly Certificate[],
  selection: Selection,
  warnings: string[],
): Promise<boolean> {
  const bytes = keyBytes(key);
  const all = [...signatures.values()].filter((item) => item.type === SignatureType.KeyRevocation);
  // Chosen anew for each maker: a copy that names another one must not stand for the genuine revocation.
  for (const maker of [key, ...revokers.map((revoker) => revoker.key)]) {
    const claimed = selection.from(
      signatures,
      (item) =>
        item.type === SignatureType.KeyRevocation && (item.claimedIssuers.size === 0 || claimsToBeBy(item, maker)),
    );
    for (const item of claimed) if (await isValidRevocation(item, maker, bytes)) return true;
  }
  warnings.push(...ignoredRevocations(all.length, `key ${key.fingerprint}`));
  return false;
}

function objectionTo(
  deciding: readonly Signature[],
  revokers: readonly string[],
  held: readonly Certificate[],
): string | null {
  if (deciding.length === 0) return 'carries no valid signature of its own';
  const missing = revokers.find((fingerprint) => !held.some(({ key }) => key.fingerprint === fingerprint));
  if (missing === undefined) return null;
  return `may be revoked by key ${missing}, which is not in the keyring, so whether it was cannot be told`;
}
