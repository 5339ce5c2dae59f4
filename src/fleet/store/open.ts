import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { makePrivateFolder } from '../../files/private-folder.js';
import { openDatabase, requireTrustedDatabase } from '../../state/database.js';
import { NewerSchemaError } from '../../state/schema.js';
import { databaseErrorInWords, isDamage } from '../../state/sqlite.js';
import { CHECKED_TABLES, FLEET_MIGRATIONS } from './schema.js';
import { FleetStore } from './store.js';

const DATABASE_FILE = 'fleet.db';

/**
 * Opens the coordinator's database in its folder, making both where they are not there. A damaged one stays as it is:
 * it holds the keys of the hosts, and a new one would take anybody for a host of the fleet, or nobody.
 * @throws SigsweepError FLEET_UNUSABLE; FILE_UNSAFE when others could write it.
 */
export function openFleetStore(folder: string): FleetStore {
  const file = join(folder, DATABASE_FILE);
  try {
    makePrivateFolder(folder);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw unusable(file, `${errorInWords(cause)}; give another folder with --fleet-folder DIR`, cause);
  }
  requireTrustedDatabase(file);
  try {
    const store = new FleetStore(openDatabase(file, FLEET_MIGRATIONS, CHECKED_TABLES));
    // Reports touch pages everywhere: with the 2 MB that are usual, most of them are read again and again. In KiB.
    store.change('PRAGMA cache_size = -65536');
    return store;
  } catch (cause) {
    throw unusable(file, reasonOf(cause), cause);
  }
}

/** Whether a folder holds the database of a coordinator. */
export function hasFleetStore(folder: string): boolean {
  return existsSync(join(folder, DATABASE_FILE));
}

function reasonOf(error: unknown): string {
  if (error instanceof NewerSchemaError) return `a newer sigsweep wrote it (${error.message}): install that one here`;
  if (!isDamage(error)) return databaseErrorInWords(error);
  return (
    `it is damaged (${databaseErrorInWords(error)}): put back a copy of it, or move it away and enrol the hosts anew, ` +
    'for it holds their keys'
  );
}

function unusable(file: string, why: string, cause: unknown): SigsweepError {
  return new SigsweepError('FLEET_UNUSABLE', `cannot use ${file}: ${why}`, { cause });
}
