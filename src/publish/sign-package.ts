import { SigsweepError } from '../errors.js';
import { MAX_SIGNED_PACKAGE_BYTES } from '../limits.js';
import { escapeControls } from '../report/escape.js';
import type { Keys } from '../scan/signature/trust.js';
import type { Signer } from './signer.js';
import { verifierOfNew } from './verifier-of-new.js';

/**
 * Signs a package as a whole, the form in which mirrors hand it out. What comes out was verified by the rules by which
 * such packages are.
 * @param name the package's file name, which the signed message gives it
 * @throws SigsweepError SIGNING_FAILED, PASSPHRASE_WRONG, GNUPG_FAILED
 */
export async function signPackage(
  pieces: readonly Uint8Array[],
  name: string,
  signer: Signer,
  keys: Keys,
  allowUncertified: boolean,
): Promise<Buffer> {
  const bytes = Buffer.concat(pieces);
  const signed = await signer.signMessage(bytes, name);
  if (signed.length > MAX_SIGNED_PACKAGE_BYTES) {
    throw failed(`it is larger than the ${MAX_SIGNED_PACKAGE_BYTES} bytes that a signed package may have`);
  }
  const outcome = await verifierOfNew(keys).verifyMessage(signed);
  if (outcome.verdict === 'trusted' && outcome.content.equals(bytes)) return signed;
  if (outcome.verdict === 'untrusted' && allowUncertified) return signed;
  throw failed(outcome.verdict === 'trusted' ? 'other bytes were signed' : escapeControls(outcome.reason));
}

function failed(why: string): SigsweepError {
  return new SigsweepError('SIGNING_FAILED', `the package's signature does not hold, nothing was written: ${why}`);
}
