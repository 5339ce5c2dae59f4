import { createHash } from 'node:crypto';
import type { BytePath } from '../files/bytepath.js';
import { fromLatin1, join } from '../files/bytepath.js';
import { readFileBelow } from '../files/read.js';
import { MAX_SIGNATURE_FILE_BYTES, MAX_TEXT_FILE_BYTES } from '../limits.js';
import type { Manifest } from '../manifest/manifest.js';
import type { SignatureReport } from '../model.js';
import { readLocalList } from './local-signature.js';
import type { ModuleXml } from './module-xml.js';
import { readModuleXml } from './module-xml.js';
import type { ModuleProblem, SignatureContext } from './signature-file.js';
import { expiryProblem, judgeSignatureFile, unreadSignature } from './signature-file.js';

export const SIGNATURE_FILE = fromLatin1('module.sig');
const MODULE_XML = fromLatin1('module.xml');

/** A module whose signature has been judged, and whose files have not been looked at yet. */
export interface SignedModule {
  readonly name: BytePath;
  /** Below the chain's root. */
  readonly folder: BytePath;
  readonly version: string | null;
  readonly signature: SignatureReport | null;
  /** What a trusted signer says belongs here; `null` when nobody trusted says anything. */
  readonly manifest: Manifest | null;
  /** What is wrong whatever the files say; `null` when only the files decide. */
  readonly problem: ModuleProblem | null;
}

/** Reads and judges a module's signature: file → signature → manifest → local list → identity. */
export async function judgeModule(context: SignatureContext, name: BytePath, folder: BytePath): Promise<SignedModule> {
  const xmlFile = readFileBelow(context.chain, join(folder, MODULE_XML), MAX_TEXT_FILE_BYTES);
  const xml: ModuleXml = xmlFile.ok
    ? readModuleXml(xmlFile.bytes.toString('latin1'))
    : { rawname: null, version: null };
  const without = { name, folder, version: xml.version, signature: null, manifest: null };

  const file = readFileBelow(context.chain, join(folder, SIGNATURE_FILE), MAX_SIGNATURE_FILE_BYTES);
  if (!file.ok) return { ...without, problem: unreadSignature(file) };

  const judged = await judgeSignatureFile(context.verifier, file.bytes);
  if (judged.manifest === null) return { ...without, ...judged };

  const complete = await withLocalList(context, name, judged.manifest, judged.signature);
  if (complete.manifest === null) return { ...without, signature: judged.signature, ...complete };

  const warnings = [...judged.signature.warnings];
  const identity = xmlFile.ok ? identityProblem(name, xml, xmlFile.bytes, complete.manifest) : null;
  if (!complete.manifest.entries.has(MODULE_XML)) warnings.push('module.xml is not signed: the name is not proven');
  return {
    ...without,
    signature: { ...judged.signature, warnings },
    manifest: complete.manifest,
    problem: expiryProblem([judged.manifest, complete.manifest], context.now) ?? identity,
  };
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
function identityProblem(name: BytePath, xml: ModuleXml, bytes: Buffer, manifest: Manifest): ModuleProblem | null {
  const verified = manifest.entries.get(MODULE_XML) === createHash('sha256').update(bytes).digest('hex');
  if (!verified || xml.rawname === name) return null;
  const signedFor = xml.rawname === null ? 'no module by name' : `the module '${xml.rawname}'`;
  return { verdict: 'wrong-module', reason: `this folder holds what was signed for ${signedFor}` };
}
