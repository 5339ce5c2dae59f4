import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { readTrustedFile } from '../../files/trusted.js';
import { writeWhole } from '../../files/write.js';
import { MAX_DONE_JOBS } from '../../limits.js';
import { CLOCK_TOLERANCE } from '../message/believe.js';

const FILE = 'done.json';

/** Largest such file: each line has a nonce and a time. */
const MAX_BYTES = 64 * MAX_DONE_JOBS;

/** Nonce → until when the job could be taken. */
const contents = z.record(z.string().regex(/^[0-9a-f]{32}$/), z.number().int().min(0).max(8.64e15));

/** Jobs that were done, for as long as somebody could put them into the queue again. */
export class DoneJobs {
  readonly #file: string;
  readonly #expires: Map<string, number>;

  /** @throws SigsweepError FLEET_UNUSABLE, FILE_UNSAFE: without it a job could be done twice. */
  constructor(folder: string) {
    this.#file = join(folder, FILE);
    this.#expires = read(this.#file);
  }

  has(nonce: string): boolean {
    return this.#expires.has(nonce);
  }

  /** @throws SigsweepError OUTPUT_FAILED; it is remembered as long as the program runs. */
  add(nonce: string, expires: number, now: number): void {
    this.#expires.set(nonce, expires);
    for (const [other, end] of this.#expires) if (end + CLOCK_TOLERANCE < now) this.#expires.delete(other);
    // Only the coordinator's own jobs get here: more than this many at once are none that anybody meant.
    const soonest = [...this.#expires].toSorted(([, one], [, other]) => one - other);
    for (const [other] of soonest.slice(0, Math.max(0, soonest.length - MAX_DONE_JOBS))) this.#expires.delete(other);
    writeWhole(this.#file, [`${JSON.stringify(Object.fromEntries(this.#expires))}\n`], { mode: 0o600 });
  }
}

function read(file: string): Map<string, number> {
  try {
    const parsed = contents.parse(JSON.parse(readTrustedFile(file, { maxBytes: MAX_BYTES })));
    return new Map(Object.entries(parsed));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return new Map();
    if (cause instanceof SigsweepError) throw cause;
    const why = errnoOf(cause) === undefined ? 'it is damaged' : errorInWords(cause);
    throw new SigsweepError(
      'FLEET_UNUSABLE',
      `${file} cannot be read: ${why}; it says which jobs were done, and without it one could be done again: remove it if you do not mind`,
      { cause },
    );
  }
}
