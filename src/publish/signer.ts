/** Whoever signs: a key in a file, or one that GnuPG holds. */
import type { Certificate } from '../openpgp/certificate.js';

export interface Signer {
  /** The public key, with all that is known of it. */
  readonly certificate: Certificate;
  /** @throws SigsweepError PASSPHRASE_WRONG, SIGNER_UNUSABLE, GNUPG_FAILED */
  clearsign(text: Uint8Array): Promise<Buffer>;
  /**
   * Signs bytes as a one-pass signed message.
   * @param name the file name that the message gives its content
   * @throws as {@link clearsign}
   */
  signMessage(bytes: Uint8Array, name: string): Promise<Buffer>;
}

/** Where the private key is that signs, and how it is opened. */
export interface SigningKeyOptions {
  /**
   * A private key in a file of its own, armored or binary. Without a passphrase, nobody else may be able to read the
   * file. @default GnuPG's keystore
   */
  readonly key?: string;
  /** GnuPG's home folder, whose keystore holds the key. @default the one that gpg takes by itself */
  readonly gnupgHome?: string;
  /** Which of GnuPG's keys, by its fingerprint, 40 upper-case hex digits. @default the newest that an anchor has certified */
  readonly signer?: string;
  /** Asks for the passphrase of a key in a file. @default a locked key is PASSPHRASE_WRONG */
  readonly passphrase?: (prompt: string) => Promise<string>;
  /** Asks for that of a key in GnuPG's keystore. @default GnuPG's agent asks by itself */
  readonly gnupgPassphrase?: (prompt: string) => Promise<string>;
  /** Signs with a key that no anchor has certified, for tests of one's own. @default false */
  readonly allowUncertified?: boolean;
  /** Ends gpg, should it wait for a passphrase or a card; nothing is written afterwards. */
  readonly signal?: AbortSignal;
}

/** The same, and what for. */
export interface SignerOptions extends SigningKeyOptions {
  /** `request`: a key that shall be certified signs, and which one it is must be clear. @default 'sign' */
  readonly purpose?: 'sign' | 'request';
}
