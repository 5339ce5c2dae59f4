import { openFolder } from '../state/folder.js';
import { ScanLock } from '../state/lock.js';
import { isDamage, type Sqlite } from '../state/sqlite.js';
import { beginAnew, moveAside, openState } from '../state/state.js';

/** After so many scans that did not end. */
const SUSPECT_AFTER = 3;

/** The history of one run, which alone may write it. */
export class History {
  /** What a reader should know of it. */
  readonly notes: string[] = [];
  #database: Sqlite;

  private constructor(
    readonly folder: string,
    private readonly lock: ScanLock,
    private readonly now: Date,
  ) {
    // It is the first suspect when nothing ever ends: some damage ends the whole process, and leaves no word.
    if (lock.unfinished >= SUSPECT_AFTER && lock.unfinished % SUSPECT_AFTER === 0) {
      this.notes.push(
        `${lock.unfinished} scans did not end: the history is kept as ${moveAside(folder, now)}, and a new one begins`,
      );
    }
    const { database, note } = openState(folder, now);
    this.#database = database;
    if (note !== '') this.notes.push(note);
  }

  /** How many scans before this one, one after the other, did not end. */
  get unfinished(): number {
    return this.lock.unfinished;
  }

  /** @throws SigsweepError SCAN_RUNNING, STATE_UNUSABLE, FILE_UNSAFE */
  static open(folder: string, now: Date): History {
    openFolder(folder);
    const lock = ScanLock.take(folder);
    try {
      return new History(folder, lock, now);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Reads or writes it. Where it turns out to be damaged, it is moved aside, and the work done with an empty one. */
  use<Result>(work: (database: Sqlite) => Result): Result {
    try {
      return work(this.#database);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#database.close();
      const { database, note } = beginAnew(this.folder, error, this.now);
      this.#database = database;
      this.notes.push(note);
      return work(this.#database);
    }
  }

  close(): void {
    this.#database.close();
    this.lock.release();
  }
}
