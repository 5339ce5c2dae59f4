import { lstatSync } from 'node:fs';
import { requireTrusted } from '../files/trusted.js';
import { touchPrivate } from './folder.js';
import { migrate } from './schema.js';
import { Sqlite } from './sqlite.js';

/** What the library adds to a database's name for the files that belong to it. */
export const DATABASE_PARTS = ['', '-wal', '-shm'];

/** How long another program that writes is waited for, in milliseconds. */
const WAIT_MILLISECONDS = 10_000;

/**
 * Opens a database, or makes an empty one, that only its owner reads.
 * @param steps what brings it to the present version.
 * @param tables those that are checked for damage; all of it by default.
 * @throws NewerSchemaError; Error of the library, of which `isDamage` tells whether the file is damaged.
 */
export function openDatabase(file: string, steps: readonly string[], tables?: readonly string[]): Sqlite {
  touchPrivate(file);
  const database = new Sqlite(file, WAIT_MILLISECONDS);
  try {
    // With FULL, what was noted as told outlives a power cut.
    database.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    migrate(database, steps);
    for (const what of tables ?? ['1']) {
      const damage = String(database.first(`PRAGMA quick_check(${what})`)?.[0]);
      if (damage !== 'ok') throw Object.assign(new Error(damage), { code: 'SQLITE_CORRUPT' });
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A folder that is safe now may hold what was made when it was not.
 * @throws SigsweepError FILE_UNSAFE
 */
export function requireTrustedDatabase(file: string): void {
  for (const part of DATABASE_PARTS) {
    const stat = lstatSync(file + part, { throwIfNoEntry: false });
    // What is no regular file is refused where it is opened.
    if (stat?.isFile()) requireTrusted(file + part, stat);
  }
}
