import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { DataError, SigsweepError } from '../errors.js';
import { type BytePath, basename, fromText, join, toText } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { type PreparedFile, prepareWhole } from '../files/write.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import { type SignatureInfo, Verifier } from '../openpgp/verify.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { readModuleXml } from '../scan/signature/module-xml.js';
import { MODULE_XML, SIGNATURE_FILE } from '../scan/signature/signed-module.js';
import type { Keys } from '../scan/signature/trust.js';
import { type HashOptions, hashModule } from './hash-module.js';
import { prepareSecureList, secureListOf } from './local.js';
import { manifestText, REPOSITORIES, type Repository } from './manifest-text.js';
import { listModuleFiles } from './module-files.js';
import type { Signer } from './signer.js';

/** Others have to read it: the web server, and scans that are not root's. */
const SIGNATURE_MODE = 0o644;

export interface SignModuleOptions extends Pick<HashOptions, 'signal'> {
  /** The keys that the signature is verified with before it is written. */
  readonly keys: Keys;
  readonly signer: Signer;
  /** Accepts a signature that no anchor vouches for. @default false */
  readonly allowUncertified?: boolean;
  /**
   * Writes the real list to this folder, `/etc/freepbx.secure`, and a `module.sig` that names it. @default writes one
   * `module.sig`
   */
  readonly secureFolder?: string;
}

/** A module that has been read and not signed yet. */
export interface UnsignedModule {
  /** Absolute. */
  readonly folder: BytePath;
  readonly name: BytePath;
  readonly repository: Repository;
  /** SHA-256 by path. */
  readonly entries: ReadonlyMap<BytePath, string>;
  /** What is passed over because of its name. */
  readonly hidden: readonly BytePath[];
}

export interface SignedModuleResult {
  readonly module: UnsignedModule;
  readonly signature: SignatureInfo;
  /** The `module.sig` that was written. */
  readonly bytes: Buffer;
  /** What was written, absolute paths. */
  readonly written: readonly string[];
}

/**
 * Reads what is signed of a module.
 * @throws SigsweepError MODULE_NOT_FOUND, SIGNING_FAILED; the signal's reason after an abort.
 */
export async function readUnsignedModule(path: string, options: HashOptions = {}): Promise<UnsignedModule> {
  const folder = fromText(resolve(path));
  const chain = new FolderChain(folder);
  try {
    const { name, repository } = identityOf(chain, folder);
    const { listed, hidden } = listModuleFiles(chain);
    const entries = await hashModule(folder, listed, options);
    return { folder, name, repository, entries, hidden };
  } finally {
    chain.close();
  }
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
export async function moduleSignature(
  module: UnsignedModule,
  options: Pick<SignModuleOptions, 'keys' | 'signer' | 'allowUncertified'>,
): Promise<{ readonly bytes: Buffer; readonly signature: SignatureInfo }> {
  const { bytes, info } = await signText(manifestOf(module, options.signer), options);
  return { bytes, signature: info };
}

/**
 * Makes a `module.sig` ready beside the one that it will replace.
 * @throws SigsweepError OUTPUT_FAILED
 */
export function prepareSignature({ folder }: UnsignedModule, bytes: Uint8Array): PreparedFile {
  return prepareWhole(toText(join(folder, SIGNATURE_FILE)), [bytes], { mode: SIGNATURE_MODE });
}

/**
 * Signs a module. What is written is whole and has been verified by the rules of a scan; whatever fails leaves the
 * signature that was there.
 * @throws SigsweepError SIGNING_FAILED, SIGNER_UNUSABLE, PASSPHRASE_WRONG, GNUPG_FAILED, OUTPUT_FAILED, FILE_UNSAFE; the
 * signal's reason after an abort.
 */
export async function signModule(module: UnsignedModule, options: SignModuleOptions): Promise<SignedModuleResult> {
  const { signer, secureFolder, signal } = options;
  const now = new Date();
  const list = await signText(manifestOf(module, signer, now), options);
  const file = join(module.folder, SIGNATURE_FILE);
  if (secureFolder === undefined) {
    signal?.throwIfAborted();
    prepareWhole(toText(file), [list.bytes], { mode: SIGNATURE_MODE }).commit();
    return { module, signature: list.info, bytes: list.bytes, written: [toText(file)] };
  }
  const listFile = secureListOf(module.name);
  const pointer = textOf(new Map([[listFile, sha256(list.bytes)]]), {
    signer: signer.certificate,
    type: 'local',
    repository: module.repository,
    now,
  });
  const { bytes, info } = await signText(pointer, options);
  signal?.throwIfAborted();
  const secure = prepareSecureList(secureFolder, listFile, list.bytes);
  try {
    const pointing = prepareWhole(toText(file), [bytes], { mode: SIGNATURE_MODE });
    try {
      secure.commit();
      pointing.commit();
    } catch (cause) {
      // One of them without the other would be worth nothing.
      secure.undo();
      throw cause;
    } finally {
      pointing.discard();
    }
  } finally {
    secure.discard();
  }
  return { module, signature: info, bytes, written: [`${secureFolder}/${toText(listFile)}`, toText(file)] };
}

/** What is signed must be what a scan accepts: a file that only we could read would be a trap for whoever installs it. */
async function signText(
  text: Buffer,
  { signer, keys, allowUncertified = false }: SignModuleOptions,
): Promise<{ bytes: Buffer; info: SignatureInfo }> {
  const bytes = await signer.clearsign(text);
  // Old signatures with SHA-1 may count; nothing new is signed with it.
  const settings = { ...keys.settings, policy: 'strict' as const, now: new Date() };
  const outcome = await new Verifier(keys.keyring, settings).verify(bytes);
  const { verdict, signature } = outcome;
  const counts = verdict === 'trusted' || (verdict === 'untrusted' && allowUncertified);
  if (!counts || signature === null) {
    const reason = escapeControls(outcome.reason);
    throw new SigsweepError('SIGNING_FAILED', `the signature does not hold, nothing was written: ${reason}`);
  }
  if (signature.signer !== signer.certificate.key.fingerprint || signature.textSha256 !== sha256(text)) {
    throw new SigsweepError('SIGNING_FAILED', 'another text or another key was signed with, nothing was written');
  }
  return { bytes, info: signature };
}

function identityOf(chain: FolderChain, folder: BytePath): { name: BytePath; repository: Repository } {
  const xml = readFileBelow(chain, MODULE_XML, MAX_TEXT_FILE_BYTES);
  const where = shortForTerminal(folder);
  if (!xml.ok) throw new SigsweepError('MODULE_NOT_FOUND', `${where} is no module: module.xml: ${xml.detail}`);
  const { rawname, repo } = readModuleXml(xml.bytes.toString('latin1'));
  const name = basename(folder);
  if (rawname !== name) {
    const said = rawname === null ? 'names no module' : `is that of the module '${shortForTerminal(rawname)}'`;
    throw new SigsweepError('SIGNING_FAILED', `${where}: its module.xml ${said}: the folder must be called like it`);
  }
  return { name, repository: REPOSITORIES.find((known) => known === repo) ?? 'manual' };
}

function textOf(entries: ReadonlyMap<BytePath, string>, facts: Parameters<typeof manifestText>[1]): Buffer {
  try {
    return manifestText(entries, facts);
  } catch (cause) {
    if (!(cause instanceof DataError)) throw cause;
    throw new SigsweepError('SIGNING_FAILED', `it cannot be signed: ${errorInWords(cause)}`, { cause });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
