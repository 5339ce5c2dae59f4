import { gzipSync } from 'node:zlib';
import type { Report } from '../../model.js';
import { bring } from './bring.js';
import { hostByName, noteHeard } from './hosts.js';
import { orderByNonce } from './orders.js';
import type { ReportRecord } from './records.js';
import { countsOf } from './standing.js';
import type { FleetStore } from './store.js';

/** A report whose message was verified: it is this host's, and in time. */
export interface AcceptableReport {
  readonly host: string;
  /** Nonce of the order that it answers. */
  readonly order: string;
  /** Nonce of the message that brought it. */
  readonly message: string;
  readonly receivedAt: Date;
  /** When the host made the message, by its clock, and not later than it came. */
  readonly saidAt: Date;
  /** Of the sigsweep there. */
  readonly version: string;
  /** The report as it came. */
  readonly text: string;
  /** What `readReport` made of that text. */
  readonly report: Report;
}

/** `known`: that order was answered before, and this changes nothing. `unasked`: this host was never asked that. */
export type Acceptance = 'new' | 'known' | 'unasked';

/** How hard reports are compressed: harder takes twice the time for a tenth of the size. */
const LEVEL = 3;

/**
 * Takes a report in, all of it or nothing: the report itself, its order, and what is known of the host at present.
 * @returns whether it was new. Of several at once each gets its answer, and either all are kept or none.
 */
export function acceptReport(store: FleetStore, accepted: AcceptableReport): Acceptance {
  const { host, order: nonce, receivedAt, report } = accepted;
  return store.transaction(() => {
    const known = store.first('SELECT host FROM reports WHERE order_nonce = ?', nonce);
    if (known !== undefined) return known[0] === host ? 'known' : 'unasked';
    const order = orderByNonce(store, nonce);
    const member = hostByName(store, host);
    if (order?.host !== host || member === null || member.removedAt !== null) return 'unasked';
    const whole = order.modules === null;
    const id = addReport(store, accepted, order.issued, whole);
    const time = receivedAt.getTime();
    store.change(`UPDATE orders SET state = 'answered', ended_at = ?, reason = '' WHERE nonce = ?`, time, nonce);
    noteHeard(store, host, accepted.saidAt, accepted.version);
    bring(store, { host, id, asked: order.modules, report, issued: order.issued, receivedAt });
    return 'new';
  });
}

/** Takes several in with one write to the disk. @returns what became of each. */
export function acceptReports(store: FleetStore, accepted: readonly AcceptableReport[]): Acceptance[] {
  return store.transaction(() => accepted.map((one) => acceptReport(store, one)));
}

function addReport(store: FleetStore, accepted: AcceptableReport, issued: Date, whole: boolean): ReportRecord['id'] {
  const { host, order, message, receivedAt, report, text } = accepted;
  const { startedAt, finishedAt, kind, complete, exitCode } = report;
  return store.change(
    `INSERT INTO reports (order_nonce, host, message, issued, started_at, finished_at, received_at, kind, whole,
     complete, exit_code, counts, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[order, host, message, issued.getTime()],
    ...[startedAt.getTime(), finishedAt.getTime(), receivedAt.getTime()],
    ...[kind, Number(whole), Number(complete), exitCode],
    JSON.stringify(countsOf(report)),
    gzipSync(text, { level: LEVEL }).toString('base64'),
  );
}
