import { fleetOn } from '../../fleet/coordinator/fleet.js';
import {
  allOpenOrders,
  HOST_STATES,
  type HostStatus,
  statusOf,
  verifiedProgress,
} from '../../fleet/coordinator/status.js';
import { listHosts } from '../../fleet/store/hosts.js';
import type { RefusalRecord } from '../../fleet/store/records.js';
import { refusalsSince } from '../../fleet/store/refusals.js';
import { safeJson } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import { ExitCode } from '../../scan/exit-code.js';
import { countInWords, groupDigits, minuteOf } from '../../words.js';
import { print } from '../output.js';
import { fitted } from '../terminal/screen.js';
import { type AtWork, problemOf, sayState, withQueue } from './at-work.js';
import type { FolderArguments } from './fleet-options.js';
import type { QueueArguments } from './queue-options.js';
import { table } from './table.js';

export interface StatusArguments extends FolderArguments, QueueArguments {
  readonly silentAfter: number;
  readonly json?: true;
}

/** What was refused so long ago is told, in milliseconds. */
const REFUSALS_SINCE = 24 * 3_600_000;

/** What is known at a moment. */
interface Present {
  readonly hosts: readonly HostStatus[];
  readonly refusals: readonly RefusalRecord[];
  /** Messages that wait to be taken in; `null` where Redis was not reached. */
  readonly waiting: number | null;
  readonly place: string;
}

/** `sigsweep fleet status`. */
export async function status(given: StatusArguments): Promise<void> {
  await withQueue(
    given,
    async (at) => {
      const present = await presentOf(at, given.silentAfter);
      await print(given.json ? [presentJson(present)] : fitted(presentLines(present)));
    },
    // It is said once, at the end.
    { say: () => undefined },
  );
}

async function presentOf({ ledger, connection, reached }: AtWork, silence: number): Promise<Present> {
  const now = Date.now();
  const hosts = listHosts(ledger.store);
  const orders = allOpenOrders(ledger, now);
  const place = connection.place;
  const refusals = refusalsSince(ledger.store, new Date(now - REFUSALS_SINCE));
  try {
    await reached();
    const fleet = fleetOn(ledger, connection);
    const progress = await verifiedProgress(fleet, orders, new Map(hosts.map((host) => [host.name, host])), now);
    const counts = await fleet.inbox.counts(hosts.map(({ name }) => name));
    const waiting = [...counts.values()].reduce((sum, count) => sum + Math.max(0, count), 0);
    return { hosts: statusOf(hosts, orders, progress, { silence, now }), refusals, waiting, place };
  } catch (error) {
    sayState(problemOf(error));
    process.exitCode = ExitCode.incomplete;
    return { hosts: statusOf(hosts, orders, new Map(), { silence, now }), refusals, waiting: null, place };
  }
}

function* presentLines({ hosts, refusals, waiting, place }: Present): Generator<string> {
  const shown = hosts.filter(({ state }) => state !== 'idle');
  yield* table(['host', 'state', 'since (UTC)', 'how far'], shown.map(cellsOf));
  for (const { host, why, count, detail, lastAt } of refusals) {
    yield `${host}  refused  ${why}, ${countInWords(count, 'time')}, last ${minuteOf(lastAt)}: ${shortForTerminal(detail)}`;
  }
  const counts = HOST_STATES.flatMap((state) => {
    const number = hosts.filter((one) => one.state === state).length;
    return number === 0 ? [] : [`${groupDigits(number)} ${state}`];
  });
  yield `${countInWords(hosts.length, 'host')}${counts.length === 0 ? '' : `: ${counts.join(', ')}`}`;
  yield waiting === null
    ? `queue  ${place} was not reached`
    : `queue  ${place} is reached, ${countInWords(waiting, 'message')} to be taken in`;
}

function cellsOf({ host, state, orders, progress }: HostStatus): string[] {
  const order = orders[0];
  const heard = host.lastHeard === null ? 'never' : minuteOf(host.lastHeard).slice(0, 16);
  const since = state === 'waiting' && order !== undefined ? minuteOf(order.notBefore).slice(0, 16) : heard;
  const far =
    progress === null
      ? ''
      : `${progress.modulesVerified}/${progress.modules} modules, ${groupDigits(progress.filesRead)}/${groupDigits(progress.files)} files`;
  return [host.name, state, since, far];
}

function presentJson({ hosts, refusals, waiting, place }: Present): string {
  return `${safeJson({
    schema: 'sigsweep/fleet-status@1',
    queue: { place, reached: waiting !== null, waiting },
    hosts: hosts.map(({ host, state, orders, progress }) => ({
      host: host.name,
      state,
      lastHeard: host.lastHeard,
      version: host.version,
      orders: orders.map(({ nonce, batch, notBefore, expires }) => ({ nonce, batch, notBefore, expires })),
      progress,
    })),
    refusals,
  })}\n`;
}
