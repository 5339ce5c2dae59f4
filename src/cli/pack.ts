import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { type PreparedFile, prepareWhole } from '../files/write.js';
import { chooseSigner } from '../publish/choose-signer.js';
import { type KeptSignature, keptSignature } from '../publish/kept-signature.js';
import { checkModule } from '../publish/module-check.js';
import { moduleSignature, prepareSignature } from '../publish/module-signature.js';
import { packModule, TIME_OF_UNSIGNED } from '../publish/pack-module.js';
import { requirePackageFolder } from '../publish/package-folder.js';
import { signPackage } from '../publish/sign-package.js';
import type { Signer } from '../publish/signer.js';
import { readUnsignedModule, type UnsignedModule } from '../publish/unsigned-module.js';
import { escapeControls } from '../report/escape.js';
import { oneLine } from '../report/one-line.js';
import { shortForTerminal } from '../report/shorten.js';
import { gatherKeys, type Keys, keysInTree } from '../scan/signature/trust.js';
import { bytesInWords, countInWords, dayOf } from '../words.js';
import { type TrustArguments, trustOptions } from './arguments.js';
import { interruptible } from './interrupt.js';
import { print } from './output.js';
import { type ProgressArguments, withProgress } from './progress-option.js';
import { type SignerArguments, signerOptions } from './signer-options.js';

const PACKAGE_MODE = 0o644;

/** A licence that says more is cut, in characters. */
const MOST_OF_LICENSE = 80;

export interface PackArguments extends SignerArguments, TrustArguments, ProgressArguments {
  readonly output: string;
  readonly gpg?: true;
  readonly requireSignature?: true;
  readonly allowUncertified?: true;
  readonly threads?: number;
}

/** Who signs, or why nobody does. */
type MaySign = { readonly signer: Signer; readonly why: null } | { readonly signer: null; readonly why: SigsweepError };

/** The module's signature, and what is said of it. */
interface Signed extends KeptSignature {
  readonly said: string;
  /** Whether it lies in the module already. */
  readonly isKept: boolean;
}

/** `sigsweep pack DIR`. */
export async function pack(folder: string, given: PackArguments): Promise<void> {
  const facts = await checkModule(folder);
  requirePackageFolder(given.output, folder);
  for (const note of facts.notes) process.stderr.write(`sigsweep: note: ${escapeControls(note)}\n`);
  const keys = await gatherKeys(trustOptions(given), new Date(), keysInTree(null, []));
  const may = await maySign(given, keys);
  const module = await interruptible((signal) =>
    withProgress(given, 'hashing', (onProgress) =>
      readUnsignedModule(folder, { ...threads(given), onProgress, signal }),
    ),
  );
  const signed = await signatureFor(module, may, given, keys);
  if (signed === null && given.requireSignature === true && may.why !== null) throw may.why;
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
  // A package without the message around it is what must not be left alone.
  const files = [...packages].reverse().map(
    ([file, bytes]) =>
      () =>
        prepareWhole(file, bytes, { mode: PACKAGE_MODE }),
  );
  if (signed !== null && !signed.isKept) files.push(() => prepareSignature(module, signed.bytes));
  // Whoever ends it now leaves no temporary file behind.
  await interruptible(async () => writeAll(files));
  const license = oneLine(facts.license, MOST_OF_LICENSE);
  await print([
    `packed ${shortForTerminal(module.name)} ${facts.version} (${license}): ${countInWords(module.entries.size, 'file')}\n`,
    `  ${signed?.said ?? `WITHOUT a signature: ${escapeControls(may.why?.message ?? '')}`}\n`,
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
    if (!isMissing || isAsked) throw error;
    return { signer: null, why: error };
  }
}

/** One that counts and lists just these files stays, unless a key was named that is not its signer's. */
async function signatureFor(
  module: UnsignedModule,
  { signer }: MaySign,
  given: PackArguments,
  keys: Keys,
): Promise<Signed | null> {
  const kept = await keptSignature(module, keys);
  const isNamed = given.key !== undefined || given.signer !== undefined;
  if (kept !== null && (!isNamed || kept.signature.signer === signer?.certificate.key.fingerprint)) {
    const { signer: by, signedAt } = kept.signature;
    return { ...kept, isKept: true, said: `signed by ${by} on ${dayOf(signedAt)}, which was kept` };
  }
  if (signer === null) return null;
  const allowUncertified = given.allowUncertified ?? false;
  const made = await moduleSignature(module, { keys, signer, allowUncertified });
  return { ...made, isKept: false, said: `signed by ${made.signature.signer}` };
}

/** Replaces nothing before all of it lies ready. @throws SigsweepError OUTPUT_FAILED */
function writeAll(files: readonly (() => PreparedFile)[]): void {
  const prepared: PreparedFile[] = [];
  try {
    for (const prepare of files) prepared.push(prepare());
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
