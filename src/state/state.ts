import { existsSync, lstatSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requireTrusted } from '../files/trusted.js';
import { openFolder, touchPrivate, unusable } from './folder.js';
import { migrate, NewerSchemaError } from './schema.js';
import { databaseErrorInWords, isDamage, Sqlite } from './sqlite.js';

const DATABASE_FILE = 'history.db';

/** What the library adds to that name for the files that belong to it. */
const PARTS = ['', '-wal', '-shm'];

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
 * @throws SigsweepError STATE_UNUSABLE; FILE_UNSAFE when others could write it
 */
export function openState(folder: string, now: Date): OpenState {
  openFolder(folder);
  requireTrustedParts(folder);
  try {
    return { database: open(folder), note: '' };
  } catch (error) {
    if (!isDamage(error)) throw reasonOf(folder, error);
    return beginAnew(folder, error, now);
  }
}

/**
 * Keeps a damaged history aside and begins a new one.
 * @throws SigsweepError STATE_UNUSABLE
 */
export function beginAnew(folder: string, damage: unknown, now: Date): OpenState {
  const aside = moveAside(folder, now);
  const why = databaseErrorInWords(damage);
  try {
    return {
      database: open(folder),
      note: `the history in ${folder} was damaged (${why}): it is kept as ${aside}, and a new one begins`,
    };
  } catch (error) {
    throw reasonOf(folder, error);
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
  requireTrustedParts(folder);
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
  for (const part of PARTS) {
    if (existsSync(join(folder, DATABASE_FILE + part))) {
      renameSync(join(folder, DATABASE_FILE + part), join(folder, aside + part));
    }
  }
  return aside;
}

/** A folder that is safe now may hold what was made when it was not. */
function requireTrustedParts(folder: string): void {
  for (const part of PARTS) {
    const file = join(folder, DATABASE_FILE + part);
    const stat = lstatSync(file, { throwIfNoEntry: false });
    // What is no regular file is refused where it is opened.
    if (stat?.isFile()) requireTrusted(file, stat);
  }
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
