import { hash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { BytePath } from '../files/bytepath.js';
import { type FileResult, Task } from '../hash/job.js';
import { HashPipeline } from '../hash/pipeline.js';
import { median } from './statistics.js';

const BUFFER_BYTES = 1024 * 1024;
const SLICES = 5;
const SLICE_MILLISECONDS = 60;

/** One reading of files. */
export interface Pass {
  readonly milliseconds: number;
  /** False where the signal came first: files are then missing. */
  readonly whole: boolean;
}

/** Reads files below a root as a scan reads listed ones: opened, hashed, in threads of the scan's own pool. */
export async function readFiles(
  root: BytePath,
  paths: readonly BytePath[],
  threads: number,
  signal: AbortSignal,
  onResult: (path: BytePath, result: FileResult) => void = () => undefined,
): Promise<Pass> {
  let done = 0;
  const start = performance.now();
  const pipeline = new HashPipeline({
    roots: [root],
    threads,
    inlineFiles: 0,
    signal,
    onResult: (id, result) => {
      done += 1;
      const path = paths[id];
      if (path !== undefined) onResult(path, result);
    },
  });
  try {
    for (const [id, path] of paths.entries()) pipeline.add(id, { root: 0, path, task: Task.hash });
    await pipeline.drain();
    return { milliseconds: performance.now() - start, whole: done === paths.length };
  } finally {
    await pipeline.close();
  }
}

/** Bytes of memory per second that one core hashes. Pauses for signals. */
export async function sha256Speed(): Promise<number> {
  const buffer = Buffer.alloc(BUFFER_BYTES, 'sigsweep');
  const speeds: number[] = [];
  for (let slice = 0; slice < SLICES; slice += 1) {
    await breathe();
    const start = performance.now();
    let bytes = 0;
    let milliseconds = 0;
    for (; milliseconds < SLICE_MILLISECONDS; milliseconds = performance.now() - start) {
      hash('sha256', buffer, 'buffer');
      bytes += BUFFER_BYTES;
    }
    speeds.push((bytes / milliseconds) * 1000);
  }
  return median(speeds);
}
