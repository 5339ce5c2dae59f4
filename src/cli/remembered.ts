import type { Command } from 'commander';
import { SigsweepError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import type { ScanRecord, Snapshot } from '../snapshot.js';
import { defaultStateFolder } from '../state/folder.js';
import { lastScans, scanById, snapshotOf } from '../state/scans.js';
import { databaseErrorInWords, isDatabaseError, type Sqlite } from '../state/sqlite.js';
import { openExistingState } from '../state/state.js';
import { parsePath } from './arguments.js';

/** Where scans are remembered: what every command takes that reads them. */
export interface StateArguments {
  /** `false` for `--no-state`; not there for the usual place. */
  readonly state?: string | false;
}

/** Adds the options that say where scans are remembered: the same ones everywhere, so that one setting is for all. */
export function withStateFolder(command: Command): Command {
  return command
    .option(
      '--state <dir>',
      'where scans are remembered (default: /var/lib/sigsweep, not as root ~/.local/state)',
      parsePath,
    )
    .option('--no-state', 'remember nothing, compare with nothing');
}

/** What a scan found that is remembered. Takes and throws what {@link findScan} does. */
export function findSnapshot(database: Sqlite, name: string, root?: BytePath): Snapshot {
  return snapshotOf(database, findScan(database, name, root));
}

/**
 * Reads the history in a folder.
 * @throws SigsweepError SCAN_NOT_FOUND where there is none, STATE_UNUSABLE
 */
export function readHistory<Result>(
  { state = defaultStateFolder() }: StateArguments,
  read: (database: Sqlite) => Result,
): Result {
  if (state === false) {
    throw new SigsweepError('SCAN_NOT_FOUND', 'scans are not remembered (state is false): give --state DIR');
  }
  const database = openExistingState(state);
  if (database === null) {
    throw new SigsweepError(
      'SCAN_NOT_FOUND',
      `no scan is remembered in ${state}: run sigsweep scan first, or give --state DIR`,
    );
  }
  try {
    return read(database);
  } catch (cause) {
    if (!isDatabaseError(cause)) throw cause;
    throw new SigsweepError(
      'STATE_UNUSABLE',
      `cannot read the history in ${state}: ${databaseErrorInWords(cause)}; a scan that comes upon damage keeps it ` +
        'aside, and begins a new one',
      { cause },
    );
  }
}

/**
 * A scan by its number, or `last`.
 * @param root where there are scans of this web root, the last one of them is the last.
 * @throws SigsweepError SCAN_NOT_FOUND, USAGE
 */
export function findScan(database: Sqlite, name: string, root?: BytePath): ScanRecord {
  const own = name === 'last' && root !== undefined ? lastScans(database, 1, root) : [];
  const [last] = own.length > 0 || name !== 'last' ? own : lastScans(database, 1);
  const scan = name === 'last' ? (last ?? null) : scanById(database, scanNumber(name));
  if (scan !== null) return scan;
  throw new SigsweepError('SCAN_NOT_FOUND', `scan ${name} is not remembered; sigsweep history lists those that are`);
}

function scanNumber(name: string): number {
  if (/^\d{1,15}$/.test(name)) return Number(name);
  throw new SigsweepError('USAGE', `'${name}' is no scan: give its number as sigsweep history shows it, or last`);
}
