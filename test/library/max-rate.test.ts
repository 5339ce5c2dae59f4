import { readdirSync } from 'node:fs';
import { getPriority } from 'node:os';
import { type Progress, renderJson, scan, verifyModule } from 'sigsweep';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSystem, type TestSystem } from '../helpers/system.js';

const MB = 1_000_000;
const LARGE_BYTES = 3 * MB;
const SMALL_FILES = 600;
const SMALL_BYTES = 5000;

/** One file of 3 MB; 600 of 5 kB. */
let large: TestSystem;
let small: TestSystem;
beforeAll(async () => {
  large = await makeSystem({ modules: { cdr: { 'large.php': Buffer.alloc(LARGE_BYTES, 'x') } } });
  const files = Array.from({ length: SMALL_FILES }, (_, index) => [`${index % 20}/${index}.php`, `${index}`] as const);
  small = await makeSystem({
    modules: { cdr: Object.fromEntries(files.map(([name, text]) => [name, text.padEnd(SMALL_BYTES, ' ')])) },
  });
});
afterAll(() => {
  large.cleanup();
  small.cleanup();
});

function optionsFor({ dir, anchorFingerprint, keyring }: TestSystem) {
  return { root: dir, anchors: [anchorFingerprint], keyrings: [keyring] };
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

describe.each([0, 1, 2])('maxRate with %i threads', (threads) => {
  it.each(['one large file', 'many small ones'])('is not exceeded with %s', async (which) => {
    const system = which === 'one large file' ? large : small;
    const options = { ...optionsFor(system), threads };
    let report: string | undefined;
    const seconds = await secondsOf(async () => {
      report = timeless(await scan({ ...options, maxRate: 2 }));
    });
    // 50 ms may be made up for, at the beginning too.
    expect(seconds).toBeGreaterThan(LARGE_BYTES / (2 * MB) - 0.1);
    expect(report).toBe(timeless(await scan(options)));
  });

  it('goes on telling how far one file was read', async () => {
    const seen: Progress[] = [];
    await scan({ ...optionsFor(large), threads, maxRate: 2, onProgress: (progress) => seen.push(progress) });
    const bytes = seen.map((progress) => progress.bytes);
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    const meanwhile = bytes.filter((count) => count > LARGE_BYTES / 10 && count < (LARGE_BYTES * 9) / 10);
    expect(new Set(meanwhile).size).toBeGreaterThan(1);
  });

  it('an abort ends the wait', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    const report = await scan({
      ...optionsFor(large),
      threads,
      // Four seconds for a page, an hour for the file.
      maxRate: 0.001,
      signal: controller.signal,
    });
    expect(report.complete).toBe(false);
  });
});

it('is as good for one module', async () => {
  const verify = () => verifyModule(large.modulePath('cdr'), { ...optionsFor(large), maxRate: 4 });
  expect(await secondsOf(verify)).toBeGreaterThan(LARGE_BYTES / (4 * MB) - 0.1);
});

it('tags across the pieces that a slow scan reads are found', async () => {
  // 0.05 s of 0.1 MB/s: pieces of 5000 bytes.
  const name = 'picture.png';
  const system = await makeSystem({ modules: { cdr: {} } });
  try {
    system.writeInWebRoot(name, `${'.'.repeat(4997)}<?php echo 1;`);
    for (const threads of [0, 1]) {
      const report = await scan({ ...optionsFor(system), threads, maxRate: 0.1 });
      expect(report.tree.findings).toMatchObject([{ path: name, severity: 'high' }]);
    }
  } finally {
    system.cleanup();
  }
});

it('what the coordinator reads to judge a file counts too', async () => {
  const system = await makeSystem({ modules: { cdr: {} } });
  try {
    // Each is sniffed by a thread, which pays for 64 KiB, and then read whole.
    for (const name of ['a', 'b', 'c', 'd']) {
      system.writeInWebRoot(`admin/assets/less/cache/${name}.lesscache`, 'x'.repeat(MB));
    }
    const seconds = await secondsOf(() => scan({ ...optionsFor(system), maxRate: 4 }));
    expect(seconds).toBeGreaterThan(0.9);
  } finally {
    system.cleanup();
  }
});

it('what onProgress throws is thrown by the scan', async () => {
  const onProgress = ({ bytes }: Progress): void => {
    if (bytes > 0) throw new Error('enough');
  };
  await expect(scan({ ...optionsFor(large), maxRate: 0.5, onProgress })).rejects.toThrow('enough');
});

it('the library leaves the priority of its process alone', async () => {
  const priorities = () => [...new Set(readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread))))];
  const before = priorities();
  await scan({ ...optionsFor(small), threads: 2, maxRate: 100 });
  expect(priorities()).toEqual(before);
});

/** The report as its readers see it, but for the times at which it was made. */
function timeless(report: Parameters<typeof renderJson>[0]): string {
  const epoch = new Date(0);
  return renderJson({ ...report, startedAt: epoch, finishedAt: epoch });
}
