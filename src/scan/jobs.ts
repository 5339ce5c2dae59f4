import type { BytePath } from '../files/bytepath.js';
import type { FileJob, FileResult } from '../hash/job.js';
import { HashPipeline } from '../hash/pipeline.js';
import type { SearchRequest } from '../hash/search.js';

/** What a {@link Jobs} needs to know of the scan. */
export interface JobsOptions {
  readonly roots: readonly BytePath[];
  readonly threads: number;
  readonly onProgress?: (files: number, bytes: number) => void;
  readonly signal?: AbortSignal;
}

type Receive = (result: FileResult, job: FileJob) => void;

/** The hashing pipeline as the coordinator uses it: every file comes with the function that takes its result. */
export class Jobs {
  /** Files that have been asked for so far. */
  asked = 0;
  private readonly receivers: (Receive | undefined)[] = [];
  private readonly pipeline: HashPipeline;

  constructor(options: JobsOptions) {
    this.pipeline = new HashPipeline({ ...options, onResult: (id, result, job) => this.deliver(id, result, job) });
  }

  get bytesRead(): number {
    return this.pipeline.bytesHashed;
  }

  /** Says that many files will be asked for. */
  expectMany(): void {
    this.pipeline.expectMany();
  }

  /** Asks for a file. Who receives its result gets the job back with it, so that one function can serve many. */
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
    return this.pipeline.close();
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
