import { randomBytes } from 'node:crypto';
import { SigsweepError } from '../../errors.js';
import { deliverOrders } from '../../fleet/coordinator/deliver.js';
import { fleetOn } from '../../fleet/coordinator/fleet.js';
import { addNight, nightsOf } from '../../fleet/coordinator/nights.js';
import { ordersFor } from '../../fleet/coordinator/orders.js';
import type { Selection } from '../../fleet/coordinator/select.js';
import { MAX_DEADLINE, type ScanRequest, scanRequest } from '../../fleet/message/message.js';
import type { Priority } from '../../fleet/priorities.js';
import { Alarms, nextAlarm } from '../../fleet/queue/nights.js';
import { listHosts } from '../../fleet/store/hosts.js';
import { addOrders } from '../../fleet/store/orders.js';
import { safeJson } from '../../report/escape.js';
import { shortForTerminal } from '../../report/shorten.js';
import { countInWords, minuteOf } from '../../words.js';
import { print } from '../output.js';
import { type AtWork, withQueue } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments, SelectionArguments } from './fleet-options.js';
import type { QueueArguments } from './queue-options.js';
import { waitForBatch } from './wait.js';

export interface FleetScanArguments extends FolderArguments, QueueArguments, SelectionArguments {
  readonly quick?: true;
  readonly module?: readonly string[];
  readonly threads?: number;
  readonly maxRate?: number;
  readonly deadline: number;
  readonly spread?: number;
  readonly rate?: number;
  readonly priority: Priority;
  readonly nightly?: string;
  readonly tz?: string;
  readonly detach?: true;
  readonly json?: true;
  readonly progress: boolean;
}

/** `sigsweep fleet scan [HOST...]`. */
export async function scan(hosts: readonly string[], given: FleetScanArguments): Promise<void> {
  const request = requestOf(given);
  const selection = selectionOf(hosts, given);
  await withQueue(given, async (at) => {
    if (given.nightly !== undefined) return everyNight(at, given.nightly, selection, request, given);
    await now(at, selection, request, given);
  });
}

/** Asks now, and waits where that is wanted. */
async function now(at: AtWork, selection: Selection, request: ScanRequest, given: FleetScanArguments): Promise<void> {
  const { ledger, connection, reached } = at;
  const chosen = chosenHosts(listHosts(ledger.store), selection).map(({ name }) => name);
  // Before anything is written down: whoever cannot reach Redis tries again, and does not ask twice.
  await reached();
  const batch = randomBytes(8).toString('hex');
  const { priority } = given;
  addOrders(
    ledger.store,
    ordersFor(ledger, { batch, hosts: chosen, request, spread: spreadOf(given), priority }, Date.now()),
  );
  if (given.detach) {
    await deliverOrders(fleetOn(ledger, connection));
    await print([
      given.json
        ? `${safeJson({ schema: 'sigsweep/asked@1', batch, hosts: chosen })}\n`
        : `${countInWords(chosen.length, 'host')} asked to scan; sigsweep fleet status shows how far they are\n`,
    ]);
    return;
  }
  await waitForBatch(at, batch, given);
}

/** Asks every time that a pattern names. */
async function everyNight(
  { ledger, connection, reached }: AtWork,
  cron: string,
  selection: Selection,
  request: ScanRequest,
  given: FleetScanArguments,
): Promise<void> {
  const tz = given.tz ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const next = nextAlarm({ cron, tz }, Date.now());
  if (next === null) throw badPattern(cron, tz);
  // A host may enrol later; a name that is none of them now is most likely a slip.
  if (selection.hosts.length + selection.groups.length > 0) chosenHosts(listHosts(ledger.store), selection);
  await reached();
  const { rate, priority } = given;
  const night = { scan: request, ...(rate === undefined ? {} : { rate }), priority };
  const id = addNight(ledger, { cron, tz, selection, request: night, spread: given.spread ?? 0 }, new Date());
  await new Alarms(connection).set(nightsOf(ledger));
  await print([
    given.json
      ? `${safeJson({ schema: 'sigsweep/asked@1', night: id, next: new Date(next).toISOString() })}\n`
      : `nightly scan ${id}: at first ${minuteOf(new Date(next))}, where sigsweep fleet watch runs\n`,
  ]);
}

function requestOf({ quick, module, threads, maxRate, deadline }: FleetScanArguments): ScanRequest {
  const request = {
    kind: quick ? 'quick' : 'full',
    deadline,
    ...(module === undefined ? {} : { modules: [...module] }),
    ...(threads === undefined ? {} : { threads }),
    ...(maxRate === undefined ? {} : { maxRate }),
  };
  const parsed = scanRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  if (deadline > MAX_DEADLINE) throw new SigsweepError('USAGE', '--deadline: a scan may take 7d at most');
  throw new SigsweepError('USAGE', `${parsed.error.issues[0]?.path.join('.')} is more than a host can be asked`);
}

function spreadOf({ spread = 0, rate }: FleetScanArguments) {
  return { over: spread, ...(rate === undefined ? {} : { rate }) };
}

function badPattern(cron: string, tz: string): SigsweepError {
  const what = `${shortForTerminal(cron)} in ${shortForTerminal(tz)}`;
  return new SigsweepError(
    'USAGE',
    `--nightly ${what} names no time: give the five fields of cron, as "30 2 * * *", and a zone, as Europe/Berlin`,
  );
}
