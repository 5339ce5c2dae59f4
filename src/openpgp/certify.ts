/** Certifications and revocations: what an authority says of a key, and what a key says of itself. */
import { DataError } from '../errors.js';
import { type Certificate, keyBytes, type SignatureSet, type UserId, userIdBytes } from './certificate.js';
import { readCertificates } from './certificate-reader.js';
import { writeCertificate } from './certificate-writer.js';
import {
  type MadeSignatureOptions,
  makeSignature,
  type RevocationReason,
  type SignatureOptions,
} from './make-signature.js';
import type { SecretKey } from './secret-key.js';
import { parseSignature, SignatureType } from './signature-packet.js';

/** Certification of a user ID by another key, from "generic" to "positive" (RFC 9580, section 5.2.1). */
export type CertificationType = 0x10 | 0x11 | 0x12 | 0x13;

export interface CertificationOptions extends SignatureOptions {
  /** @default 0x10 */
  type?: CertificationType;
  /** `false`: it counts for nobody but its maker. @default true */
  exportable?: boolean;
}

export interface RevocationOptions extends Omit<SignatureOptions, 'expiresInSeconds'> {
  /** @default none given */
  reason?: RevocationReason;
}

const NO_REASON: RevocationReason = { code: 0, text: '' };

/** Adds the authority's certification of one user ID to the key. @throws DataError without the authority's primary key. */
export async function certifyUserId(
  { key }: Certificate,
  userId: UserId,
  authority: SecretKey,
  options: CertificationOptions = {},
): Promise<void> {
  const type = options.type ?? SignatureType.CertificationGeneric;
  await add(userId.signatures, type, userIdBytes(key, userId), authority, options);
}

/** Adds the authority's revocation (0x30) of its certification of one user ID. @throws DataError as {@link certifyUserId}. */
export async function revokeUserIdCertification(
  { key }: Certificate,
  userId: UserId,
  authority: SecretKey,
  options: RevocationOptions = {},
): Promise<void> {
  await add(userId.signatures, SignatureType.CertificationRevocation, userIdBytes(key, userId), authority, options);
}

/** Adds the key's revocation (0x20) of itself. @throws DataError without its primary key's private part. */
export async function revokeCertificate(
  certificate: Certificate,
  own: SecretKey,
  options: RevocationOptions = {},
): Promise<void> {
  const said = { reason: NO_REASON, ...options };
  await add(certificate.signatures, SignatureType.KeyRevocation, keyBytes(certificate.key), own, said);
}

async function add(
  signatures: SignatureSet,
  type: number,
  bytes: Buffer,
  by: SecretKey,
  options: MadeSignatureOptions,
): Promise<void> {
  const body = await makeSignature(type, bytes, by.primary, options);
  signatures.set(body.toString('latin1'), parseSignature(body));
}

/** Which of the key's user IDs, in the order of the key. @default 0 */
interface UserIdChoice {
  userIdIndex?: number;
}

/** {@link certifyUserId} on a binary public key, which it returns. */
export async function certify(
  publicKey: Uint8Array,
  authority: SecretKey,
  options: CertificationOptions & UserIdChoice = {},
): Promise<Uint8Array> {
  const certificate = onlyCertificate(publicKey);
  await certifyUserId(certificate, userIdAt(certificate, options), authority, options);
  return writeCertificate(certificate);
}

/** {@link revokeUserIdCertification} on a binary public key, which it returns. */
export async function revokeCertification(
  publicKey: Uint8Array,
  authority: SecretKey,
  options: RevocationOptions & UserIdChoice = {},
): Promise<Uint8Array> {
  const certificate = onlyCertificate(publicKey);
  await revokeUserIdCertification(certificate, userIdAt(certificate, options), authority, options);
  return writeCertificate(certificate);
}

/** {@link revokeCertificate} on a binary public key, by default as the key has it, which it returns. */
export async function revokeKey(
  own: SecretKey,
  options: RevocationOptions & { publicKey?: Uint8Array } = {},
): Promise<Uint8Array> {
  const certificate = onlyCertificate(options.publicKey ?? own.publicKey());
  await revokeCertificate(certificate, own, options);
  return writeCertificate(certificate);
}

/** The one key in a packet sequence. @throws DataError when there is another number, or part of it cannot be read. */
export function onlyCertificate(publicKey: Uint8Array): Certificate {
  const { certificates, problems } = readCertificates(
    Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength),
  );
  const [certificate, ...others] = certificates;
  if (problems[0] !== undefined) throw new DataError(problems[0]);
  if (certificate === undefined || others.length > 0) throw new DataError('there is not exactly one public key');
  return certificate;
}

function userIdAt({ userIds }: Certificate, { userIdIndex = 0 }: UserIdChoice): UserId {
  const userId = [...userIds.values()][userIdIndex];
  if (userId === undefined) throw new DataError(`the key has no user ID number ${userIdIndex}`);
  return userId;
}
