import { createHash } from 'node:crypto';
import type { BytePath } from '../../files/bytepath.js';
import { fromLatin1, join } from '../../files/bytepath.js';
import { readFileBelow } from '../../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES, MAX_TEXT_FILE_BYTES } from '../../limits.js';
import type { Manifest } from '../../manifest/manifest.js';
import type { SignatureReport } from '../../model.js';
import { type Downgrade, downgradeSince } from './downgrade.js';
import { readLocalList } from './local-signature.js';
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

/** Reads and judges a module's signature: file → signature → manifest → local list → identity. */
export async function judgeModule(context: SignatureContext, name: BytePath, folder: BytePath): Promise<SignedModule> {
  const xmlFile = readFileBelow(context.chain, join(folder, MODULE_XML), MAX_TEXT_FILE_BYTES);
  if (xmlFile.ok) context.onRead(xmlFile.size);
  const xml: ModuleXml = xmlFile.ok
    ? readModuleXml(xmlFile.bytes.toString('latin1'))
    : { rawname: null, version: null };
  const without = {
    name,
    folder,
    version: xml.version,
    signature: null,
    manifest: null,
    isUnnamed: false,
    downgrade: null,
  };

  const file = readFileBelow(context.chain, join(folder, SIGNATURE_FILE), MAX_SIGNATURE_FILE_BYTES);
  if (!file.ok) return { ...without, problem: unreadSignature(file) };
  context.onRead(file.size);

  const judged = await judgeSignatureFile(context.verifier, file.bytes);
  if (judged.manifest === null) return { ...without, ...judged };

  const complete = await withLocalList(context, name, judged.manifest, judged.signature);
  if (complete.manifest === null) return { ...without, signature: judged.signature, ...complete };

  const { manifest } = complete;
  const listed = manifest.entries.get(MODULE_XML);
  const isUnnamed = listed !== undefined && (!xmlFile.ok || listed !== sha256(xmlFile.bytes));
  const expired = expiryProblem([judged.manifest, manifest], context.now);
  const downgrade = downgradeSince(context.memory?.newestSignature(name), judged.signature.signedAt, file);
  const misplaced = listed === undefined ? NAMELESS : isUnnamed ? null : identityProblem(name, xml);
  return { ...without, signature: judged.signature, manifest, isUnnamed, downgrade, problem: expired ?? misplaced };
}

async function withLocalList(
  context: SignatureContext,
  name: BytePath,
  manifest: Manifest,
  signature: SignatureReport,
): Promise<{ manifest: Manifest; problem: null } | { manifest: null; problem: ModuleProblem }> {
  if (manifest.type !== 'local') return { manifest, problem: null };
  return readLocalList(context, name, manifest, signature.signer);
}

/** A signed list copied from another module, files and all, would match: its own `module.xml` tells. */
function identityProblem(name: BytePath, { rawname }: ModuleXml): ModuleProblem | null {
  if (rawname === name) return null;
  const signedFor = rawname === null ? 'no module by name' : `the module '${rawname}'`;
  return { verdict: 'wrong-module', reason: `this folder holds what was signed for ${signedFor}` };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
