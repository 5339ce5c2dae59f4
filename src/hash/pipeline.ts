import { clearTimeout, setImmediate, setTimeout } from 'node:timers';
import type { BytePath } from '../files/bytepath.js';
import { hashBatch } from './hash-files.js';
import { Isolation } from './isolation.js';
import type { FileJob, FileResult } from './job.js';
import type { HashPool } from './pool.js';
import { JobQueue, part, type Work } from './queue.js';
import type { RateLimit } from './rate-limit.js';
import {
  BATCH_PATH_BYTES,
  BATCHES_PER_THREAD,
  INLINE_BYTES,
  INLINE_FILES,
  INLINE_SLICE_BYTES,
  INLINE_SLICE_FILES,
  LARGEST_BATCH,
  SEARCH_WEIGHT,
  SMALLEST_BATCH,
} from './tuning.js';
import { type BatchResult, eachResult, encodeBatch, refusedResult } from './wire.js';

export interface PipelineOptions {
  /** Absolute folders; a job names one by its index. */
  readonly roots: readonly BytePath[];
  /** Most worker threads; 0 hashes everything in the calling thread. */
  readonly threads: number;
  /** Called once for each file that was added, in no particular order: whatever depends on order sorts by id. */
  readonly onResult: (id: number, result: FileResult, job: FileJob) => void;
  /** Called after each batch with the files and bytes done since the pipeline was made. */
  readonly onProgress?: (files: number, bytes: number) => void;
  /**
   * When it aborts, what waits is dropped, what runs is ignored, and `drain` resolves: the files that had no result by
   * then get none, so that the caller knows the scan to be incomplete.
   */
  readonly signal?: AbortSignal;
  /** Up to this many files are hashed in the calling thread, and no other is started. @default INLINE_FILES */
  readonly inlineFiles?: number;
  /** How fast files are read, by all threads together. There is one at least then, which can wait. @default no limit */
  readonly limit?: RateLimit;
}

/** Where files are hashed by now. `starting` is on the way from the calling thread to the others. */
type Mode = 'inline' | 'starting' | 'threads' | 'closed';

/**
 * Hashes files as they are added: a few in the calling thread, between turns of its event loop; many in worker
 * threads, in batches. Every file added gets exactly one result, whatever happens to the threads; the one exception is
 * an abort.
 */
