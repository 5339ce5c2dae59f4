/**
 * Hashes the files of a list through the pool of `src/hash`, and takes the time of nothing else: what `native/limit.c`
 * does, in the same words.
 *
 *     node bench/hash-all.mjs ROOT LIST THREADS PASSES
 *
 * LIST holds paths below ROOT with a zero byte after each. Every pass hashes them all; the last one is timed, when
 * threads and compiled code are warm. Prints one line of JSON; `digest` is the SHA-256 of all digests in the list's
 * order. Exits 1 when a file could not be read.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromLatin1 } from '../dist/src/files/bytepath.js';
import { Task } from '../dist/src/hash/job.js';
import { HashPipeline } from '../dist/src/hash/pipeline.js';

const DIGEST_BYTES = 32;

/** @param {string} root @param {string} list @param {number} threads @param {number} passes */
async function hashAll(root, list, threads, passes) {
  const paths = readFileSync(list, 'latin1').split('\0').slice(0, -1);
  const digests = Buffer.alloc(paths.length * DIGEST_BYTES);
  let failed = 0;
  const pipeline = new HashPipeline({
    roots: [fromLatin1(Buffer.from(root).toString('latin1'))],
    threads,
    onResult: (id, { outcome, sha256 }) => {
      if (outcome === 'read') digests.write(sha256, id * DIGEST_BYTES, 'hex');
      else failed += 1;
    },
  });
  try {
    pipeline.expectMany();
    let seconds = 0;
    let bytesBefore = 0;
    for (let pass = 0; pass < passes; pass++) {
      digests.fill(0);
      failed = 0;
      bytesBefore = pipeline.bytesHashed;
      const start = performance.now();
      for (const [id, path] of paths.entries()) pipeline.add(id, { root: 0, path: fromLatin1(path), task: Task.hash });
      await pipeline.drain();
      seconds = (performance.now() - start) / 1000;
    }
    return {
      files: paths.length,
      failed,
      bytes: pipeline.bytesHashed - bytesBefore,
      seconds,
      threads: pipeline.threadsUsed,
      digest: createHash('sha256').update(digests).digest('hex'),
    };
  } finally {
    await pipeline.close();
  }
}

const [root = '', list = '', threads = '', passes = ''] = process.argv.slice(2);
if (!(Number(threads) >= 1 && Number(passes) >= 1)) {
  process.stderr.write('usage: node bench/hash-all.mjs ROOT LIST THREADS PASSES\n');
  process.exitCode = 2;
} else {
  const result = await hashAll(root, list, Number(threads), Number(passes));
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exitCode = result.failed === 0 ? 0 : 1;
}
