import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requireTrusted } from '../files/trusted.js';
import { openFolder, touchPrivate, unusable } from './folder.js';
import { migrate, NewerSchemaError } from './schema.js';
import { databaseErrorInWords, isDamage, Sqlite } from './sqlite.js';

const DATABASE_FILE = 'history.db';

/** How long another program that writes is waited for, in milliseconds. */
const WAIT_MILLISECONDS = 10_000;

/** A history that is open. */
export interface OpenState {
  readonly database: Sqlite;
  /** What happened to an older one that was damaged; '' when nothing did. */
  readonly note: string;
}

/**
 * Opens the history in a folder, making both where they are not there. A damaged one is moved aside, never deleted, and
 * a new one begun.
 * @throws SigsweepError STATE_UNUSABLE, FILE_UNSAFE
 */
export function openState(folder: string, now: Date): OpenState {
  openFolder(folder);
  try {
    return { database: open(folder), note: '' };
  } catch (error) {
    if (!isDamage(error)) throw reasonOf(folder, error);
    const aside = moveAside(folder, now);
    try {
      return {
        database: open(folder),
        note: `the history in ${folder} was damaged (${databaseErrorInWords(error)}): it is kept as ${aside}, and a new one begins`,
      };
    } catch (again) {
      throw reasonOf(folder, again);
    }
  }
}

/**
 * Opens a history to read it.
 * @returns null where there is none.
 * @throws SigsweepError STATE_UNUSABLE; FILE_UNSAFE when others could have written it: exemptions are made from it.
 */
export function openExistingState(folder: string): Sqlite | null {
  if (!existsSync(join(folder, DATABASE_FILE))) return null;
  requireTrusted(folder, statSync(folder));
  try {
    return open(folder);
  } catch (error) {
    throw reasonOf(folder, error);
  }
}

/**
 * Moves the database aside, with what belongs to it.
 * @returns the name that it has now.
 */
export function moveAside(folder: string, now: Date): string {
  const aside = `${DATABASE_FILE}.damaged-${now.toISOString().replaceAll(':', '-')}`;
  for (const part of ['', '-wal', '-shm']) {
    if (existsSync(join(folder, DATABASE_FILE + part))) {
      renameSync(join(folder, DATABASE_FILE + part), join(folder, aside + part));
    }
  }
  return aside;
}

function open(folder: string): Sqlite {
  const file = join(folder, DATABASE_FILE);
  touchPrivate(file);
  const database = new Sqlite(file, WAIT_MILLISECONDS);
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: Sqlite): void {
  // With FULL, what was noted as told outlives a power cut.
  database.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  migrate(database);
  const damage = String(database.first('PRAGMA quick_check(1)')?.[0]);
  if (damage !== 'ok') throw Object.assign(new Error(damage), { code: 'SQLITE_CORRUPT' });
}

function reasonOf(folder: string, error: unknown): Error {
  const why =
    error instanceof NewerSchemaError ? `a newer sigsweep wrote it (${error.message})` : databaseErrorInWords(error);
  return unusable(folder, why, error);
}
