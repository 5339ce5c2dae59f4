import { join, toText } from '../files/bytepath.js';
import type { SignatureInfo } from '../openpgp/verify.js';
import { SIGNATURE_FILE } from '../scan/signature/signed-module.js';
import { sha256 } from '../sha256.js';
import { prepareSecureList, secureListOf } from './local.js';
import { manifestOf, prepareSignature, type SigningOptions, signText, textOf } from './module-signature.js';
import type { UnsignedModule } from './unsigned-module.js';

export interface WriteSignatureOptions extends SigningOptions {
  /**
   * Writes the real list to this folder, `/etc/freepbx.secure`, and a `module.sig` that names it. @default writes one
   * `module.sig`
   */
  readonly secureFolder?: string;
  readonly signal?: AbortSignal;
}

export interface WrittenSignature {
  readonly signature: SignatureInfo;
  /** What was written, absolute paths. */
  readonly written: readonly string[];
}

/**
 * Signs a module that has been read. What is written is whole and has been verified by the rules of a scan; whatever fails
 * leaves the signature that was there.
 * @throws SigsweepError SIGNING_FAILED, SIGNER_UNUSABLE, PASSPHRASE_WRONG, GNUPG_FAILED, OUTPUT_FAILED, FILE_UNSAFE; the
 * signal's reason after an abort.
 */
export async function writeSignature(
  module: UnsignedModule,
  options: WriteSignatureOptions,
): Promise<WrittenSignature> {
  const { signer, secureFolder, signal } = options;
  const now = new Date();
  const list = await signText(manifestOf(module, signer, now), options);
  const file = toText(join(module.folder, SIGNATURE_FILE));
  if (secureFolder === undefined) {
    signal?.throwIfAborted();
    prepareSignature(module, list.bytes).commit();
    return { signature: list.signature, written: [file] };
  }
  const name = secureListOf(module.name);
  const facts = { signer: signer.certificate, type: 'local', repository: module.repository, now } as const;
  const pointer = await signText(textOf(new Map([[name, sha256(list.bytes)]]), facts), options);
  signal?.throwIfAborted();
  writePair(module, pointer.bytes, prepareSecureList(secureFolder, name, list.bytes));
  return { signature: pointer.signature, written: [`${secureFolder}/${toText(name)}`, file] };
}

/** Both or neither: one of them without the other would be worth nothing. */
function writePair(module: UnsignedModule, pointer: Uint8Array, list: ReturnType<typeof prepareSecureList>): void {
  try {
    const pointing = prepareSignature(module, pointer);
    try {
      list.commit();
      pointing.commit();
    } catch (cause) {
      list.undo();
      throw cause;
    } finally {
      pointing.discard();
    }
  } finally {
    list.discard();
  }
}
