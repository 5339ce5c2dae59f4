import type { BytePath } from '../files/bytepath.js';
import type { FileJob, FileResult } from '../hash/job.js';
import { HashPipeline } from '../hash/pipeline.js';
import { RateLimit } from '../hash/rate-limit.js';
import type { SearchRequest } from '../hash/search.js';

/** As rates are given. */
export const BYTES_PER_MB = 1_000_000;

/** How often a limited scan tells how far it is, in milliseconds: one file may take minutes. */
const PROGRESS_INTERVAL = 250;

/** What a {@link Jobs} needs to know of the scan. */
export interface JobsOptions {
  readonly roots: readonly BytePath[];
  readonly threads: number;
  /** Most MB read per second. @default no limit */
  readonly maxRate?: number;
  readonly onProgress?: (files: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

type Receive = (result: FileResult, job: FileJob) => void;

/** Whoever answers what single files are. */
export interface FileJobs {
  /** Asks for a file. Who receives its result gets the job back with it, so that one function can serve many. */
  add<Job extends FileJob>(job: Job, receive: (result: FileResult, job: Job) => void): void;
}

/** The hashing pipeline as the coordinator uses it: every file comes with the function that takes its result. */
export class Jobs implements FileJobs {
  /** Files that have been asked for so far. */
  asked = 0;
  private readonly receivers: (Receive | undefined)[] = [];
  private readonly pipeline: HashPipeline;
  private readonly limit: RateLimit | undefined;
  private readonly ticker: NodeJS.Timeout | undefined;

  constructor(private readonly options: JobsOptions) {
    const { maxRate } = options;
    this.limit = maxRate === undefined ? undefined : RateLimit.of(maxRate * BYTES_PER_MB);
    this.pipeline = new HashPipeline({
      ...options,
      ...(this.limit === undefined ? {} : { limit: this.limit }),
      onResult: (id, result, job) => this.deliver(id, result, job),
      onProgress: (files, bytes) => this.tell(files, bytes),
    });
    if (this.limit !== undefined) {
      this.ticker = setInterval(() => this.pipeline.tellProgress(), PROGRESS_INTERVAL).unref();
    }
  }

  get bytesRead(): number {
    return this.pipeline.bytesHashed;
  }

  /** Counts what the coordinator itself has read. */
  charge(bytes: number): void {
    this.limit?.charge(bytes);
  }

  /** Resolves when the coordinator may read on, after an abort at once. */
  async turn(): Promise<void> {
    await this.limit?.turn(0, this.options.signal);
  }

  /** Says that many files will be asked for. Resolves when threads for them are on their way. */
  expectMany(): Promise<void> {
    return this.pipeline.expectMany();
  }

  add<Job extends FileJob>(job: Job, receive: (result: FileResult, job: Job) => void): void {
    this.asked += 1;
    this.order(job, receive as Receive);
  }

  /** Asks for a search below the first root; `path` is where it begins. */
  search(path: BytePath, search: SearchRequest, receive: (result: FileResult) => void): void {
    this.order({ root: 0, path, task: 0, search }, receive);
  }

  /** Resolves when every file asked for has its result, those asked for by a result included, or after an abort. */
  async drain(): Promise<void> {
    let asked: number;
    do {
      asked = this.receivers.length;
      await this.pipeline.drain();
    } while (this.receivers.length !== asked);
  }

  close(): Promise<void> {
    clearInterval(this.ticker);
    return this.pipeline.close();
  }

  /** What was paid for is about to be read: a file that is still being read counts as far as it was. */
  private tell(files: number, bytes: number): void {
    this.options.onProgress?.(files, Math.max(bytes, this.limit?.bytesTaken ?? 0));
  }

  private order(job: FileJob, receive: Receive): void {
    this.pipeline.add(this.receivers.push(receive) - 1, job);
  }

  private deliver(id: number, result: FileResult, job: FileJob): void {
    const receive = this.receivers[id];
    this.receivers[id] = undefined;
    receive?.(result, job);
  }
}