export class HashPipeline {
  readonly #options: PipelineOptions;
  readonly #queue = new JobQueue();
  readonly #isolation: Isolation;
  #mode: Mode = 'inline';
  #threads: number;
  readonly #inlineFiles: number;
  #pool: HashPool | undefined;
  #starting: Promise<void> | undefined;
  #opening: Promise<void> | undefined;
  #turnScheduled = false;
  #pause: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #batchesSent = 0;
  #added = 0;
  #unfinished = 0;
  #files = 0;
  #bytes = 0;
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #failure: { readonly error: unknown } | undefined;
  readonly #stop = (): void => this.#settle();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#threads = options.limit === undefined ? options.threads : Math.max(1, options.threads);
    this.#inlineFiles = options.limit === undefined ? (options.inlineFiles ?? INLINE_FILES) : 0;
    this.#isolation = new Isolation({
      roots: options.roots,
      open: async () => (await startPool(1, options.limit)).ready(),
      onDone: (work, result) => this.#guarded(() => this.#deliver(work, result)),
      onRefused: (work, error) => this.#guarded(() => this.#refuse(work, error)),
      stopped: () => this.#stopped,
    });
    options.signal?.addEventListener('abort', this.#stop, { once: true });
  }

  /** Threads that hash; 0 while everything is done in the calling thread. */
  get threadsUsed(): number {
    return this.#pool === undefined ? 0 : this.#threads;
  }

  /** Bytes read so far. */
  get bytesHashed(): number {
    return this.#bytes;
  }

  /**
   * Says that many files will come. Resolves when threads are on their way, before they are ready: what the caller does
   * meanwhile takes none of their time, but would put off their start.
   */
  async expectMany(): Promise<void> {
    if (this.#mode === 'inline' && !this.#stopped) this.#startThreads();
    await this.#starting;
  }

  /** Queues one file, or a search. Files of one folder added after another share the work of opening it. */
  add(id: number, job: FileJob): void {
    if (this.#mode === 'closed') throw new Error('HashPipeline: add after close');
    if (this.#stopped) return;
    this.#queue.push(id, job);
    this.#added += job.search === undefined ? 1 : SEARCH_WEIGHT;
    this.#unfinished += 1;
    if (this.#mode === 'inline' && this.#added > this.#inlineFiles) this.#startThreads();
    if (this.#mode === 'threads' && this.#queue.length >= LARGEST_BATCH) this.#send();
    else this.#scheduleTurn();
  }

  /**
   * Resolves when every file added so far has its result, or after an abort. May be called again after more were added.
   * @throws what `onResult` or `onProgress` threw.
   */
  drain(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#scheduleTurn();
      this.#settle();
    });
  }

  /** Tells how far it is, between two batches too. */
  tellProgress(): void {
    this.#guarded(() => this.#options.onProgress?.(this.#files, this.#bytes));
  }

  /** Ends the threads and drops what waits. */
  async close(): Promise<void> {
    this.#mode = 'closed';
    clearTimeout(this.#pause);
    this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#settle();
    await this.#opening;
    await Promise.all([this.#pool?.close(), this.#isolation.close()]);
  }

  /** Somebody waits for what is left: nothing is held back for a fuller batch. */
  get #isDraining(): boolean {
    return this.#waiting.length > 0;
  }

  get #stopped(): boolean {
    return this.#mode === 'closed' || this.#failure !== undefined || this.#options.signal?.aborted === true;
  }

  /** One turn of the event loop later, so that what one turn adds goes out together. */
  #scheduleTurn(milliseconds = 0): void {
    if (this.#turnScheduled || this.#mode === 'starting' || this.#stopped) return;
    this.#turnScheduled = true;
    const turn = () => {
      this.#turnScheduled = false;
      this.#guarded(() => (this.#mode === 'inline' ? this.#hashSlice() : this.#send()));
    };
    if (milliseconds > 0) this.#pause = setTimeout(turn, milliseconds);
    else setImmediate(turn);
  }

  #hashSlice(): void {
    if (this.#stopped || this.#queue.length === 0) return;
    const left = this.#threads > 0 ? INLINE_BYTES - this.#bytes : Number.POSITIVE_INFINITY;
    const work = this.#queue.take(INLINE_SLICE_FILES, BATCH_PATH_BYTES);
    const { roots, limit } = this.#options;
    const most = Math.min(left, limit?.turnBytes ?? INLINE_SLICE_BYTES, INLINE_SLICE_BYTES);
    // Only where no thread can take it, a file larger than what is left is read here.
    const result = hashBatch(encodeBatch(roots, work.jobs), { bytes: most, atLeastOne: this.#threads <= 0 });
    this.#deliver(work, result);
    // Without threads nobody can wait in the middle of a file: it is read, and its time waited for after it.
    const wait = limit?.charge(result.bytes) ?? 0;
    if (result.done === 0 || (this.#threads > 0 && this.#bytes >= INLINE_BYTES)) this.#startThreads();
    if (this.#queue.length > 0) this.#scheduleTurn(wait);
  }

  #startThreads(): void {
    // A result may have added files, and those have started them.
    if (this.#threads <= 0 || this.#mode !== 'inline') return;
    this.#mode = 'starting';
    const started = startPool(this.#threads, this.#options.limit);
    this.#starting = started.then(
      () => undefined,
      () => undefined,
    );
    this.#opening = started
      .then((pool) => pool.ready())
      .then(
        (pool) => {
          this.#pool = pool;
          this.#leaveStarting('threads');
        },
        () => {
          // A machine that allows for no threads is a slow one, not one that cannot be scanned.
          this.#threads = 0;
          this.#leaveStarting('inline');
        },
      );
  }

  #leaveStarting(mode: 'threads' | 'inline'): void {
    if (this.#mode === 'starting') this.#mode = mode;
    this.#scheduleTurn();
  }

  /** Sends batches as long as threads have room for them and they are worth sending. */
  #send(): void {
    if (this.#mode !== 'threads') return;
    while (!this.#stopped && this.#queue.length > 0 && this.#inFlight < this.#threads * BATCHES_PER_THREAD) {
      const size = this.#nextBatchSize();
      // While files still come in, a thread that has work may wait for a full batch, and an idle one for a small one.
      const worthSending = this.#inFlight < this.#threads ? Math.min(size, SMALLEST_BATCH) : size;
      if (!this.#isDraining && !this.#queue.hasSearch && this.#queue.length < worthSending) break;
      this.#dispatch(this.#queue.take(size, BATCH_PATH_BYTES));
    }
  }

  /** Small batches first, so that every thread starts at once, and small ones last, so that all end together. */
  #nextBatchSize(): number {
    const rounds = Math.floor(this.#batchesSent / this.#threads);
    const growing = Math.min(LARGEST_BATCH, SMALLEST_BATCH * 2 ** Math.min(rounds, 10));
    if (!this.#isDraining) return growing;
    const share = Math.ceil(this.#queue.length / (this.#threads * BATCHES_PER_THREAD));
    return Math.min(growing, Math.max(SMALLEST_BATCH, share));
  }

  #dispatch(work: Work): void {
    const pool = this.#pool;
    if (pool === undefined) throw new Error('HashPipeline: no pool');
    this.#inFlight += 1;
    if (work.jobs[0]?.search === undefined) this.#batchesSent += 1;
    pool
      .run(encodeBatch(this.#options.roots, work.jobs))
      .then(
        (result) => this.#guarded(() => this.#deliver(work, result)),
        () => (this.#stopped ? undefined : this.#isolation.redo(work)),
      )
      .finally(() => {
        this.#inFlight -= 1;
        this.#guarded(() => this.#send());
      });
  }

  #deliver(work: Work, result: BatchResult): void {
    if (this.#stopped) return;
    if (result.done < work.jobs.length) this.#queue.putBack(part(work, result.done), this.#threads);
    eachResult(result, (index, fileResult) => this.#report(work, index, fileResult));
    this.#bytes += result.bytes;
    this.#afterReports();
  }

  #refuse(work: Work, error: unknown): void {
    if (this.#stopped) return;
    const result = refusedResult(`worker failed: ${error instanceof Error ? error.message : String(error)}`);
    for (const index of work.ids.keys()) this.#report(work, index, result);
    this.#afterReports();
  }

  #report({ ids, jobs }: Work, index: number, result: FileResult): void {
    const [id, job] = [ids[index], jobs[index]];
    if (id === undefined || job === undefined) return;
    this.#unfinished -= 1;
    if (result.searched === undefined) this.#files += 1;
    this.#options.onResult(id, result, job);
  }

  #afterReports(): void {
    this.#options.onProgress?.(this.#files, this.#bytes);
    this.#settle();
  }

  /** Runs a step whose failure (a callback that threw) is for whoever waits in `drain`. */
  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#failure ??= { error };
      this.#settle();
    }
  }

  #settle(): void {
    if (this.#unfinished > 0 && !this.#stopped) return;
    if (this.#stopped) this.#queue.clear();
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      if (this.#failure === undefined) resolve();
      else reject(this.#failure.error);
    }
  }
}

async function startPool(threads: number, limit: RateLimit | undefined): Promise<HashPool> {
  const { HashPool } = await import('./pool.js');
  return HashPool.start(threads, limit?.shared);
}
