import type Libsql from 'libsql';
import { errnoOf } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { loadDatabase } from '../shipped.js';

/** What is written to a column. */
export type Value = string | number | null;

/** What a query gives back: one array a row, in the order of its columns. */
export type Row = readonly unknown[];

/**
 * The few calls of the database that are used, each in the one form that was found to be safe: the library aborts the
 * whole process for values of other types, and takes a lone object for named parameters.
 */
export class Sqlite {
  readonly #database: Libsql.Database;

  /** @throws Error of the library */
  constructor(file: string, waitMilliseconds: number) {
    // Loaded at the first use: a run that remembers nothing does without its 15 ms.
    const Database = loadDatabase() as typeof Libsql;
    this.#database = new Database(file, { timeout: waitMilliseconds } as Libsql.Options);
  }

  /** Runs statements without parameters. */
  run(sql: string): void {
    this.#database.exec(sql);
  }

  /** Prepares a statement that changes something; gives back how to run it, which returns the row's id. */
  change(sql: string): (...values: readonly Value[]) => number {
    const statement = this.#database.prepare(sql);
    return (...values) => Number(statement.run(values.map(storable)).lastInsertRowid);
  }

  /** Prepares a query that is asked often; gives back how to ask it, which returns its rows. */
  query(sql: string): (...values: readonly Value[]) => Row[] {
    const statement = this.#database.prepare(sql).raw();
    return (...values) => statement.all(values.map(storable)) as Row[];
  }

  /** The rows of a query. */
  all(sql: string, ...values: readonly Value[]): Row[] {
    return this.#database.prepare(sql).raw().all(values.map(storable)) as Row[];
  }

  /** The first row of a query. */
  first(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#database.prepare(sql).raw().get(values.map(storable)) as Row | undefined;
  }

  /**
   * All of it or, where something throws, nothing of it.
   * @param kind `DEFERRED` for what only reads: it sees one state, and keeps nobody from writing. @default 'IMMEDIATE'
   */
  transaction<Result>(work: () => Result, kind: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE'): Result {
    this.run(`BEGIN ${kind}`);
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // A full disk has ended it already.
      if (this.#database.inTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** A row that holds what was never written. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
  readonly code = 'SQLITE_CORRUPT';
}

/** Whether an error says that the file is no database, or a damaged one. */
export function isDamage(error: unknown): boolean {
  const code = errnoOf(error) ?? '';
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) return true;
  return code === 'SQLITE_ERROR' && error instanceof Error && /no such (?:table|column)/.test(error.message);
}

/** What a column holds as JSON. @throws DamageError */
export function jsonOf(column: unknown): unknown {
  try {
    return JSON.parse(String(column));
  } catch (cause) {
    throw new DamageError('a row is not what was written', { cause });
  }
}

/** What a column holds as a JSON object that has all of these names. @throws DamageError */
export function objectOf(column: unknown, ...names: readonly string[]): object {
  const value = jsonOf(column);
  if (typeof value === 'object' && value !== null && names.every((name) => Object.hasOwn(value, name))) return value;
  throw new DamageError('a row is not what was written');
}

/** The time in a column. @throws DamageError */
export function timeOf(column: unknown): Date {
  const time = new Date(Number(column));
  if (Number.isNaN(time.getTime())) throw new DamageError('a row holds no time');
  return time;
}

/** Whether the database itself, or the disk below it, is what an error is about. */
export function isDatabaseError(error: unknown): boolean {
  return (errnoOf(error) ?? '').startsWith('SQLITE_') || errnoOf(error) === 'ENOSPC';
}

/** Whether an error says that somebody else holds the lock. */
export function isBusy(error: unknown): boolean {
  return (errnoOf(error) ?? '').startsWith('SQLITE_BUSY');
}

/** `SQLITE_FULL: database or disk is full`: what the library says besides its code; any other error as everywhere. */
export function databaseErrorInWords(error: unknown): string {
  const code = errnoOf(error) ?? '';
  return code.startsWith('SQLITE_') && error instanceof Error
    ? `${code}: ${error.message.replaceAll('\n', ' ')}`
    : errorInWords(error);
}

/** A text would end at its first NUL. */
function storable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{fffd}') : value;
}
