import type { BytePath } from '../files/bytepath.js';
import type { SignatureReport } from '../model.js';
import type { TrustOptions } from '../scan/options.js';
import { gatherKeys, type Keys, keysInTree } from '../scan/signature/trust.js';
import { chooseSigner } from './choose-signer.js';
import type { Signer, SigningKeyOptions } from './signer.js';
import { readUnsignedModule, requireModule, type UnsignedModule } from './unsigned-module.js';
import { writeSignature } from './write-signature.js';

/** Who signs a module, and whose signatures count when the new one is verified. */
export interface SignOptions extends SigningKeyOptions, Omit<TrustOptions, 'now'> {
  /** Worker threads that hash; 0 hashes in the calling thread. @default the cores that this process may use */
  readonly threads?: number;
  /**
   * Signs for one machine only: writes the list of files to this folder, `/etc/freepbx.secure` of that machine, and a
   * `module.sig` of `type=local` that names it. @default one `module.sig`, which counts everywhere
   */
  readonly secureFolder?: string;
}

/** A module that has been signed. */
export interface SignedModule {
  /** What its folder and its `module.xml` call it. */
  readonly name: BytePath;
  /** The new signature, as a verification of it says. */
  readonly signature: SignatureReport;
  /** How many files it lists. */
  readonly files: number;
  /** What is not signed because its name begins with a dot, relative to the module: files, and folders as one name. */
  readonly hidden: readonly BytePath[];
  /** What was written, absolute paths. */
  readonly written: readonly string[];
}

/** What is signed, by whom, and what the signature is verified with. */
export interface Signing {
  readonly module: UnsignedModule;
  readonly keys: Keys;
  readonly signer: Signer;
}

/**
 * Signs a module as it lies in its folder: lists and hashes its files, and writes a `module.sig` of which the rules of a
 * scan have said that it holds. Whatever fails leaves the signature that was there.
 *
 * @param folder the module's, called like the `<rawname>` in its `module.xml`.
 * @param options who signs, and by what the signature is verified.
 * @throws SigsweepError MODULE_NOT_FOUND when there is no module; SIGNING_FAILED when it cannot be signed as it is, or the
 * signature does not hold; SIGNER_UNUSABLE when there is no key that may sign; PASSPHRASE_WRONG, GNUPG_FAILED, FILE_UNSAFE,
 * OUTPUT_FAILED, and for the keys KEYRING_UNREADABLE, KEYRING_MALFORMED, FINGERPRINT_MALFORMED and
 * REVOKED_LIST_UNREADABLE. After an abort, the signal's reason.
 */
export async function signModule(folder: string, options: SignOptions = {}): Promise<SignedModule> {
  const { allowUncertified = false, secureFolder, signal } = options;
  const { module, keys, signer } = await prepareSigning(folder, options);
  const { signature, written } = await writeSignature(module, {
    keys,
    signer,
    allowUncertified,
    ...(secureFolder === undefined ? {} : { secureFolder }),
    ...(signal === undefined ? {} : { signal }),
  });
  const { name, entries, hidden } = module;
  return { name, signature, files: entries.size, hidden, written };
}

/**
 * All that precedes a signature. That there is a module is known before anybody is asked for anything.
 * @throws SigsweepError as {@link signModule}.
 */
export async function prepareSigning(folder: string, options: SignOptions): Promise<Signing> {
  requireModule(folder);
  const { threads, signal } = options;
  const keys = await gatherKeys(options, new Date(), keysInTree(null, []));
  const signer = await chooseSigner(options, keys);
  const module = await readUnsignedModule(folder, {
    ...(threads === undefined ? {} : { threads }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { module, keys, signer };
}
