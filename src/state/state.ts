import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { requireTrusted } from '../files/trusted.js';
import { DATABASE_PARTS, openDatabase, requireTrustedDatabase } from './database.js';
import { openFolder, unusable } from './folder.js';
import { MIGRATIONS, NewerSchemaError } from './schema.js';
import { databaseErrorInWords, isDamage, type Sqlite } from './sqlite.js';

const DATABASE_FILE = 'history.db';

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
  requireTrustedDatabase(join(folder, DATABASE_FILE));
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
  requireTrustedDatabase(join(folder, DATABASE_FILE));
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
  for (const part of DATABASE_PARTS) {
    if (existsSync(join(folder, DATABASE_FILE + part))) {
      renameSync(join(folder, DATABASE_FILE + part), join(folder, aside + part));
    }
  }
  return aside;
}

function open(folder: string): Sqlite {
  return openDatabase(join(folder, DATABASE_FILE), MIGRATIONS);
}

function reasonOf(folder: string, error: unknown): Error {
  const why =
    error instanceof NewerSchemaError ? `a newer sigsweep wrote it (${error.message})` : databaseErrorInWords(error);
  return unusable(folder, why, error);
}
