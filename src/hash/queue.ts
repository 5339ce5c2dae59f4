import type { FileJob } from './job.js';

/** Files that go to a thread together: the ids that the caller knows them by, and their jobs, side by side. */
export interface Work {
  readonly ids: readonly number[];
  readonly jobs: readonly FileJob[];
}

/** Files that wait, in the order they came in. Searches go before them: they bring more of them. */
export class JobQueue {
  #ids: number[] = [];
  #jobs: FileJob[] = [];
  #head = 0;
  readonly #searches: Work[] = [];
  /** What came back undone: it was in turn before all others. */
  readonly #returned: Work[] = [];
  #returnedFiles = 0;

  get length(): number {
    return this.#jobs.length - this.#head + this.#returnedFiles + this.#searches.length;
  }

  get hasSearch(): boolean {
    return this.#searches.length > 0;
  }

  push(id: number, job: FileJob): void {
    if (job.search !== undefined) {
      this.#searches.push({ ids: [id], jobs: [job] });
      return;
    }
    this.#ids.push(id);
    this.#jobs.push(job);
  }

  /** Puts back what of a piece of work is not done, cut into up to so many parts: large files are for all threads. */
  putBack(work: Work, parts: number): void {
    const size = Math.ceil(work.jobs.length / Math.max(1, parts));
    for (let start = 0; start < work.jobs.length; start += size) this.#returned.push(part(work, start, start + size));
    this.#returnedFiles += work.jobs.length;
  }

  /** Takes a search, or the next files: at least one, then up to `files` of them and `pathBytes` of paths. */
  take(files: number, pathBytes: number): Work {
    const search = this.#searches.pop();
    if (search !== undefined) return search;
    const returned = this.#returned.pop();
    if (returned !== undefined) {
      this.#returnedFiles -= returned.jobs.length;
      return returned;
    }
    const start = this.#head;
    let bytes = 0;
    while (this.#head < this.#jobs.length && this.#head - start < files) {
      bytes += this.#jobs[this.#head]?.path.length ?? 0;
      if (bytes > pathBytes && this.#head > start) break;
      this.#head += 1;
    }
    const work = { ids: this.#ids.slice(start, this.#head), jobs: this.#jobs.slice(start, this.#head) };
    if (this.#head === this.#jobs.length) this.clear();
    return work;
  }

  clear(): void {
    this.#ids = [];
    this.#jobs = [];
    this.#head = 0;
    this.#searches.length = 0;
    this.#returned.length = 0;
    this.#returnedFiles = 0;
  }
}

/** The part of a piece of work from `start` to before `end`. */
export function part(work: Work, start: number, end?: number): Work {
  return { ids: work.ids.slice(start, end), jobs: work.jobs.slice(start, end) };
}
