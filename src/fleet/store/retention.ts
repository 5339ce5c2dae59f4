import { CLOCK_TOLERANCE } from '../message/believe.js';
import type { FleetStore } from './store.js';

/** So many reports of each host are kept whatever their age: a clock that was wrong for a night ends no history. */
const LEAST_REPORTS = 2;

/** Most contents of which it is remembered where they were seen first. Somebody could make new ones every night. */
const MOST_FIRST_SEEN = 1_000_000;

/** Forgets messages that nobody would take any more: whoever floods a queue leaves one row for each of his. */
export function forgetMessages(store: FleetStore, now: Date): void {
  store.change('DELETE FROM heard WHERE expires < ?', now.getTime() - CLOCK_TOLERANCE);
}

/** Removes what is older than a moment and does not say how a host is at present. */
export function forget(store: FleetStore, before: Date): void {
  const time = before.getTime();
  store.transaction(() => {
    store.change(
      `DELETE FROM reports WHERE received_at < ?
       AND id NOT IN (SELECT last_report FROM standings UNION SELECT last_whole FROM standings WHERE last_whole IS NOT NULL)
       AND id NOT IN (SELECT id FROM (
         SELECT id, row_number() OVER (PARTITION BY host ORDER BY id DESC) AS place FROM reports
         WHERE host IN (SELECT name FROM hosts WHERE removed_at IS NULL)
       ) WHERE place <= ${LEAST_REPORTS})`,
      time,
    );
    store.change(`DELETE FROM orders WHERE state <> 'sent' AND ended_at < ?`, time);
    store.change('DELETE FROM tokens WHERE coalesce(used_at, expires) < ?', time);
    store.change('DELETE FROM refusals WHERE last_at < ?', time);
    store.change('DELETE FROM first_seen WHERE noted_at < ? AND hash NOT IN (SELECT hash FROM findings)', time);
    forgetFirstSeen(store, MOST_FIRST_SEEN);
  });
}

/** Of too many contents, those noted last: whoever makes new ones every night shall not push out what was there before. */
export function forgetFirstSeen(store: FleetStore, most: number): void {
  if (Number(store.first('SELECT count(*) FROM first_seen')?.[0]) <= most) return;
  store.change(
    `DELETE FROM first_seen WHERE hash IN (
       SELECT hash FROM first_seen ORDER BY hash IN (SELECT hash FROM findings) DESC, noted_at, hash LIMIT -1 OFFSET ?)`,
    most,
  );
}
