import { type BytePath, fromLatin1 } from '../../files/bytepath.js';
import { timeOf } from '../../state/sqlite.js';
import { SEVERITIES, type Severity, type UnlistedClass } from '../../types.js';
import type { FirstSeen } from '../store/records.js';
import type { FleetStore } from '../store/store.js';
import type { FleetFinding } from './types.js';

/** What no file holds says nothing, wherever it lies. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** What is less lies about on every system. */
const GRAVE: readonly Severity[] = ['critical', 'high', 'medium'];

/** The database finds the worst as the least. */
const RANK = SEVERITIES.map((severity, index) => `WHEN '${severity}' THEN ${index}`).join(' ');

/**
 * Contents that nobody signed, or that are not as signed, on several hosts: one each, the worst and most frequent first.
 * What an administrator of a host exempted there does not count.
 * @param most so many are told of, and of each so many hosts are named.
 */
export function sharedContents(
  store: FleetStore,
  most: number,
  mostNamed: number,
): { found: FleetFinding[]; total: number } {
  const where = `exempted = 0 AND severity IN (${GRAVE.map((severity) => `'${severity}'`).join(', ')}) AND hash <> '${EMPTY}'`;
  const rows = store.all(
    `SELECT hash, min(CASE severity ${RANK} END) AS worst, count(DISTINCT host) AS hosts, count(*) OVER ()
     FROM findings INDEXED BY findings_by_hash WHERE ${where} GROUP BY hash HAVING min(host) <> max(host)
     ORDER BY worst, hosts DESC, hash LIMIT ?`,
    most,
  );
  const found = rows.map(([hash, worst, count]): FleetFinding => {
    const sha256 = String(hash);
    const names = store
      .all(`SELECT DISTINCT host FROM findings WHERE hash = ? AND ${where} ORDER BY host LIMIT ?`, sha256, mostNamed)
      .map(([host]) => String(host));
    const [name, path, kind] = store.first(
      `SELECT module, path, class FROM findings WHERE hash = ? AND ${where} ORDER BY host, path LIMIT 1`,
      sha256,
    ) ?? [null, '', null];
    const firstSeen = firstSeenOf(store, sha256);
    const severity = SEVERITIES[Number(worst)] ?? 'critical';
    const place = {
      module: name as BytePath | null,
      path: fromLatin1(String(path)),
      class: kind as UnlistedClass | null,
    };
    const hosts = { count: Number(count), names };
    const content = { sha256, ...place, firstSeen };
    const since = firstSeen?.seenAt ?? null;
    return {
      kind: 'shared-content',
      severity,
      hosts,
      odd: false,
      module: null,
      variants: [],
      content,
      since,
      detail: '',
    };
  });
  return { found, total: Number(rows[0]?.[3] ?? 0) };
}

function firstSeenOf(store: FleetStore, hash: string): FirstSeen | null {
  const row = store.first('SELECT host, path, seen_at FROM first_seen WHERE hash = ?', hash);
  return row === undefined ? null : { host: String(row[0]), path: row[1] as BytePath, seenAt: timeOf(row[2]) };
}
