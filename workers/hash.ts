import { workerData } from 'node:worker_threads';
import { hashBatch } from '../src/hash/hash-files.js';
import { RateLimit, type SharedLimit } from '../src/hash/rate-limit.js';
import { BATCH_BYTES } from '../src/hash/tuning.js';
import type { Batch, BatchResult } from '../src/hash/wire.js';

const shared = workerData as SharedLimit | null | undefined;
const limit = shared ? new RateLimit(shared) : undefined;

/** What a worker thread does with one message. */
export default function hash(batch: Batch): BatchResult {
  return hashBatch(batch, { bytes: limit?.turnBytes ?? BATCH_BYTES, atLeastOne: true }, limit);
}
