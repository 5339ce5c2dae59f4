import type { BytePath } from '../../files/bytepath.js';
import { basename, dirname, fromLatin1, join } from '../../files/bytepath.js';
import { FolderChain } from '../../files/folder-chain.js';
import { readFileBelow } from '../../files/read.js';
import { WRITABLE_BY_OTHERS } from '../../files/trusted.js';
import { statBelow } from '../../files/walk.js';
import { MAX_SIGNATURE_FILE_BYTES } from '../../limits.js';
import type { Manifest } from '../../manifest/manifest.js';
import { sha256 } from '../../sha256.js';
import type { ModuleProblem, SignatureContext } from './signature-file.js';
import { judgeSignatureFile } from './signature-file.js';

/** The list itself, or why it does not count. */
export type LocalList = { manifest: Manifest; problem: null } | { manifest: null; problem: ModuleProblem };

/**
 * The real list of a module with `type=local`: `/etc/freepbx.secure/<module>.sig`. It counts only when the folder and
 * the file belong to root and nobody else can write them, the hash in `module.sig` is the file's, and the same signer
 * signed both. Anything else is `invalid`, whatever the hashes say (`unverified` where it could not be read).
 */
export async function readLocalList(
  context: SignatureContext,
  module: BytePath,
  pointer: Manifest,
  signer: string | null,
): Promise<LocalList> {
  const fileName = fromLatin1(`${module}.sig`);
  const expected = pointer.entries.get(fileName);
  if (expected === undefined || pointer.entries.size !== 1) {
    return refused(`a local module.sig must list ${fileName} and nothing else`);
  }
  // From the folder above, so that the secure folder itself is opened without following a link.
  const chain = new FolderChain(dirname(context.secureFolder));
  try {
    const folder = basename(context.secureFolder);
    const stat = statBelow(chain, folder);
    if (!stat.ok) return notRead(stat.outcome, `the secure folder ${context.secureFolder}: ${stat.detail}`);
    if (stat.type !== 'folder') return refused(`the secure folder ${context.secureFolder} is no folder`);
    const unsafeFolder = ownershipProblem(stat.uid, stat.mode);
    if (unsafeFolder !== null) return refused(`the secure folder ${context.secureFolder} ${unsafeFolder}`);

    const file = readFileBelow(chain, join(folder, fileName), MAX_SIGNATURE_FILE_BYTES);
    if (!file.ok) return notRead(file.outcome, `${context.secureFolder}/${fileName}: ${file.detail}`);
    context.onRead(file.size);
    const unsafeFile = ownershipProblem(file.uid, file.mode);
    if (unsafeFile !== null) return refused(`${context.secureFolder}/${fileName} ${unsafeFile}`);
    if (sha256(file.bytes) !== expected) {
      return refused(`${context.secureFolder}/${fileName} is not the file that module.sig names`);
    }
    const judged = await judgeSignatureFile(context.verifier, file.bytes);
    if (judged.manifest === null) return refused(`${context.secureFolder}/${fileName}: ${judged.problem.reason}`);
    if (judged.signature.signer !== signer) return refused(`${context.secureFolder}/${fileName} has another signer`);
    return { manifest: judged.manifest, problem: null };
  } finally {
    chain.close();
  }
}

function ownershipProblem(uid: number, mode: number): string | null {
  if (uid !== 0) return `belongs to user ${uid}, not to root`;
  return (mode & WRITABLE_BY_OTHERS) === 0 ? null : 'can be written by others than root';
}

function refused(reason: string): LocalList {
  return { manifest: null, problem: { verdict: 'invalid', reason } };
}

function notRead(outcome: string, reason: string): LocalList {
  const unread = outcome === 'unreadable' || outcome === 'changed';
  return { manifest: null, problem: { verdict: unread ? 'unverified' : 'invalid', reason } };
}
