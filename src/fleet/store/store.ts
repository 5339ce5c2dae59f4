import type { Row, Sqlite, Value } from '../../state/sqlite.js';

/** The coordinator's database, open: every statement is prepared once. */
export class FleetStore {
  readonly #database: Sqlite;
  readonly #changes = new Map<string, (...values: readonly Value[]) => number>();
  readonly #queries = new Map<string, (...values: readonly Value[]) => Row[]>();
  #isInside = false;

  constructor(database: Sqlite) {
    this.#database = database;
  }

  /** Runs a statement that changes something. @returns the row's number. */
  change(sql: string, ...values: readonly Value[]): number {
    let statement = this.#changes.get(sql);
    if (statement === undefined) {
      statement = this.#database.change(sql);
      this.#changes.set(sql, statement);
    }
    return statement(...values);
  }

  /** The rows of a query. */
  all(sql: string, ...values: readonly Value[]): Row[] {
    let statement = this.#queries.get(sql);
    if (statement === undefined) {
      statement = this.#database.query(sql);
      this.#queries.set(sql, statement);
    }
    return statement(...values);
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
      return this.#database.transaction(work, kind);
    } finally {
      this.#isInside = false;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/**
 * A text as a column takes it. The database stops at a NUL, and ends the whole process for half a character that it is
 * given in JSON.
 */
export function columnText(text: string): string {
  return text.replace(/[\0\p{Cs}]/gu, '\u{fffd}');
}
