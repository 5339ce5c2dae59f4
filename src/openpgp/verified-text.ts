declare const verified: unique symbol;

/**
 * Text that a trusted signer signed. Only `verify.ts` makes one, after every check has passed, and the manifest parser
 * accepts nothing else: so nothing unverified can be parsed by mistake.
 */
export interface VerifiedText {
  /** The text with LF line ends and without trailing blanks, byte for byte as GnuPG puts it out. */
  readonly bytes: Buffer;
  /** Fingerprint of the signer's primary key: 40 upper-case hexadecimal digits. */
  readonly signer: string;
  readonly signedAt: Date;
  readonly [verified]: true;
}

/** Makes a {@link VerifiedText}. For `verify.ts` alone: a test checks that nothing else imports it. */
export function mintVerifiedText(bytes: Buffer, signer: string, signedAt: Date): VerifiedText {
  return { bytes, signer, signedAt } as VerifiedText;
}
