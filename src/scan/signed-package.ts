import { fstatSync } from 'node:fs';
import { fromText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import type { OpenFile } from '../files/open.js';
import { changeOf, readFully } from '../files/read.js';
import { MAX_SIGNED_PACKAGE_BYTES } from '../limits.js';
import type { SignatureInfo } from '../openpgp/verify.js';
import { dayOf } from '../words.js';
import type { RunOptions } from './options.js';
import type { PackageSource } from './package-source.js';
import { asClause, type ModuleProblem } from './signature/signature-file.js';
import { gatherTrust } from './signature/trust.js';

/**
 * A package as FreePBX's mirrors hand it out: a gzipped tar inside a signed message (`.tgz.gpg`). Nothing of it is looked
 * at before its signature counts, so the keys in it do not help to verify it.
 * @throws SigsweepError what gathering the keys throws.
 */
export async function signedPackageSource(file: OpenFile, options: RunOptions): Promise<PackageSource> {
  const read = readWhole(file);
  if ('problem' in read) return refused(read.problem, null);
  const trust = await gatherTrust(options, options.now ?? new Date(), null, []);
  const outcome = await trust.verifier.verifyMessage(read.bytes);
  if (outcome.verdict !== 'trusted') {
    const reason = `the package's own signature: ${asClause(outcome.reason)}`;
    return refused({ verdict: outcome.verdict, reason }, outcome.signature);
  }
  const { content, signature } = outcome;
  return {
    bytes: onePiece(content),
    packedBytes: content.length,
    problem: async () => null,
    signature,
    notes: [fromText(`the package itself was signed by ${signatureInWords(signature)}`)],
  };
}

function readWhole({ descriptor, stat }: OpenFile): { bytes: Buffer } | { problem: ModuleProblem } {
  if (stat.size > MAX_SIGNED_PACKAGE_BYTES) {
    return { problem: { verdict: 'invalid', reason: `the package is larger than ${MAX_SIGNED_PACKAGE_BYTES} bytes` } };
  }
  try {
    const bytes = Buffer.allocUnsafe(stat.size);
    const length = readFully(descriptor, bytes, 0, stat.size);
    const change = changeOf(stat, fstatSync(descriptor));
    if (change === '') return { bytes: bytes.subarray(0, length) };
    return { problem: unread(`was not left alone while it was read: ${change}`) };
  } catch (error) {
    return { problem: unread(`could not be read: ${errorInWords(error)}`) };
  }
}

function unread(what: string): ModuleProblem {
  return { verdict: 'unverified', reason: `the package ${what}` };
}

function refused(problem: ModuleProblem, signature: SignatureInfo | null): PackageSource {
  return { bytes: onePiece(Buffer.alloc(0)), packedBytes: 0, problem: async () => problem, signature, notes: [] };
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function signatureInWords({ signer, signedAt, digest }: SignatureInfo): string {
  return `${signer}, ${dayOf(signedAt)}${digest === 'sha1' ? ', with SHA-1' : ''}`;
}
