/** A key as a person wants to know it. */
export interface KeyDescription {
  readonly fingerprint: string;
  /** `RSA 4096`, `Ed25519`, `NIST P-256` … */
  readonly algorithm: string;
  readonly created: Date;
  /** `null` for never. */
  readonly expires: Date | null;
  /** Whether its owner counts as a signer, judged as a scan does. */
  readonly trust: 'anchor' | 'certified' | 'untrusted' | 'revoked' | 'expired' | 'unknown';
  /** One sentence: why it does or does not count. */
  readonly reason: string;
  readonly warnings: readonly string[];
  readonly userIds: readonly UserIdDescription[];
  readonly subkeys: readonly SubkeyDescription[];
  /** The files that hold something of it. */
  readonly sources: readonly string[];
}

export interface UserIdDescription {
  /** Bytes as latin1: whoever made the key chose them. */
  readonly userId: string;
  /** Whether the key itself stands by it now. */
  readonly isOwn: boolean;
  /** What the anchors whose keys are at hand say of it, where they say anything. */
  readonly certifications: readonly CertificationDescription[];
}

export interface CertificationDescription {
  /** Fingerprint of the anchor. */
  readonly by: string;
  readonly standing: 'stands' | 'none' | 'revoked' | 'expired' | 'not-exportable';
  readonly made: Date | null;
  /** `null` for never. */
  readonly expires: Date | null;
}

export interface SubkeyDescription {
  readonly fingerprint: string;
  readonly algorithm: string;
  readonly created: Date;
  readonly expires: Date | null;
  /** `null` where it signs. */
  readonly objection: string | null;
  readonly isRevoked: boolean;
}
