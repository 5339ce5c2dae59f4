import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { Isolation } from '../../src/hash/isolation.js';
import { Task } from '../../src/hash/job.js';
import type { Work } from '../../src/hash/queue.js';
import { type Batch, emptyResult } from '../../src/hash/wire.js';
import { bytePath, temporaryFolder, writeTree } from '../files/temporary.js';
import { HashPipeline } from './built.js';
import { hashed, jobsOf, Results, writeMany } from './tree.js';

const root = temporaryFolder();
const paths = writeMany(root, 4000);
const expected = hashed(root, paths);

/** Every worker thread that was started since, the living and the dead. */
let workers: Worker[] = [];
let onWorker: (worker: Worker) => void = () => undefined;
process.on('worker', (worker) => {
  workers.push(worker);
  onWorker(worker);
});
afterEach(() => {
  workers = [];
  onWorker = () => undefined;
});

async function run(onFirstResult: () => void = () => undefined): Promise<Results> {
  const results = new Results();
  const pipeline = new HashPipeline({
    roots: [bytePath(root)],
    threads: 2,
    inlineFiles: 0,
    onResult: (id, result) => {
      results.take(id, result);
      if (results.all.size === 1) onFirstResult();
    },
  });
  for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
  await pipeline.drain();
  await pipeline.close();
  return results;
}

test('a thread ended in the middle of its batches: they are done again', async () => {
  let ended = 0;
  const results = await run(() => {
    ended = workers.length;
    for (const worker of workers) void worker.terminate();
  });
  expect(ended).toBe(2);
  expect(workers.length).toBeGreaterThan(2);
  expect(results.sorted).toEqual(expected);
});

test.each([1, 2, 3, 4, 5])('threads ended at any moment: every file has one result (%i)', async (round) => {
  let left = 6;
  onWorker = (worker) => {
    left -= 1;
    if (left >= 0) void setTimeout(20 + ((left * 17 + round * 23) % 60)).then(() => worker.terminate());
  };
  const results = await run();
  expect(results.all.size).toBe(paths.length);
  for (const [index, result] of results.sorted.entries()) {
    if (result.outcome === 'read') expect(result).toEqual(expected[index]);
    else expect(result).toMatchObject({ outcome: 'unreadable', detail: expect.stringMatching(/^worker failed: /) });
  }
});

test('threads that all die are given up: no file is silently absent', async () => {
  let first = true;
  const results = await run(() => {
    if (!first) return;
    first = false;
    onWorker = (worker) => void worker.terminate();
    for (const worker of workers) void worker.terminate();
  });
  expect(results.all.size).toBe(paths.length);
  const failed = results.sorted.filter(({ outcome }) => outcome !== 'read');
  expect(failed.length).toBeGreaterThan(0);
  for (const result of failed) {
    expect(result).toMatchObject({ outcome: 'unreadable', detail: expect.stringMatching(/^worker failed: /) });
  }
});

test('where no thread can be started, the files are hashed without', async () => {
  onWorker = (worker) => void worker.terminate();
  const results = await run();
  expect(results.sorted).toEqual(expected);
});

test('a file that costs a thread its memory is named, and its neighbours are read', async () => {
  // Real threads with little memory: examining 4 MiB takes copies that do not fit.
  const threads = createRequire(import.meta.url)('node:worker_threads');
  const { Worker: Original } = threads;
  threads.Worker = class extends Original {
    constructor(file: string, options: WorkerOptions) {
      super(file, { ...options, resourceLimits: { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 2 } });
    }
  };
  try {
    const folder = temporaryFolder();
    const names = Array.from({ length: 20 }, (_, index) => `file-${index}.js`);
    writeTree(folder, Object.fromEntries(names.map((name) => [name, name])));
    writeTree(folder, { 'file-7.js': Buffer.alloc(4 * 2 ** 20, '(') });
    const results = new Results();
    const pipeline = new HashPipeline({
      roots: [bytePath(folder)],
      threads: 2,
      inlineFiles: 0,
      onResult: results.take,
    });
    const jobs = jobsOf(names, Task.hash | Task.examine);
    for (const [id, job] of jobs.entries()) pipeline.add(id, job);
    await pipeline.drain();
    await pipeline.close();
    const whole = hashed(folder, names, Task.hash | Task.examine);
    expect(results.all.get(7)).toMatchObject({
      outcome: 'unreadable',
      detail: expect.stringMatching(/^worker failed: .*memory/),
    });
    expect(results.sorted.toSpliced(7, 1)).toEqual(whole.toSpliced(7, 1));
  } finally {
    threads.Worker = Original;
  }
});

function workOf(count: number): Work {
  return {
    ids: Array.from({ length: count }, (_, id) => id),
    jobs: jobsOf(Array.from({ length: count }, (_, id) => String(id))),
  };
}

async function isolate(
  count: number,
  isPoison: (name: string) => boolean,
): Promise<{ done: number[]; refused: number[] }> {
  const done: number[] = [];
  const refused: number[] = [];
  const isolation = new Isolation({
    roots: [],
    open: async () => ({
      run: async (batch: Batch) => {
        if (batch.names.split('/').some(isPoison)) throw new Error('died');
        return { ...emptyResult(batch.tasks.length), done: batch.tasks.length };
      },
      close: async () => undefined,
    }),
    onDone: (work) => done.push(...work.ids),
    onRefused: (work) => refused.push(...work.ids),
    stopped: () => false,
  });
  await isolation.redo(workOf(count));
  await isolation.close();
  return { done, refused };
}

test.each([1, 2, 3, 1000])('of %i files the one at fault is found', async (count) => {
  const { done, refused } = await isolate(count, (name) => name === String(count - 1));
  expect(refused).toEqual([count - 1]);
  expect(done).toEqual(Array.from({ length: count - 1 }, (_, id) => id));
});

test('the search for files at fault is bounded, and forgets none', async () => {
  const { done, refused } = await isolate(1000, () => true);
  expect([...done, ...refused].toSorted((a, b) => a - b)).toEqual(workOf(1000).ids);
});
