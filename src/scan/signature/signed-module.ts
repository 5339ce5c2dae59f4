import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1, join } from '../../files/bytepath.js';
import { type ReadOutcome, readFileBelow } from '../../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES, MAX_TEXT_FILE_BYTES } from '../../limits.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { SignatureReport } from '../../model.js';
import { sha256 } from '../../sha256.js';
import type { SeenSignature } from '../memory.js';
import { type Downgrade, downgradeSince } from './downgrade.js';
import { type LocalList, readLocalList } from './local-signature.js';
import type { ModuleXml } from './module-xml.js';
import { readModuleXml } from './module-xml.js';
import type { ModuleProblem, SignatureContext } from './signature-file.js';
import { expiryProblem, judgeSignatureFile, unreadSignature } from './signature-file.js';

export const SIGNATURE_FILE = fromLatin1('module.sig');
export const MODULE_XML = fromLatin1('module.xml');

/** A list without it fits any folder. */
const NAMELESS: ModuleProblem = {
  verdict: 'wrong-module',
  reason: 'module.xml is not signed, so nothing says which module was',
};

/** What an absent `module.xml` says. */
const NOTHING: ModuleXml = { rawname: null, version: null, repo: null };

/** A module whose signature has been judged, and whose files have not been looked at yet. */
export interface SignedModule {
  readonly name: BytePath;
  /** Below the chain's root. */
  readonly folder: BytePath;
  readonly version: string | null;
  readonly signature: SignatureReport | null;
  /** What a trusted signer says belongs here; `null` when nobody trusted says anything. */
  readonly manifest: Manifest | null;
  /**
   * Whether the `module.xml` that was read for the module's name is not the listed one. Its file is hashed like any
   * other; should that find the listed one after all, somebody exchanged it in between.
   */
  readonly isUnnamed: boolean;
  /** Set where a newer signature was seen on a module of this name before. */
  readonly downgrade: Downgrade | null;
  /** What is wrong whatever the files say; `null` when only the files decide. */
  readonly problem: ModuleProblem | null;
}

/** What of a module says which one it is and what belongs to it. */
export interface ModuleFiles {
  readonly name: BytePath;
  /** Below the chain's root. */
  readonly folder: BytePath;
  /** `null` where it could not be read. */
  readonly xml: { readonly sha256: string; readonly says: ModuleXml } | null;
  readonly signature: ReadOutcome;
}

/** By what the files of a module are judged. */
export interface JudgingContext extends Pick<SignatureContext, 'verifier' | 'now'> {
  /** The list that a local signature only points to. */
  readonly localList: (pointer: Manifest, signature: SignatureReport) => Promise<LocalList>;
  /** The newest signature that was seen on a module of this name. */
  readonly newest: SeenSignature | null;
}

/** Reads and judges a module's signature: file → signature → manifest → local list → identity. */
export async function judgeModule(context: SignatureContext, name: BytePath, folder: BytePath): Promise<SignedModule> {
  const xml = readFileBelow(context.chain, join(folder, MODULE_XML), MAX_TEXT_FILE_BYTES);
  const signature = readFileBelow(context.chain, join(folder, SIGNATURE_FILE), MAX_SIGNATURE_FILE_BYTES);
  for (const file of [xml, signature]) if (file.ok) context.onRead(file.size);
  const files = { name, folder, xml: xml.ok ? xmlOf(xml.bytes) : null, signature };
  return judgeModuleFiles(files, {
    verifier: context.verifier,
    now: context.now,
    localList: (pointer, { signer }) => readLocalList(context, name, pointer, signer),
    newest: context.memory?.newestSignature(name) ?? null,
  });
}

/** Judges a module's signature from its files, wherever they were read. */
export async function judgeModuleFiles(files: ModuleFiles, context: JudgingContext): Promise<SignedModule> {
  const { name, folder, xml, signature: file } = files;
  const without = {
    name,
    folder,
    version: xml?.says.version ?? null,
    signature: null,
    manifest: null,
    isUnnamed: false,
    downgrade: null,
  };
  if (!file.ok) return { ...without, problem: unreadSignature(file) };

  const judged = await judgeSignatureFile(context.verifier, file.bytes);
  if (judged.manifest === null) return { ...without, ...judged };

  const { signature } = judged;
  const isLocal = judged.manifest.type === 'local';
  const complete = isLocal ? await context.localList(judged.manifest, signature) : judged;
  if (complete.manifest === null) return { ...without, signature, problem: complete.problem };

  const { manifest } = complete;
  const listed = manifest.entries.get(MODULE_XML);
  const isUnnamed = listed !== undefined && listed !== xml?.sha256;
  const expired = expiryProblem([judged.manifest, manifest], context.now);
  const downgrade = downgradeSince(context.newest, signature.signedAt, file);
  const misplaced = listed === undefined ? NAMELESS : isUnnamed ? null : identityProblem(name, xml?.says ?? NOTHING);
  return { ...without, signature, manifest, isUnnamed, downgrade, problem: expired ?? misplaced };
}

/** What the bytes of a `module.xml` say, and which bytes they are. */
export function xmlOf(bytes: Buffer): NonNullable<ModuleFiles['xml']> {
  return { sha256: sha256(bytes), says: readModuleXml(bytes.toString('latin1')) };
}

/** A signed list copied from another module, files and all, would match: its own `module.xml` tells. */
function identityProblem(name: BytePath, { rawname }: ModuleXml): ModuleProblem | null {
  if (rawname === name) return null;
  const signedFor = rawname === null ? 'no module by name' : `the module '${rawname}'`;
  return { verdict: 'wrong-module', reason: `this folder holds what was signed for ${signedFor}` };
}
