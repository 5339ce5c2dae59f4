import { SigsweepError } from '../../errors.js';
import {
  databaseErrorInWords,
  isDamage,
  isDatabaseError,
  type Row,
  type Sqlite,
  type Value,
} from '../../state/sqlite.js';

/**
 * The coordinator's database, open: every statement is prepared once. Where the database or the disk below it fails, all
 * of its functions throw SigsweepError FLEET_UNUSABLE.
 */
export class FleetStore {
  readonly #database: Sqlite;
  readonly #file: string;
  readonly #changes = new Map<string, (...values: readonly Value[]) => number>();
  readonly #queries = new Map<string, (...values: readonly Value[]) => Row[]>();
  #isInside = false;

  /** @param file where it lies, for messages. */
  constructor(database: Sqlite, file: string) {
    this.#database = database;
    this.#file = file;
  }

  /** Runs a statement that changes something. @returns the row's number. */
  change(sql: string, ...values: readonly Value[]): number {
    return this.#orUnusable(() => {
      const statement = this.#changes.get(sql) ?? this.#database.change(sql);
      this.#changes.set(sql, statement);
      return statement(...values);
    });
  }

  /** The rows of a query. */
  all(sql: string, ...values: readonly Value[]): Row[] {
    return this.#orUnusable(() => {
      const statement = this.#queries.get(sql) ?? this.#database.query(sql);
      this.#queries.set(sql, statement);
      return statement(...values);
    });
  }

  /** The first row of a query. */
  first(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.all(sql, ...values)[0];
  }

  /** All of it or, where something throws, nothing of it. One inside of another is part of that. */
  transaction<Result>(work: () => Result): Result {
    return this.#within(work, 'IMMEDIATE');
  }

  /** Reads one state of the database, whatever others write meanwhile. */
  reading<Result>(work: () => Result): Result {
    return this.#within(work, 'DEFERRED');
  }

  #within<Result>(work: () => Result, kind: 'IMMEDIATE' | 'DEFERRED'): Result {
    if (this.#isInside) return work();
    this.#isInside = true;
    try {
      return this.#orUnusable(() => this.#database.transaction(work, kind));
    } finally {
      this.#isInside = false;
    }
  }

  #orUnusable<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      if (!isDatabaseError(cause) && !isDamage(cause)) throw cause;
      throw unusable(this.#file, cause);
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** Why the database cannot be used, and what to do. @param why what is known better than the error says it. */
export function unusable(file: string, cause: unknown, why = reasonOf(cause)): SigsweepError {
  return new SigsweepError('FLEET_UNUSABLE', `cannot use ${file}: ${why}`, { cause });
}

function reasonOf(error: unknown): string {
  if (!isDamage(error)) return databaseErrorInWords(error);
  return (
    `it is damaged (${databaseErrorInWords(error)}): put back a copy of it, or move it away and enrol the hosts anew, ` +
    'for it holds their keys'
  );
}

/**
 * A text as a column takes it. The database stops at a NUL, and ends the whole process for half a character that it is
 * given in JSON.
 */
export function columnText(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\u{fffd}');
}
