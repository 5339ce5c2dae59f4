import type { Piscina } from 'piscina';
import { workerFile } from '../shipped.js';
import type { SharedLimit } from './rate-limit.js';
import { BATCHES_PER_THREAD, WORKER_HEAP_MIB, WORKER_YOUNG_MIB } from './tuning.js';
import { type Batch, type BatchResult, encodeBatch } from './wire.js';

/**
 * Worker threads that hash batches. A thread that dies fails the batches it had, all of them, and is replaced; nothing
 * here does them again.
 */
export class HashPool {
  readonly #create: () => Piscina;
  #piscina: Piscina;
  #running = 0;

  private constructor(create: () => Piscina) {
    this.#create = create;
    this.#piscina = this.#started();
  }

  /** Starts `threads` threads, which are not {@link ready} yet. @throws where they cannot be started. */
  static async start(threads: number, limit?: SharedLimit): Promise<HashPool> {
    // Loaded here and not above: whoever hashes a few files pays for no pool.
    const { Piscina } = await import('piscina');
    return new HashPool(
      () =>
        new Piscina({
          // It is CommonJS, which the library asks for first: where Node can require a module too, it aborts the whole
          // process when a thread is ended in the middle of that, as an interrupted scan does (measured on 20.20).
          filename: workerFile(),
          minThreads: threads,
          maxThreads: threads,
          idleTimeout: Number.POSITIVE_INFINITY,
          concurrentTasksPerWorker: BATCHES_PER_THREAD,
          resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB, maxYoungGenerationSizeMb: WORKER_YOUNG_MIB },
          recordTiming: false,
          workerData: limit,
        }),
    );
  }

  /** Resolves when a thread answers. @throws where none does; the pool is then closed. */
  async ready(): Promise<this> {
    try {
      await this.run(encodeBatch([], []));
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Has one batch hashed. @throws where the thread that had it died. */
  async run(batch: Batch): Promise<BatchResult> {
    this.#running += 1;
    try {
      return await this.#piscina.run(batch);
    } finally {
      this.#running -= 1;
    }
  }

  /** Ends the threads, whatever they are doing. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }

  #started(): Piscina {
    const piscina = this.#create();
    // A thread that dies without work is no error of a batch; unheard, the event would end the process.
    piscina.on('error', () => this.#reviveSoon(piscina));
    piscina.on('workerDestroy', () => this.#reviveSoon(piscina));
    return piscina;
  }

  /**
   * The library gives up replacing threads once one of them died while it started, and what is queued would then wait
   * for ever: where no thread is left, the queue is failed and a new pool made.
   */
  #reviveSoon(piscina: Piscina): void {
    setImmediate(() => {
      if (piscina !== this.#piscina || this.#running === 0 || piscina.threads.length > 0) return;
      this.#piscina = this.#started();
      void piscina.destroy();
    });
  }
}
