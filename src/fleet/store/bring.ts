import { forgetStanding } from './hosts.js';
import { orderByNonce } from './orders.js';
import { contentsOf } from './reports.js';
import { type Arrival, isAsBefore, noteFirstSeen, rowsOf, settle } from './standing.js';
import type { FleetStore } from './store.js';

/** By what it is told which of two reports is newer. */
interface Times {
  /** When it was ordered, and when it ended by the host's clock, milliseconds since the epoch. */
  readonly issued: number;
  readonly finished: number;
}

/**
 * Brings what is known of a host up to a report. Reports need not come in their order: a large one waits for room in the
 * queue that a small one does not need. What a late one says counts as if it had come in time.
 */
export function bring(store: FleetStore, arrived: Omit<Arrival, 'rows'>): void {
  const arrival = { ...arrived, rows: rowsOf(arrived.report) };
  if (!isAsBefore(store, arrival)) noteFirstSeen(store, arrival);
  const [issued, finished, lastWhole] =
    store.first('SELECT issued, finished_at, last_whole FROM standings WHERE host = ?', arrival.host) ?? [];
  const times = timesOf(arrival);
  if (issued === undefined || !isOlder(times, { issued: Number(issued), finished: Number(finished) })) {
    settle(store, arrival);
    return;
  }
  const whole = wholeOf(store, lastWhole);
  if (whole !== null && isOlder(times, whole)) return;
  settleAnew(store, arrival, arrival.asked === null ? null : Number(lastWhole ?? -1));
}

/** Ordered before, and ended before by the host's own clock. One alone may be wrong. */
function isOlder(one: Times, other: Times): boolean {
  return one.issued < other.issued && one.finished < other.finished;
}

/** @param base number of the report of everything that is the newest; `null` for the one that came. */
function settleAnew(store: FleetStore, arrival: Arrival, base: number | null): void {
  const { host } = arrival;
  const whole = base === null ? arrival : arrivalOf(store, host, base);
  const since = store.all(
    `SELECT id FROM reports WHERE host = ? AND whole = 0 AND received_at >= (SELECT enrolled_at FROM hosts WHERE name = ?)
     AND NOT coalesce(issued < ? AND finished_at < ?, false) ORDER BY issued, id`,
    ...[host, host],
    ...(whole === null ? [null, null] : [timesOf(whole).issued, timesOf(whole).finished]),
  );
  forgetStanding(store, host);
  if (whole !== null) settle(store, whole);
  for (const [id] of since) {
    const part = Number(id) === arrival.id ? arrival : arrivalOf(store, host, Number(id));
    if (part !== null) settle(store, part);
  }
}

/** A report that was taken in before. */
function arrivalOf(store: FleetStore, host: string, id: number): Arrival | null {
  const row = store.first('SELECT issued, received_at, whole, order_nonce FROM reports WHERE id = ?', id);
  const report = contentsOf(store, id);
  if (row === undefined || report === null) return null;
  const [issued, receivedAt, whole, nonce] = row;
  const asked = Number(whole) === 1 ? null : (orderByNonce(store, String(nonce))?.modules ?? []);
  const times = { issued: new Date(Number(issued)), receivedAt: new Date(Number(receivedAt)) };
  return { host, id, asked, report, rows: rowsOf(report), ...times };
}

function timesOf({ issued, report }: Arrival): Times {
  return { issued: issued.getTime(), finished: report.finishedAt.getTime() };
}

function wholeOf(store: FleetStore, id: unknown): Times | null {
  const row = store.first('SELECT issued, finished_at FROM reports WHERE id = ?', Number(id ?? -1));
  return row === undefined ? null : { issued: Number(row[0]), finished: Number(row[1]) };
}
