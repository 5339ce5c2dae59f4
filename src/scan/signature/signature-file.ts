import { DataError } from '../../errors.js';
import type { BytePath } from '../../files/bytepath.js';
import type { FolderChain } from '../../files/folder-chain.js';
import type { ReadOutcome } from '../../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES } from '../../limits.js';
import type { Manifest } from '../../manifest/manifest.js';
import { parseManifest } from '../../manifest/manifest.js';
import type { SignatureReport } from '../../model.js';
import type { Verifier } from '../../openpgp/verify.js';
import type { Verdict } from '../../types.js';
import type { ScanMemory } from '../memory.js';

/** Why a module is not good whatever its files say. */
export interface ModuleProblem {
  readonly verdict: Exclude<Verdict, 'good' | 'tampered'>;
  readonly reason: string;
}

/** What judging a signature needs besides the module itself. */
export interface SignatureContext {
  readonly chain: FolderChain;
  readonly verifier: Verifier;
  readonly secureFolder: BytePath;
  readonly now: Date;
  /** Told of the bytes of every file that is read. */
  readonly onRead: (bytes: number) => void;
  readonly memory?: Pick<ScanMemory, 'newestSignature'>;
}

/** A signature file that was read: trusted with its manifest, or with what is wrong. */
export type JudgedSignature =
  | { readonly signature: SignatureReport; readonly manifest: Manifest; readonly problem: null }
  | { readonly signature: SignatureReport | null; readonly manifest: null; readonly problem: ModuleProblem };

/** The bytes of a clear-signed manifest → who signed it and what it lists. */
export async function judgeSignatureFile(verifier: Verifier, bytes: Uint8Array): Promise<JudgedSignature> {
  const outcome = await verifier.verify(bytes);
  if (outcome.verdict !== 'trusted') {
    return {
      signature: outcome.signature,
      manifest: null,
      problem: { verdict: outcome.verdict, reason: asClause(outcome.reason) },
    };
  }
  try {
    return { signature: outcome.signature, manifest: parseManifest(outcome.text), problem: null };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const reason = `the signed text is no manifest: ${error.message}`;
    return { signature: outcome.signature, manifest: null, problem: { verdict: 'invalid', reason } };
  }
}

/** The reason as part of a line: all reasons of a report begin small and end without a full stop. */
export function asClause(sentence: string): string {
  const begins = /^[A-Z][a-z ]/.test(sentence) ? sentence.charAt(0).toLowerCase() : sentence.charAt(0);
  return begins + sentence.slice(1).replace(/\.$/, '');
}

/** A build made for testing counts as revoked once its time has passed. */
export function expiryProblem(manifests: readonly Manifest[], now: Date): ModuleProblem | null {
  for (const { expiresAfter } of manifests) {
    if (expiresAfter !== null && expiresAfter <= now) {
      return { verdict: 'revoked', reason: `this build was signed for use until ${expiresAfter.toISOString()} only` };
    }
  }
  return null;
}

/** What it means for a module that its signature file could not be read. */
export function unreadSignature(file: Extract<ReadOutcome, { ok: false }>): ModuleProblem {
  switch (file.outcome) {
    case 'missing':
      return { verdict: 'unsigned', reason: 'there is no module.sig' };
    case 'type-changed':
      return { verdict: 'invalid', reason: `module.sig is no regular file: ${file.detail}` };
    case 'too-large':
      return { verdict: 'invalid', reason: `module.sig is larger than ${MAX_SIGNATURE_FILE_BYTES} bytes` };
    case 'unreadable':
    case 'changed':
      return { verdict: 'unverified', reason: `module.sig could not be read: ${file.detail}` };
  }
}
