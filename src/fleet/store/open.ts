import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { makePrivateFolder } from '../../files/private-folder.js';
import { openDatabase, requireTrustedDatabase } from '../../state/database.js';
import { NewerSchemaError } from '../../state/schema.js';
import { CHECKED_TABLES, FLEET_MIGRATIONS } from './schema.js';
import { FleetStore, unusable } from './store.js';

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
    throw unusable(file, cause, `${errorInWords(cause)}; give another folder with --fleet-folder DIR`);
  }
  requireTrustedDatabase(file);
  try {
    const store = new FleetStore(openDatabase(file, FLEET_MIGRATIONS, CHECKED_TABLES), file);
    // Reports touch pages everywhere: with the 2 MB that are usual, most of them are read again and again. In KiB.
    store.change('PRAGMA cache_size = -65536');
    // For the same reason they are moved from the log to their places less often than every 4 MB. In pages of 4 KiB.
    store.all('PRAGMA wal_autocheckpoint = 16384');
    return store;
  } catch (cause) {
    if (!(cause instanceof NewerSchemaError)) throw unusable(file, cause);
    throw unusable(file, cause, `a newer sigsweep wrote it (${cause.message}): install that one here`);
  }
}

/** Whether a folder holds the database of a coordinator. */
export function hasFleetStore(folder: string): boolean {
  return existsSync(join(folder, DATABASE_FILE));
}
