import { type Command, InvalidArgumentError } from 'commander';
import { changesBetween as storedChanges } from '../audit/stored-report.js';
import { SigsweepError } from '../errors.js';
import { changesLines } from '../report/changes.js';
import { changesJson, historyJson, historyLines, snapshotJson, snapshotLines } from '../report/history.js';
import { lastCompleteScan, lastScans, snapshotOf } from '../state/scans.js';
import type { Sqlite } from '../state/sqlite.js';
import { print } from './output.js';
import { findScan, findSnapshot, readHistory, type StateArguments, withStateFolder } from './remembered.js';
import { fitted, screenOf } from './terminal/screen.js';

interface HistoryArguments extends StateArguments {
  readonly json?: true;
}

const DEFAULT_SCANS = 30;
const MOST_SCANS = 100_000;

/** `sigsweep history`, `sigsweep show`, `sigsweep diff`: what earlier scans found. */
export function addHistoryCommands(program: Command): void {
  withHistoryOptions(program.command('history'))
    .summary('list the scans that are remembered')
    .description('The last scans, the oldest first, with what each found and a curve of the findings per scan.')
    .option('--last <n>', 'so many scans', parseCount, DEFAULT_SCANS)
    .action(async ({ last, ...given }: HistoryArguments & { last: number }) => {
      const scans = readHistory(given, (database) => lastScans(database, last)).reverse();
      await print(given.json ? [historyJson(scans)] : fitted(historyLines(scans, screenOf())));
    });
  withHistoryOptions(program.command('show'))
    .summary('show what one scan found')
    .argument('[scan]', 'its number, or last', 'last')
    .action(async (scan: string, given: HistoryArguments) => {
      const snapshot = readHistory(given, (database) => findSnapshot(database, scan));
      await print(given.json ? [snapshotJson(snapshot)] : fitted(snapshotLines(snapshot)));
    });
  withHistoryOptions(program.command('diff'))
    .summary('show what changed between two scans')
    .argument('[before]', 'number of the earlier scan (default: the complete one before the later)')
    .argument('[after]', 'number of the later scan, or last', 'last')
    .action(async (before: string | undefined, after: string, given: HistoryArguments) => {
      const changes = readHistory(given, (database) => changesBetween(database, before, after));
      await print(given.json ? [changesJson(changes)] : fitted(changesLines(changes)));
    });
}

function changesBetween(database: Sqlite, before: string | undefined, after: string) {
  const later = findScan(database, after);
  const earlier = before === undefined ? lastCompleteScan(database, later.root, later.id) : findScan(database, before);
  if (earlier === null) {
    throw new SigsweepError(
      'SCAN_NOT_FOUND',
      `no complete scan of ${later.root} before scan ${later.id} is remembered`,
    );
  }
  if (earlier.root !== later.root) {
    throw new SigsweepError('USAGE', `scans ${earlier.id} and ${later.id} are of different web roots`);
  }
  return storedChanges(snapshotOf(database, earlier), snapshotOf(database, later));
}

function withHistoryOptions(command: Command): Command {
  return withStateFolder(command).option('--json', 'print JSON');
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= MOST_SCANS) return Number(text);
  throw new InvalidArgumentError(`give a whole number from 1 to ${MOST_SCANS}.`);
}
