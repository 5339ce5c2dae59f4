import { DataError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES } from '../limits.js';
import { type Manifest, parseManifest } from '../manifest/manifest.js';
import { type SignatureInfo, Verifier } from '../openpgp/verify.js';
import { SIGNATURE_FILE } from '../scan/signature/signed-module.js';
import type { Keys } from '../scan/signature/trust.js';
import type { UnsignedModule } from './unsigned-module.js';

/** The signature that a module has already. */
export interface KeptSignature {
  readonly bytes: Buffer;
  readonly signature: SignatureInfo;
}

/**
 * The module's own signature where it counts and lists exactly what is there now: signing it again would say nothing
 * new, and make another package of the same files.
 */
export async function keptSignature(
  { folder, entries }: UnsignedModule,
  { keyring, settings }: Keys,
): Promise<KeptSignature | null> {
  const chain = new FolderChain(folder);
  try {
    const file = readFileBelow(chain, SIGNATURE_FILE, MAX_SIGNATURE_FILE_BYTES);
    if (!file.ok) return null;
    const outcome = await new Verifier(keyring, { ...settings, now: new Date() }).verify(file.bytes);
    if (outcome.verdict !== 'trusted') return null;
    const manifest = parseManifest(outcome.text);
    return listsExactly(manifest, entries) ? { bytes: file.bytes, signature: outcome.signature } : null;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return null;
  } finally {
    chain.close();
  }
}

/** A list that counts on one machine only, or for a time only, is none to be handed out. */
function listsExactly(manifest: Manifest, entries: ReadonlyMap<BytePath, string>): boolean {
  if (manifest.type !== 'public' || manifest.expiresAfter !== null || manifest.entries.size !== entries.size) {
    return false;
  }
  return [...entries].every(([path, sha256]) => manifest.entries.get(path) === sha256);
}
