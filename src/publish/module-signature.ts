import { DataError, SigsweepError } from '../errors.js';
import { type BytePath, join, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { type PreparedFile, prepareWhole } from '../files/write.js';
import type { SignatureInfo } from '../openpgp/verify.js';
import { escapeControls } from '../report/escape.js';
import { SIGNATURE_FILE } from '../scan/signature/signed-module.js';
import type { Keys } from '../scan/signature/trust.js';
import { sha256 } from '../sha256.js';
import { manifestText } from './manifest-text.js';
import type { Signer } from './signer.js';
import type { UnsignedModule } from './unsigned-module.js';
import { verifierOfNew } from './verifier-of-new.js';

/** Others have to read it: the web server, and scans that are not root's. */
const SIGNATURE_MODE = 0o644;

/** Who signs, and by what the signature is verified before anybody gets it. */
export interface SigningOptions {
  /** The keys that the signature is verified with before it is written. */
  readonly keys: Keys;
  readonly signer: Signer;
  /** Accepts a signature that no anchor vouches for. @default false */
  readonly allowUncertified?: boolean;
}

/** A signed text, and what a verification says of it. */
export interface VerifiedSignature {
  readonly bytes: Buffer;
  readonly signature: SignatureInfo;
}

/** The manifest as it would be signed now. @throws SigsweepError SIGNING_FAILED */
export function manifestOf(module: UnsignedModule, signer: Signer, now = new Date()): Buffer {
  const { entries, repository } = module;
  return textOf(entries, { signer: signer.certificate, type: 'public', repository, now });
}

/**
 * The `module.sig` that a module would get, verified by the rules of a scan and written by whoever asked for it.
 * @throws SigsweepError SIGNING_FAILED, SIGNER_UNUSABLE, PASSPHRASE_WRONG, GNUPG_FAILED
 */
export function moduleSignature(module: UnsignedModule, options: SigningOptions): Promise<VerifiedSignature> {
  return signText(manifestOf(module, options.signer), options);
}

/**
 * Makes a `module.sig` ready beside the one that it will replace.
 * @throws SigsweepError OUTPUT_FAILED
 */
export function prepareSignature({ folder }: UnsignedModule, bytes: Uint8Array): PreparedFile {
  return prepareWhole(toText(join(folder, SIGNATURE_FILE)), [bytes], { mode: SIGNATURE_MODE });
}

/**
 * Signs a text. What is signed must be what a scan accepts: a file that only we could read would be a trap for whoever
 * installs it.
 * @throws SigsweepError SIGNING_FAILED, SIGNER_UNUSABLE, PASSPHRASE_WRONG, GNUPG_FAILED
 */
export async function signText(
  text: Buffer,
  { signer, keys, allowUncertified = false }: SigningOptions,
): Promise<VerifiedSignature> {
  const bytes = await signer.clearsign(text);
  const outcome = await verifierOfNew(keys).verify(bytes);
  const { verdict, signature } = outcome;
  const counts = verdict === 'trusted' || (verdict === 'untrusted' && allowUncertified);
  if (!counts || signature === null) {
    const reason = escapeControls(outcome.reason);
    throw new SigsweepError('SIGNING_FAILED', `the signature does not hold, nothing was written: ${reason}`);
  }
  if (signature.signer !== signer.certificate.key.fingerprint || signature.textSha256 !== sha256(text)) {
    throw new SigsweepError('SIGNING_FAILED', 'another text or another key was signed with, nothing was written');
  }
  return { bytes, signature };
}

/** @throws SigsweepError SIGNING_FAILED for what a manifest cannot hold. */
export function textOf(entries: ReadonlyMap<BytePath, string>, facts: Parameters<typeof manifestText>[1]): Buffer {
  try {
    return manifestText(entries, facts);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('SIGNING_FAILED', `it cannot be signed: ${errorInWords(cause)}`, { cause });
  }
}
