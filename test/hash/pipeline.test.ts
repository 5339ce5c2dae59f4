import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type FileResult, Task } from '../../src/hash/job.js';
import { bytePath, openDescriptors, temporaryFolder } from '../files/temporary.js';
import { HashPipeline } from './built.js';
import { hashed, jobsOf, Results, writeMany } from './tree.js';

const root = temporaryFolder();
const paths = writeMany(root, 6000);
mkdirSync(`${root}/odd`);
symlinkSync('x', `${root}/odd/link`);
paths.splice(100, 0, bytePath('odd/link'), bytePath('odd/nothing'), bytePath('odd'), bytePath('nowhere/x'));
const expected = hashed(root, paths, Task.hash | Task.sniff);

interface Run {
  readonly results: FileResult[];
  readonly threadsUsed: number;
  readonly bytes: number;
}

async function run(threads: number, files = paths, inlineFiles?: number): Promise<Run> {
  const results = new Results();
  const pipeline = new HashPipeline({
    roots: [bytePath(root)],
    threads,
    onResult: results.take,
    ...(inlineFiles === undefined ? {} : { inlineFiles }),
  });
  for (const [id, job] of jobsOf(files, Task.hash | Task.sniff).entries()) pipeline.add(id, job);
  await pipeline.drain();
  const { threadsUsed, bytesHashed } = pipeline;
  await pipeline.close();
  return { results: results.sorted, threadsUsed, bytes: bytesHashed };
}

describe('the same results', () => {
  test.each([0, 1, 2, 5])('with %i threads', async (threads) => {
    const { results, threadsUsed } = await run(threads);
    expect(threadsUsed).toBe(threads);
    expect(results).toEqual(expected);
  });

  test('without threads for a few files', async () => {
    const { results, threadsUsed } = await run(2, paths.slice(0, 256));
    expect(threadsUsed).toBe(0);
    expect(results).toEqual(expected.slice(0, 256));
  });

  test('with threads from the first file on', async () => {
    const { results, threadsUsed } = await run(2, paths.slice(0, 10), 0);
    expect(threadsUsed).toBe(2);
    expect(results).toEqual(expected.slice(0, 10));
  });
});

