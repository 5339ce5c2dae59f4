import pLimit from 'p-limit';
import type { BytePath } from '../files/bytepath.js';
import type { HashPool } from './pool.js';
import { part, type Work } from './queue.js';
import { MAX_ISOLATED_FAILURES } from './tuning.js';
import { type BatchResult, encodeBatch } from './wire.js';

export interface IsolationOptions {
  readonly roots: readonly BytePath[];
  /** Opens a pool of one thread; asked when a batch failed, and again where the pool could not be opened. */
  readonly open: () => Promise<Pick<HashPool, 'run' | 'close'>>;
  /** A batch, or a part of one, was done after all. */
  readonly onDone: (work: Work, result: BatchResult) => void;
  /** These files cost a thread its life each time. */
  readonly onRefused: (work: Work, error: unknown) => void;
  /** Whether nobody waits for results any more. */
  readonly stopped: () => boolean;
}

/**
 * Does failed batches again, one at a time in a thread of their own: what fails there is itself at fault, not a
 * neighbour that shared a thread with the cause. A batch that fails again is halved until the file at fault is alone.
 */
export class Isolation {
  readonly #options: IsolationOptions;
  readonly #oneAtATime = pLimit(1);
  #pool: ReturnType<IsolationOptions['open']> | undefined;
  #failures = 0;

  constructor(options: IsolationOptions) {
    this.#options = options;
  }

  /** Resolves when every file of the work was reported done or refused, or came back to the queue. */
  redo(work: Work): Promise<void> {
    return this.#oneAtATime(() => this.#redo(work));
  }

  async close(): Promise<void> {
    this.#oneAtATime.clearQueue();
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.close();
  }

  async #redo(work: Work): Promise<void> {
    const waiting = [work];
    for (let next = waiting.pop(); next !== undefined && !this.#options.stopped(); next = waiting.pop()) {
      const outcome = await this.#attempt(next);
      if ('result' in outcome) {
        this.#options.onDone(next, outcome.result);
      } else if (next.jobs.length === 1 || this.#failures > MAX_ISOLATED_FAILURES) {
        this.#options.onRefused(next, outcome.error);
      } else {
        const middle = next.jobs.length >> 1;
        waiting.push(part(next, middle), part(next, 0, middle));
      }
    }
  }

  async #attempt(work: Work): Promise<{ result: BatchResult } | { error: unknown }> {
    try {
      const pool = await this.#opened();
      return { result: await pool.run(encodeBatch(this.#options.roots, work.jobs)) };
    } catch (error) {
      this.#failures += 1;
      return { error };
    }
  }

  /** A pool that could not be opened must not fail what comes after: whatever ended its thread may be over. */
  async #opened(): ReturnType<IsolationOptions['open']> {
    this.#pool ??= this.#options.open();
    try {
      return await this.#pool;
    } catch (error) {
      this.#pool = undefined;
      throw error;
    }
  }
}
