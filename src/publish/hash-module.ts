import { availableParallelism } from 'node:os';
import { SigsweepError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import { Task } from '../hash/job.js';
import { HashPipeline } from '../hash/pipeline.js';
import { shortForTerminal } from '../report/shorten.js';

export interface HashOptions {
  /** Worker threads; 0 hashes in the calling thread. @default the cores that this process may use */
  readonly threads?: number;
  /** Called from time to time with the files that are done, of how many, and the bytes read. */
  readonly onProgress?: (files: number, total: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Hashes the files of a module through the same pool as a scan.
 * @returns SHA-256 by path, 64 lower-case hexadecimal digits, in the order of the paths
 * @throws SigsweepError SIGNING_FAILED with the first file that could not be read, or changed meanwhile; the signal's
 * reason after an abort.
 */
export async function hashModule(
  folder: BytePath,
  paths: readonly BytePath[],
  options: HashOptions = {},
): Promise<Map<BytePath, string>> {
  const { threads = availableParallelism(), onProgress, signal } = options;
  const digests = new Array<string>(paths.length);
  let failure: SigsweepError | null = null;
  const pipeline = new HashPipeline({
    roots: [folder],
    threads,
    onResult: (id, { outcome, detail, sha256 }) => {
      digests[id] = sha256;
      if (outcome === 'read' || failure !== null) return;
      const path = shortForTerminal(paths[id] ?? '');
      failure = new SigsweepError('SIGNING_FAILED', `${path} could not be hashed: ${detail || outcome}`);
    },
    onProgress: (files, bytes) => onProgress?.(files, paths.length, bytes),
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    for (const [id, path] of paths.entries()) pipeline.add(id, { root: 0, path, task: Task.hash });
    await pipeline.drain();
  } finally {
    await pipeline.close();
  }
  signal?.throwIfAborted();
  if (failure !== null) throw failure;
  return new Map(paths.map((path, id) => [path, digests[id] ?? '']));
}
