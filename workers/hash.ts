import { hashBatch } from '../src/hash/hash-files.js';
import { BATCH_BYTES } from '../src/hash/tuning.js';
import type { Batch, BatchResult } from '../src/hash/wire.js';

/** What a worker thread does with one message. */
export default function hash(batch: Batch): BatchResult {
  return hashBatch(batch, { bytes: BATCH_BYTES, atLeastOne: true });
}
