/** Whoever certifies keys and takes that back: a key in a file, or one that GnuPG holds. */
import { DataError, SigsweepError } from '../errors.js';
import type { Certificate, UserId } from '../openpgp/certificate.js';
import { certifyUserId, revokeCertificate, revokeUserIdCertification } from '../openpgp/certify.js';
import type { RevocationReason } from '../openpgp/make-signature.js';
import type { SecretKey } from '../openpgp/secret-key.js';

export interface CertifyOptions {
  /** `null`: the certification never expires. */
  readonly expires: Date | null;
  /** `false`: it counts for nobody but its maker. */
  readonly exportable: boolean;
}

export interface Authority {
  /** The primary key's. */
  readonly fingerprint: string;
  /** Adds certifications of these user IDs to the key. @throws SigsweepError SIGNER_UNUSABLE, PASSPHRASE_WRONG, GNUPG_FAILED */
  certify(certificate: Certificate, userIds: readonly UserId[], options: CertifyOptions): Promise<void>;
  /** Adds revocations of the certifications of these user IDs. @throws as {@link certify} */
  revokeCertifications(certificate: Certificate, userIds: readonly UserId[], reason: RevocationReason): Promise<void>;
  /** Adds the revocation of the whole key, which must be the authority's own. @throws as {@link certify} */
  revokeOwnKey(certificate: Certificate, reason: RevocationReason): Promise<void>;
}

/**
 * An authority whose private key is in a file.
 * @param unlock opens the private parts, once they are needed
 */
export function fileAuthority(secret: SecretKey, unlock: () => Promise<void>): Authority {
  const withPrimary = async (make: () => Promise<void>) => {
    await unlock();
    try {
      await make();
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      throw new SigsweepError('SIGNER_UNUSABLE', `key ${secret.fingerprint} cannot certify: ${cause.message}`, {
        cause,
      });
    }
  };
  return {
    fingerprint: secret.fingerprint,
    certify: (certificate, userIds, { expires, exportable }) =>
      withPrimary(async () => {
        const date = new Date();
        const options = { date, exportable, ...(expires === null ? {} : { expiresInSeconds: left(expires, date) }) };
        for (const userId of userIds) await certifyUserId(certificate, userId, secret, options);
      }),
    revokeCertifications: (certificate, userIds, reason) =>
      withPrimary(async () => {
        for (const userId of userIds) await revokeUserIdCertification(certificate, userId, secret, { reason });
      }),
    revokeOwnKey: (certificate, reason) => withPrimary(() => revokeCertificate(certificate, secret, { reason })),
  };
}

/** Seconds until a certification ends, counted when it is made: a passphrase may have been typed since it was asked for. */
export function left(expires: Date, now: Date): number {
  // None at all would mean for ever.
  return Math.max(1, Math.floor((expires.getTime() - now.getTime()) / 1000));
}
