import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, join } from '../files/bytepath.js';
import { typeInWords } from '../files/entry-type.js';
import type { FolderChain } from '../files/folder-chain.js';
import { walk } from '../files/walk.js';
import { whyNotListable } from '../manifest/serialize.js';
import { shortForTerminal } from '../report/shorten.js';
import { SIGNATURE_FILE } from '../scan/signature/signed-module.js';

/** How many of what is wrong is told at once. */
const MOST_TOLD = 10;

/** What of a module's folder is signed. */
export interface ModuleFiles {
  /** Below the folder, sorted by bytes. */
  readonly listed: readonly BytePath[];
  /** Files and folders that are passed over, because their names begin with a dot. */
  readonly hidden: readonly BytePath[];
}

/**
 * Lists what a signer signs: every file but `module.sig` itself, and but whatever has a name that begins with a dot or
 * lies below one.
 * @throws SigsweepError SIGNING_FAILED where something is no regular file, has a name that no manifest can hold, or
 * cannot be listed: who is left out would be neither signed nor missed.
 */
export function listModuleFiles(chain: FolderChain): ModuleFiles {
  const listed: BytePath[] = [];
  const hidden: BytePath[] = [];
  const problems: string[] = [];
  const isHidden = (path: BytePath) => /(?:^|\/)\.[^/]*$/.test(path);
  for (const { folder, entries, problem, mount } of walk(chain, fromLatin1(''), { skip: isHidden })) {
    const told = (path: BytePath, what: string) => problems.push(`${shortForTerminal(path)} ${what}`);
    if (problem !== null) told(folder, `cannot be listed: ${problem.detail}`);
    if (mount) told(folder, 'is another file system');
    for (const { name, type } of entries) {
      const path = join(folder, name);
      if (name.startsWith('.')) hidden.push(path);
      else if (type === 'folder' || path === SIGNATURE_FILE) continue;
      else if (type !== 'file') told(path, `is a ${typeInWords(type)}: only regular files can be signed`);
      else {
        const why = whyNotListable(path);
        if (why === null) listed.push(path);
        else told(path, `cannot be listed in a manifest: its path ${why}`);
      }
    }
  }
  if (problems.length > 0) throw new SigsweepError('SIGNING_FAILED', toldTogether(problems));
  return { listed: listed.sort(), hidden };
}

function toldTogether(problems: readonly string[]): string {
  const more = problems.length - MOST_TOLD;
  return problems.slice(0, MOST_TOLD).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
