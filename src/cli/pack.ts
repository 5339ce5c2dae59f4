import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { prepareWhole } from '../files/write.js';
import { chooseSigner } from '../publish/choose-signer.js';
import { type KeptSignature, keptSignature } from '../publish/kept-signature.js';
import { checkModule } from '../publish/module-check.js';
import { packModule, TIME_OF_UNSIGNED } from '../publish/pack-module.js';
import { readUnsignedModule, signModule, type UnsignedModule } from '../publish/sign-module.js';
import { signPackage } from '../publish/sign-package.js';
import type { Signer } from '../publish/signer.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { gatherKeys, type Keys, keysInTree } from '../scan/signature/trust.js';
import { bytesInWords, countInWords, dayOf } from '../words.js';
import { type TrustArguments, trustOptions } from './arguments.js';
import { interruptible } from './interrupt.js';
import { print } from './output.js';
import { type ProgressArguments, withProgress } from './progress-option.js';
import { type SignerArguments, signerOptions } from './signer-options.js';

const PACKAGE_MODE = 0o644;

export interface PackArguments extends SignerArguments, TrustArguments, ProgressArguments {
  readonly output: string;
  readonly gpg?: true;
  readonly requireSignature?: true;
  readonly allowUncertified?: true;
  readonly threads?: number;
}

/** Who signs, or why nobody does. */
type MaySign = { readonly signer: Signer; readonly why: null } | { readonly signer: null; readonly why: string };

/** The module's signature, and what is said of it. */
interface Signed extends KeptSignature {
  readonly said: string;
}

/** `sigsweep pack DIR`. */
export async function pack(folder: string, given: PackArguments): Promise<void> {
  const facts = await checkModule(folder);
  for (const note of facts.notes) process.stderr.write(`sigsweep: note: ${escapeControls(note)}\n`);
  const keys = await gatherKeys(trustOptions(given), new Date(), keysInTree(null, []));
  const may = await maySign(given, keys);
  const module = await interruptible((signal) =>
    withProgress(given, 'hashing', (onProgress) =>
      readUnsignedModule(folder, { ...threads(given), onProgress, signal }),
    ),
  );
  const signed = await signatureFor(module, may, given, keys);
  const pieces = await interruptible((signal) =>
    withProgress(given, 'packing', (onProgress) =>
      packModule(module, {
        signature: signed?.bytes ?? null,
        mtime: signed?.signature.signedAt ?? TIME_OF_UNSIGNED,
        onProgress,
        signal,
      }),
    ),
  );
  const name = `${facts.rawname}-${facts.version}.tgz`;
  const packages: [file: string, bytes: readonly Buffer[]][] = [[join(given.output, name), pieces]];
  if (given.gpg === true && may.signer !== null) {
    const bytes = await signPackage(pieces, name, may.signer, keys, given.allowUncertified ?? false);
    packages.push([join(given.output, `${name}.gpg`), [bytes]]);
  }
  writeAll(packages);
  await print([
    `packed ${shortForTerminal(module.name)} ${facts.version} (${facts.license}): ${countInWords(module.entries.size, 'file')}\n`,
    `  ${signed?.said ?? `WITHOUT a signature: ${may.why ?? ''}`}\n`,
    ...packages.map(([path, bytes]) => `  wrote ${writtenInWords(path, bytes)}\n`),
  ]);
}

function threads({ threads }: PackArguments): { threads?: number } {
  return threads === undefined ? {} : { threads };
}

/** A key that was named must sign; where none was, GnuPG's keystore may have one or not. */
async function maySign(given: PackArguments, keys: Keys): Promise<MaySign> {
  const allowUncertified = given.allowUncertified ?? false;
  try {
    const signer = await chooseSigner({ ...signerOptions(given), allowUncertified }, keys);
    return { signer, why: null };
  } catch (error) {
    const isMissing =
      error instanceof SigsweepError && (error.code === 'SIGNER_UNUSABLE' || error.code === 'GNUPG_FAILED');
    const isAsked = given.key !== undefined || given.signer !== undefined || given.gpg === true;
    if (!isMissing || isAsked || given.requireSignature === true) throw error;
    return { signer: null, why: error.message };
  }
}

async function signatureFor(
  module: UnsignedModule,
  { signer }: MaySign,
  given: PackArguments,
  keys: Keys,
): Promise<Signed | null> {
  const kept = await keptSignature(module, keys);
  const own = signer?.certificate.key.fingerprint;
  if (kept !== null && (own === undefined || kept.signature.signer === own)) {
    return { ...kept, said: `signed by ${kept.signature.signer} on ${dayOf(kept.signature.signedAt)}, which was kept` };
  }
  if (signer === null) return null;
  const { bytes, signature } = await signModule(module, {
    keys,
    signer,
    allowUncertified: given.allowUncertified ?? false,
  });
  return { bytes, signature, said: `signed by ${signature.signer}` };
}

/** All of them or none. @throws SigsweepError OUTPUT_FAILED */
function writeAll(packages: readonly [file: string, bytes: readonly Buffer[]][]): void {
  const prepared: ReturnType<typeof prepareWhole>[] = [];
  try {
    for (const [file, bytes] of packages) prepared.push(prepareWhole(file, bytes, { mode: PACKAGE_MODE }));
    for (const one of prepared) one.commit();
  } finally {
    for (const one of prepared) one.discard();
  }
}

function writtenInWords(file: string, pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  return `${escapeControls(file)}  ${bytesInWords(bytes)}  SHA-256 ${hash.digest('hex')}`;
}
