import { MAX_REFUSAL_DETAIL } from '../../limits.js';
import { timeOf } from '../../state/sqlite.js';
import type { Refusal } from '../message/believe.js';
import type { RefusalRecord } from './records.js';
import { columnText, type FleetStore } from './store.js';

/**
 * Notes that a message was not taken. Of each reason a host has one row: whoever reaches a queue can fill it with what is
 * refused.
 * @param host in whose queue it lay.
 */
export function noteRefusal(store: FleetStore, host: string, why: Refusal, detail: string, at: Date): void {
  store.change(
    `INSERT INTO refusals VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (host, why)
     DO UPDATE SET detail = excluded.detail, last_at = max(last_at, excluded.last_at), count = count + 1`,
    host,
    why,
    columnText(detail.slice(0, MAX_REFUSAL_DETAIL)),
    at.getTime(),
    at.getTime(),
  );
}

/** What was refused at or after a moment, by host. */
export function refusalsSince(store: FleetStore, since: Date): RefusalRecord[] {
  return store
    .all(
      'SELECT host, why, detail, first_at, last_at, count FROM refusals WHERE last_at >= ? ORDER BY host, why',
      since.getTime(),
    )
    .map(([host, why, detail, firstAt, lastAt, count]) => ({
      host: String(host),
      why: why as Refusal,
      detail: String(detail),
      firstAt: timeOf(firstAt),
      lastAt: timeOf(lastAt),
      count: Number(count),
    }));
}
