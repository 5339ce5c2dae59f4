import { gunzipSync } from 'node:zlib';
import { DataError, SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { MAX_REPORT_TEXT_BYTES } from '../../limits.js';
import type { Report } from '../../model.js';
import { jsonOf, type Row, timeOf } from '../../state/sqlite.js';
import type { ScanKind } from '../../types.js';
import { readReport } from '../message/report-wire.js';
import type { HostRecord, ReportRecord, Standing } from './records.js';
import { countsByName } from './standing.js';
import type { FleetStore } from './store.js';

const COLUMNS =
  'id, order_nonce, host, message, started_at, finished_at, received_at, kind, whole, complete, exit_code, counts';

/** The last reports of a host, the newest first. @param whole only those of everything. */
export function lastReports(store: FleetStore, host: string, most: number, whole = false): ReportRecord[] {
  const only = whole ? 'AND whole = 1' : '';
  return store
    .all(`SELECT ${COLUMNS} FROM reports WHERE host = ? ${only} ORDER BY id DESC LIMIT ?`, host, most)
    .map(recordOf);
}

/**
 * The report that says how a host is: the newest, in whatever order they came, and none of a machine that had its name
 * before. Of a host that was removed, what came last.
 * @param whole only one of everything.
 */
export function presentReport(store: FleetStore, host: HostRecord, whole = false): ReportRecord | null {
  if (host.removedAt !== null) return lastReports(store, host.name, 1, whole)[0] ?? null;
  const [id] =
    store.first(`SELECT ${whole ? 'last_whole' : 'last_report'} FROM standings WHERE host = ?`, host.name) ?? [];
  return reportById(store, Number(id ?? -1));
}

/** Reports by their numbers. */
export function reportById(store: FleetStore, id: number): ReportRecord | null {
  const row = store.first(`SELECT ${COLUMNS} FROM reports WHERE id = ?`, id);
  return row === undefined ? null : recordOf(row);
}

/** The report that answers an order; `null` where there is none. */
export function reportOfOrder(store: FleetStore, nonce: string): ReportRecord | null {
  const row = store.first(`SELECT ${COLUMNS} FROM reports WHERE order_nonce = ?`, nonce);
  return row === undefined ? null : recordOf(row);
}

/** What each host's standing rests on, by host: its last report, and the last one of everything. */
export function standingReports(store: FleetStore): Map<number, ReportRecord> {
  const rows = store.all(
    `SELECT ${COLUMNS} FROM reports
     WHERE id IN (SELECT last_report FROM standings UNION SELECT last_whole FROM standings)`,
  );
  return new Map(rows.map((row) => [Number(row[0]), recordOf(row)]));
}

/** What is known of each host at present, by host. */
export function standings(store: FleetStore): Map<string, Standing> {
  const rows = store.all('SELECT host, last_report, last_whole, complete, counts FROM standings');
  return new Map(
    rows.map(([host, lastReport, lastWhole, complete, counts]) => [
      String(host),
      {
        host: String(host),
        lastReport: Number(lastReport),
        lastWhole: lastWhole === null ? null : Number(lastWhole),
        complete: Number(complete) === 1,
        counts: countsByName(jsonOf(counts) as number[]),
      },
    ]),
  );
}

/**
 * The report itself.
 * @returns null where there is none of that number.
 * @throws SigsweepError FLEET_UNUSABLE where it is not what was kept.
 */
export function contentsOf(store: FleetStore, id: number): Report | null {
  const row = store.first('SELECT report FROM reports WHERE id = ?', id);
  if (row === undefined) return null;
  try {
    const packed = Buffer.from(String(row[0]), 'base64');
    return readReport(gunzipSync(packed, { maxOutputLength: MAX_REPORT_TEXT_BYTES }).toString('utf8'));
  } catch (cause) {
    const why = cause instanceof DataError ? cause.message : errorInWords(cause);
    const what = `report ${id} in the database of the fleet is not what was kept (${why}): put back a copy of fleet.db`;
    throw new SigsweepError('FLEET_UNUSABLE', what, { cause });
  }
}

function recordOf(row: Row): ReportRecord {
  const [id, order, host, message, startedAt, finishedAt, receivedAt, kind, whole, complete, exitCode, counts] = row;
  return {
    id: Number(id),
    order: String(order),
    host: String(host),
    message: String(message),
    startedAt: timeOf(startedAt),
    finishedAt: timeOf(finishedAt),
    receivedAt: timeOf(receivedAt),
    kind: kind as ScanKind,
    whole: Number(whole) === 1,
    complete: Number(complete) === 1,
    exitCode: Number(exitCode),
    counts: countsByName(jsonOf(counts) as number[]),
  };
}
