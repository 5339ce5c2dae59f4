import { createHash } from 'node:crypto';
import type { BytePath } from '../../src/files/bytepath.js';
import { hashBatch } from '../../src/hash/hash-files.js';
import { type FileJob, type FileResult, Task } from '../../src/hash/job.js';
import { type BatchResult, eachResult, encodeBatch } from '../../src/hash/wire.js';
import { bytePath, writeTree } from '../files/temporary.js';

/** Writes `count` small files, ten to a folder. Returns their paths. */
export function writeMany(root: string, count: number): BytePath[] {
  const files: Record<string, string> = {};
  for (let index = 0; index < count; index += 1) {
    const folder = Math.floor(index / 10);
    files[`f${folder % 7}/g${folder}/file-${index}.php`] = `<?php // ${index}\n`.repeat(index % 50);
  }
  writeTree(root, files);
  return Object.keys(files).map(bytePath);
}

export function jobsOf(paths: readonly (BytePath | string)[], task: number = Task.hash): FileJob[] {
  return paths.map((path) => ({ root: 0, path: bytePath(path), task }));
}

/** What one thread says of the files, all in one batch. */
export function hashed(root: string, paths: readonly string[], task: number = Task.hash): FileResult[] {
  const batch = encodeBatch([bytePath(root)], jobsOf(paths, task));
  return resultsOf(hashBatch(batch, { bytes: Number.POSITIVE_INFINITY, atLeastOne: true }));
}

/** In the order of the batch. */
export function resultsOf(result: BatchResult): FileResult[] {
  const results: FileResult[] = [];
  eachResult(result, (index, fileResult) => {
    results[index] = fileResult;
  });
  return results;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Collects results, and refuses a second one for the same file. */
export class Results {
  readonly all = new Map<number, FileResult>();

  readonly take = (id: number, result: FileResult): void => {
    if (this.all.has(id)) throw new Error(`two results for ${id}`);
    this.all.set(id, result);
  };

  /** In the order of ids. */
  get sorted(): FileResult[] {
    return [...this.all].sort(([a], [b]) => a - b).map(([, result]) => result);
  }
}