test('few files, but large ones, go to threads', async () => {
  const large = temporaryFolder();
  const names = ['a', 'b', 'c', 'd'];
  for (const name of names) {
    writeFileSync(`${large}/${name}`, name);
    truncateSync(`${large}/${name}`, 24 * 2 ** 20);
  }
  const results = new Results();
  const progress: number[] = [];
  const pipeline = new HashPipeline({
    roots: [bytePath(large)],
    threads: 2,
    onResult: results.take,
    onProgress: (_, bytes) => progress.push(bytes),
  });
  for (const [id, job] of jobsOf(names).entries()) pipeline.add(id, job);
  await pipeline.drain();
  expect(pipeline.threadsUsed).toBe(2);
  await pipeline.close();
  expect(results.sorted).toEqual(hashed(large, names));
  expect(progress.at(-1)).toBe(96 * 2 ** 20);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

test('drains again after a second round, and when a result adds a file', async () => {
  for (const threads of [0, 2]) {
    const results = new Results();
    const jobs = jobsOf(paths, Task.hash | Task.sniff);
    const added = new Set<number>();
    const add = (id: number) => {
      const job = jobs[id];
      if (job === undefined || added.has(id)) return;
      added.add(id);
      pipeline.add(id, job);
    };
    const pipeline = new HashPipeline({
      roots: [bytePath(root)],
      threads,
      onResult: (id, result) => {
        results.take(id, result);
        if (id < 1000) add(id + 3000);
      },
    });
    await pipeline.drain();
    for (let id = 0; id < 1000; id += 1) add(id);
    await pipeline.drain();
    expect(results.all.size).toBe(2000);
    for (let id = 1000; id < jobs.length; id += 1) add(id);
    await Promise.all([pipeline.drain(), pipeline.drain()]);
    expect(results.sorted).toEqual(expected);
    await pipeline.close();
  }
});

test.each([0, 2])('counts every file and byte with %i threads', async (threads) => {
  let last: [number, number] = [0, 0];
  const pipeline = new HashPipeline({
    roots: [bytePath(root)],
    threads,
    onResult: () => undefined,
    onProgress: (...progress) => {
      last = progress;
    },
  });
  for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
  await pipeline.drain();
  await pipeline.close();
  expect(last).toEqual([paths.length, pipeline.bytesHashed]);
  expect(pipeline.bytesHashed).toBe(expected.reduce((sum, { size }) => sum + Math.max(0, size), 0));
});

test.each([0, 2])('an abort ends the wait at once, and nothing comes after it with %i threads', async (threads) => {
  const controller = new AbortController();
  const results = new Results();
  let late = 0;
  const pipeline = new HashPipeline({
    roots: [bytePath(root)],
    threads,
    signal: controller.signal,
    onResult: (id, result) => {
      if (controller.signal.aborted) late += 1;
      results.take(id, result);
      if (results.all.size === 200) controller.abort();
    },
  });
  for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
  await pipeline.drain();
  await pipeline.drain();
  pipeline.add(1_000_000, { root: 0, path: bytePath('x'), task: Task.hash });
  await pipeline.close();
  expect(results.all.size).toBeGreaterThanOrEqual(200);
  expect(results.all.size).toBeLessThan(paths.length);
  // The batch that was being handed out when the abort came is handed out to its end.
  expect(late).toBeLessThan(1000);
});

test('a pipeline that was aborted before it began has no results', async () => {
  const results = new Results();
  const pipeline = new HashPipeline({ roots: [], threads: 2, signal: AbortSignal.abort(), onResult: results.take });
  pipeline.add(0, { root: 0, path: bytePath('x'), task: Task.hash });
  await pipeline.drain();
  await pipeline.close();
  expect(results.all.size).toBe(0);
});

test.each([0, 2])('what a callback throws is for whoever waits, with %i threads', async (threads) => {
  const pipeline = new HashPipeline({
    roots: [bytePath(root)],
    threads,
    onResult: () => {
      throw new Error('from the callback');
    },
  });
  for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
  await expect(pipeline.drain()).rejects.toThrow('from the callback');
  await pipeline.close();
});

test('closing without waiting drops what is left, and leaves no descriptor', async () => {
  const before = openDescriptors();
  for (let round = 0; round < 3; round += 1) {
    const pipeline = new HashPipeline({ roots: [bytePath(root)], threads: 2, onResult: () => undefined });
    for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, round * 40));
    const drained = pipeline.drain();
    await pipeline.close();
    await drained;
    expect(() => pipeline.add(0, { root: 0, path: bytePath('x'), task: 1 })).toThrow('after close');
  }
  // A thread that has ended may still be closing its own for a moment.
  await expect.poll(openDescriptors, { timeout: 10_000 }).toBeLessThanOrEqual(before + 4);
});

test('while files are hashed here, other events still get their turn', async () => {
  const pipeline = new HashPipeline({ roots: [bytePath(root)], threads: 0, onResult: () => undefined });
  for (const [id, job] of jobsOf(paths).entries()) pipeline.add(id, job);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await pipeline.drain();
  clearInterval(timer);
  await pipeline.close();
  expect(turns).toBeGreaterThan(5);
});

test('after it is closed, nothing keeps the process alive; a small job loads no pool', () => {
  const script = `
    import { createRequire } from 'node:module';
    import { HashPipeline } from './dist/src/hash/pipeline.js';
    const pipeline = new HashPipeline({ roots: ['${root}'], threads: 2, onResult() {} });
    const count = Number(process.argv[1]);
    const jobs = ${JSON.stringify(paths.slice(200, 2000))};
    for (const [id, path] of jobs.slice(0, count).entries()) pipeline.add(id, { root: 0, path, task: 1 });
    await pipeline.drain();
    await pipeline.close();
    const loaded = Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('piscina'));
    console.log(pipeline.threadsUsed, loaded);`;
  const output = (count: number) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script, String(count)], {
      encoding: 'utf8',
      timeout: 30_000,
    }).trim();
  expect(output(256)).toBe('0 false');
  expect(output(1800)).toBe('2 true');
});
