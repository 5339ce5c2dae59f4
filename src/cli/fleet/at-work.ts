import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { type Ledger, openLedger } from '../../fleet/coordinator/ledger.js';
import type { QueueConnection } from '../../fleet/queue/connection.js';
import { hasFleetStore } from '../../fleet/store/open.js';
import { escapeControls } from '../../report/escape.js';
import { endSoon } from './end-soon.js';
import { type FolderArguments, fleetFolderOf } from './fleet-options.js';
import { type QueueArguments, queueAddressOf } from './queue-options.js';

/** How long Redis may take to answer somebody who waits, in milliseconds. */
const UNREACHABLE = 3000;

/** What a command has that needs the queue too. */
export interface AtWork {
  readonly ledger: Ledger;
  readonly connection: QueueConnection;
  /** Resolves when Redis answers. @throws SigsweepError QUEUE_UNREACHABLE */
  readonly reached: () => Promise<void>;
}

/**
 * Does something with what the coordinator knows.
 * @throws SigsweepError FLEET_UNUSABLE where that cannot be read or written.
 */
export async function withLedger<Result>(
  given: FolderArguments,
  work: (ledger: Ledger) => Result | Promise<Result>,
): Promise<Result> {
  const ledger = openLedger(fleetFolderOf(given));
  try {
    return await work(ledger);
  } finally {
    ledger.store.close();
  }
}

/** The same, for who only reads: a folder without a fleet is not made one. */
export function withExistingLedger<Result>(
  given: FolderArguments,
  work: (ledger: Ledger) => Result | Promise<Result>,
): Promise<Result> {
  const folder = fleetFolderOf(given);
  if (!hasFleetStore(folder)) {
    throw new SigsweepError(
      'HOST_NOT_FOUND',
      `there is no fleet in ${folder}: sigsweep fleet enroll HOST begins one; or give --fleet-folder DIR`,
    );
  }
  return withLedger(given, work);
}

/** Does something with what the coordinator knows, and with a connection, which need not be there yet. */
export function withQueue<Result>(
  given: FolderArguments & QueueArguments,
  work: (at: AtWork) => Promise<Result>,
  { say = sayState, exists = true }: { readonly say?: (sentence: string) => void; readonly exists?: boolean } = {},
): Promise<Result> {
  const address = queueAddressOf(given);
  return (exists ? withExistingLedger : withLedger)(given, async (ledger) => {
    // Who only reads does without all that it takes to speak with Redis.
    const { QueueConnection: Connection } = await import('../../fleet/queue/connection.js');
    const connection = new Connection(address, { onState: say });
    try {
      return await work({ ledger, connection, reached: () => connection.ready(UNREACHABLE) });
    } finally {
      await connection.close();
      endSoon();
    }
  });
}

/** One line on standard error. */
export function sayState(sentence: string): void {
  process.stderr.write(`sigsweep: ${escapeControls(sentence)}\n`);
}

/** What went wrong, for who goes on without. */
export function problemOf(error: unknown): string {
  return error instanceof SigsweepError ? error.message : errorInWords(error);
}
