/** Whoever certifies keys and takes that back: a key in a file, or one that GnuPG holds. */
import { DataError, SigsweepError } from '../errors.js';
import type { Certificate, UserId } from '../openpgp/certificate.js';
import { certifyUserId, revokeCertificate, revokeUserIdCertification } from '../openpgp/certify.js';
import type { RevocationReason } from '../openpgp/make-signature.js';
import type { SecretKey } from '../openpgp/secret-key.js';

export interface CertifyOptions {
  /** Counted from now. `null`: the certification never expires. */
  readonly expiresInSeconds: number | null;
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
    certify: (certificate, userIds, { expiresInSeconds, exportable }) =>
      withPrimary(async () => {
        const options = { exportable, ...(expiresInSeconds === null ? {} : { expiresInSeconds }) };
        for (const userId of userIds) await certifyUserId(certificate, userId, secret, options);
      }),
    revokeCertifications: (certificate, userIds, reason) =>
      withPrimary(async () => {
        for (const userId of userIds) await revokeUserIdCertification(certificate, userId, secret, { reason });
      }),
    revokeOwnKey: (certificate, reason) => withPrimary(() => revokeCertificate(certificate, secret, { reason })),
  };
}
