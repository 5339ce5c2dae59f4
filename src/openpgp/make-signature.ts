import { config, enums, type PartialConfig, type SecretKeyPacket, SignaturePacket } from 'openpgp';
import { Algorithm } from './key-packet.js';
import { SignatureType } from './signature-packet.js';

export type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export interface SignatureOptions {
  /** When the signature was made. @default now */
  date?: Date;
  /** @default 'sha256', or what a larger curve needs */
  digest?: Digest;
  /** Counted from `date`. @default the signature never expires */
  expiresInSeconds?: number;
}

/** What a revocation says of itself besides. */
export interface RevocationReason {
  /**
   * Numbered as in RFC 9580 §5.2.3.31: 0 none given, 1 superseded, 2 compromised, 3 retired (of keys), 32 the user ID is
   * not valid any more (of certifications).
   */
  readonly code: 0 | 1 | 2 | 3 | 32;
  readonly text: string;
}

export interface MadeSignatureOptions extends SignatureOptions {
  /** `false`: its maker keeps it to himself, and it counts for nobody else. @default true, and not said */
  exportable?: boolean;
  /** Of revocations only. */
  reason?: RevocationReason;
}

/** Without openpgp's random notation the packet holds what GnuPG's would: creation time and issuer. */
export const SIGNING_CONFIG = { ...config, nonDeterministicSignaturesViaNotation: false };

/** What openpgp's `sign` takes. Its published types leave the data's shape and the configuration out. */
interface Signable {
  sign(key: SecretKeyPacket, data: unknown, date: Date, detached: boolean, config: PartialConfig): Promise<void>;
  toSign(): Uint8Array;
}

/**
 * Makes one version 4 signature over bytes, which are everything that it covers besides itself, and returns the body
 * of its packet. What the bytes of each type are is for the callers to say, by the code that verifies them too.
 */
export async function makeSignature(
  type: number,
  bytes: Uint8Array,
  key: SecretKeyPacket,
  options: MadeSignatureOptions = {},
): Promise<Buffer> {
  const packet = new SignaturePacket();
  packet.signatureType = type;
  packet.publicKeyAlgorithm = key.algorithm;
  packet.hashAlgorithm = enums.hash[options.digest ?? digestFor(key)];
  if (options.expiresInSeconds !== undefined) {
    packet.signatureExpirationTime = options.expiresInSeconds;
    packet.signatureNeverExpires = false;
  }
  if (options.exportable === false) packet.exportable = false;
  if (options.reason !== undefined) {
    packet.reasonForRevocationFlag = options.reason.code;
    packet.reasonForRevocationString = Buffer.from(options.reason.text, 'utf8').toString('latin1');
  }
  const signable = packet as unknown as Signable;
  signable.toSign = () => bytes;
  const detached = type === SignatureType.Text || type === SignatureType.Binary;
  await signable.sign(key, null, options.date ?? new Date(), detached, SIGNING_CONFIG);
  return Buffer.from(packet.write());
}

/** A digest shorter than its curve would weaken the signature, and is refused by some. */
function digestFor(key: SecretKeyPacket): Digest {
  const algorithm: number = key.algorithm;
  if (algorithm === Algorithm.Ed448) return 'sha512';
  if (algorithm !== Algorithm.Ecdsa) return 'sha256';
  const { curve } = key.getAlgorithmInfo();
  return curve === 'nistP521' ? 'sha512' : curve === 'nistP384' ? 'sha384' : 'sha256';
}
