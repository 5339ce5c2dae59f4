import { closeSync } from 'node:fs';
import type { BytePath } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { openUnlessKnown } from '../files/open.js';
import { bytesNeeded, isTooLarge, readContent } from './content.js';
import { OUTCOMES, Task } from './job.js';
import type { RateLimit } from './rate-limit.js';
import { search } from './search.js';
import { type Batch, type BatchResult, emptyResult, Flag } from './wire.js';

/** How much may be read in one go. */
export interface Budget {
  /** Bytes after which the rest of the batch is left undone. */
  readonly bytes: number;
  /** Whether the first file is read even when it alone is more than that. */
  readonly atLeastOne: boolean;
}

/**
 * Looks at the files of one batch, synchronously, in the calling thread, which a limit of the rate holds up. Never
 * throws for what the file system answers: that is the result. Keeps no descriptor and no folder from one batch to the
 * next.
 */
export function hashBatch(batch: Batch, budget: Budget, limit?: RateLimit): BatchResult {
  const result = emptyResult(batch.tasks.length);
  const chains = batch.roots.map((root) => new FolderChain(root));
  try {
    const names = batch.names.split('/');
    const searches = new Map(batch.searches);
    const known = batch.known.split('\n');
    const wantsStamps = batch.tasks.some((task) => (task & Task.stamp) !== 0);
    for (let index = 0; index < batch.tasks.length; index += 1) {
      const task = batch.tasks[index] ?? 0;
      const folderIndex = batch.folderOf[index] ?? -1;
      const chain = chains[batch.folderRoots[folderIndex] ?? -1];
      const folder = batch.folders[folderIndex];
      const name = names[index] as BytePath | undefined;
      if (chain === undefined || folder === undefined || name === undefined) throw new RangeError('malformed batch');
      const request = searches.get(index);
      let stamp: string | null = '';
      if (request !== undefined) result.searched.push([index, search(chain, request)]);
      else stamp = lookAt(chain, { folder, name, task, known: known[index] ?? '' }, index, result, budget, limit);
      if (stamp === null) break;
      if (wantsStamps) result.stamps += `${stamp}\n`;
      result.done = index + 1;
    }
  } finally {
    for (const chain of chains) chain.close();
  }
  return result;
}

/** One file of a batch. */
interface BatchFile {
  readonly folder: BytePath;
  readonly name: BytePath;
  readonly task: number;
  readonly known: string;
}

/** Looks at one file and notes what it is. Returns its stamp; `null` where the budget does not allow for it. */
function lookAt(
  chain: FolderChain,
  { folder, name, task, known }: BatchFile,
  index: number,
  result: BatchResult,
  budget: Budget,
  limit: RateLimit | undefined,
): string | null {
  const file = openUnlessKnown(chain, folder, name, (task & Task.stamp) === 0 ? null : known);
  if (!file.ok) {
    result.outcomes[index] = OUTCOMES.indexOf(file.outcome);
    result.details.push([index, file.detail]);
    return '';
  }
  if (file.descriptor === null) {
    result.outcomes[index] = OUTCOMES.indexOf('read');
    result.sizes[index] = file.size;
    result.flags[index] = Flag.unchanged;
    return file.stamp;
  }
  const { descriptor, stat, stamp } = file;
  try {
    const needed = isTooLarge(task, stat.size) ? 0 : bytesNeeded(task, stat.size);
    if (result.bytes + needed > budget.bytes && !(index === 0 && budget.atLeastOne)) return null;
    const content = readContent(descriptor, stat, name, task, limit);
    result.outcomes[index] = OUTCOMES.indexOf(content.outcome);
    result.sizes[index] = stat.size;
    result.modes[index] = stat.mode;
    result.mtimes[index] = stat.mtimeMs;
    result.ctimes[index] = stat.ctimeMs;
    result.uids[index] = stat.uid;
    result.gids[index] = stat.gid;
    if (content.detail !== '') result.details.push([index, content.detail]);
    if (content.examined !== null) result.examined.push([index, content.examined]);
    result.digests += content.sha256;
    result.flags[index] =
      (content.sha256 === '' ? 0 : Flag.hashed) |
      (content.containsPhp ? Flag.containsPhp : 0) |
      (content.executableContent ? Flag.executableContent : 0);
    if (content.outcome === 'read' || content.outcome === 'changed') result.bytes += needed;
    return stamp;
  } finally {
    closeSync(descriptor);
  }
}
