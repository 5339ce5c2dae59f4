import { hex } from './bytes.js';
import { type Signature, SubpacketType } from './signature-packet.js';

/**
 * What the hashed subpackets of a signature say. Only hashed ones are believed: anybody can change the others.
 * Times are Unix seconds, durations seconds.
 */

const KEY_FLAG_SIGN = 0x02;

/** The hashed subpackets that may occur only once, because two of them could say different things. */
const SINGLE_SUBPACKETS: ReadonlySet<number> = new Set([
  SubpacketType.Created,
  SubpacketType.Expiration,
  SubpacketType.Exportable,
  SubpacketType.KeyExpiration,
  SubpacketType.KeyFlags,
  SubpacketType.IssuerFingerprint,
]);

/** Those that hold a number of four octets: of another length they would be read as absent, which means "never". */
const NUMBER_SUBPACKETS: ReadonlySet<number> = new Set([
  SubpacketType.Created,
  SubpacketType.Expiration,
  SubpacketType.KeyExpiration,
]);

/** Critical subpackets that a signature on text may carry, because they are obeyed here or change nothing. */
const UNDERSTOOD_ON_TEXT: ReadonlySet<number> = new Set([
  SubpacketType.Created,
  SubpacketType.Expiration,
  SubpacketType.IssuerKeyId,
  SubpacketType.PolicyUri,
  SubpacketType.SignersUserId,
  SubpacketType.IssuerFingerprint,
]);

const UNDERSTOOD_ON_KEYS: ReadonlySet<number> = new Set([
  ...UNDERSTOOD_ON_TEXT,
  SubpacketType.Exportable,
  SubpacketType.TrustSignature,
  SubpacketType.RegularExpression,
  SubpacketType.Revocable,
  SubpacketType.KeyExpiration,
  SubpacketType.PreferredCiphers,
  SubpacketType.RevocationKey,
  SubpacketType.PreferredHashes,
  SubpacketType.PreferredCompression,
  SubpacketType.KeyServerPreferences,
  SubpacketType.PreferredKeyServer,
  SubpacketType.PrimaryUserId,
  SubpacketType.KeyFlags,
  SubpacketType.RevocationReason,
  SubpacketType.Features,
  SubpacketType.EmbeddedSignature,
]);

/**
 * What in the subpackets forbids counting the signature, or `null`: no creation time, one thing said twice, a
 * critical subpacket that is not understood on this kind of signature (RFC 9580 §5.2.3.7), any critical notation.
 *
 * A signature on text is alone in its file, so nothing critical or malformed may stand among its unhashed subpackets
 * either: nobody vouches for it. Of signatures on keys there are copies, and the newest decides: there the unhashed
 * ones decide nothing, or anybody could make a newer signature fall away by adding to it, and so bring back an older.
 */
export function subpacketProblem(signature: Signature, on: 'text' | 'key'): string | null {
  const understood = on === 'text' ? UNDERSTOOD_ON_TEXT : UNDERSTOOD_ON_KEYS;
  const seen = new Set<number>();
  for (const { type, critical, hashed, body } of signature.subpackets) {
    if (!hashed && on === 'key') continue;
    if (critical && type === SubpacketType.Notation) return 'it carries a critical notation';
    if (critical && !(hashed && understood.has(type))) {
      return `it carries a critical subpacket that is not understood (${type})`;
    }
    if (NUMBER_SUBPACKETS.has(type) && body.length !== 4) return `it carries a malformed subpacket (${type})`;
    if (!hashed || !SINGLE_SUBPACKETS.has(type)) continue;
    if (seen.has(type)) return `it carries the same subpacket twice (${type})`;
    seen.add(type);
  }
  return createdAt(signature) === null ? 'it does not say when it was made' : null;
}

/** When the signature was made, or `null` when it does not say. */
export function createdAt(signature: Signature): number | null {
  return hashedNumber(signature, SubpacketType.Created);
}

/** When the signature itself expires, or `null` for never. */
export function expiresAt(signature: Signature): number | null {
  return endOf(createdAt(signature) ?? 0, hashedNumber(signature, SubpacketType.Expiration));
}

/** When the key that this self-signature or binding speaks of expires, or `null` for never. */
export function keyExpiresAt(signature: Signature, keyCreated: number): number | null {
  return endOf(keyCreated, hashedNumber(signature, SubpacketType.KeyExpiration));
}

/** `false` for a certification that its maker keeps to himself (GnuPG's `lsign`). */
export function isExportable(signature: Signature): boolean {
  const flag = hashedBody(signature, SubpacketType.Exportable);
  return flag === undefined || flag[0] === 1;
}

/** Whether the key flags allow signing data, or `null` when the signature carries no key flags. */
export function allowsSigning(signature: Signature): boolean | null {
  const flags = hashedBody(signature, SubpacketType.KeyFlags);
  return flags === undefined ? null : ((flags[0] ?? 0) & KEY_FLAG_SIGN) !== 0;
}

/**
 * Fingerprints of the keys that may revoke this one (RFC 9580 §5.2.3.23). One that is not a version 4 fingerprint is
 * returned as it is, and so matches no key: a revoker that cannot be asked must not be overlooked.
 */
export function designatedRevokers(signature: Signature): string[] {
  return signature.subpackets
    .filter(({ type, hashed }) => hashed && type === SubpacketType.RevocationKey)
    .map(({ body }) => hex(body.subarray(2)));
}

/** The fingerprint of the maker as the signature covers it, or `null`. Not 40 digits long for other key versions. */
export function hashedIssuerFingerprint(signature: Signature): string | null {
  const body = hashedBody(signature, SubpacketType.IssuerFingerprint);
  if (body === undefined) return null;
  return body[0] === 4 && body.length === 21 ? hex(body.subarray(1)) : `not version 4: ${hex(body)}`;
}

/** The signatures inside this one, hashed or not: each has to verify by itself. */
export function embeddedSignatures(signature: Signature): Buffer[] {
  return signature.subpackets.filter(({ type }) => type === SubpacketType.EmbeddedSignature).map(({ body }) => body);
}

function hashedBody(signature: Signature, wanted: number): Buffer | undefined {
  return signature.subpackets.find(({ type, hashed }) => hashed && type === wanted)?.body;
}

function hashedNumber(signature: Signature, wanted: number): number | null {
  const body = hashedBody(signature, wanted);
  return body === undefined || body.length !== 4 ? null : body.readUInt32BE(0);
}

/** RFC 9580 §5.2.3.13 and §5.2.3.18: a duration of zero means never. */
function endOf(start: number, duration: number | null): number | null {
  return duration === null || duration === 0 ? null : start + duration;
}
