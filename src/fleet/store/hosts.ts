import { objectOf, type Row, timeOf } from '../../state/sqlite.js';
import type { HostRecord, HostTraits } from './records.js';
import { columnText, type FleetStore } from './store.js';

const COLUMNS = 'name, public_key, in_groups, labels, store, enrolled_at, removed_at, last_heard, version';

/** Every host, by name. @param all with those that were removed. */
export function listHosts(store: FleetStore, all = false): HostRecord[] {
  const where = all ? '' : 'WHERE removed_at IS NULL';
  return store.all(`SELECT ${COLUMNS} FROM hosts ${where} ORDER BY name`).map(hostOf);
}

/** A host, removed or not; `null` where there never was one. */
export function hostByName(store: FleetStore, name: string): HostRecord | null {
  const row = store.first(`SELECT ${COLUMNS} FROM hosts WHERE name = ?`, name);
  return row === undefined ? null : hostOf(row);
}

/** Adds a host, or gives one of that name another key; what was known of it by its old key is not known of it any more. */
export function putHost(
  store: FleetStore,
  host: HostTraits & Pick<HostRecord, 'name' | 'publicKey' | 'enrolledAt'>,
): void {
  const { name, publicKey, groups, labels, enrolledAt } = host;
  store.transaction(() => {
    if (hostByName(store, name)?.publicKey !== publicKey) forgetStanding(store, name);
    store.change(
      `INSERT INTO hosts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)
       ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, in_groups = excluded.in_groups,
       labels = excluded.labels, store = excluded.store, enrolled_at = excluded.enrolled_at,
       removed_at = NULL, last_heard = NULL, version = NULL`,
      name,
      publicKey,
      JSON.stringify(groups),
      JSON.stringify(labels),
      Number(host.store),
      enrolledAt.getTime(),
    );
  });
}

/** Takes a host out of the fleet: its orders end, and only its reports stay. @returns whether it was in it. */
export function removeHost(store: FleetStore, name: string, at: Date): boolean {
  return store.transaction(() => {
    const host = hostByName(store, name);
    if (host === null || host.removedAt !== null) return false;
    store.change('UPDATE hosts SET removed_at = ? WHERE name = ?', at.getTime(), name);
    store.change(
      `UPDATE orders SET state = 'failed', ended_at = ?, reason = 'the host was removed'
       WHERE host = ? AND state = 'sent'`,
      at.getTime(),
      name,
    );
    store.change('DELETE FROM tokens WHERE host = ? AND used_at IS NULL', name);
    forgetStanding(store, name);
    return true;
  });
}

/** Notes that a host was heard of, and what its version is. */
export function noteHeard(store: FleetStore, name: string, at: Date, version: string): void {
  store.change(
    'UPDATE hosts SET last_heard = max(coalesce(last_heard, 0), ?), version = ? WHERE name = ?',
    at.getTime(),
    columnText(version),
    name,
  );
}

/**
 * Notes a message that is taken once only.
 * @returns false where it was taken before: it is replayed.
 */
export function noteMessage(store: FleetStore, host: string, nonce: string, expires: Date): boolean {
  return store.transaction(() => {
    if (store.first('SELECT 1 FROM heard WHERE host = ? AND nonce = ?', host, nonce) !== undefined) return false;
    store.change('INSERT INTO heard VALUES (?, ?, ?)', host, nonce, expires.getTime());
    return true;
  });
}

/** What a host is like at present. Its reports stay. */
export function forgetStanding(store: FleetStore, name: string): void {
  for (const table of ['standings', 'modules', 'findings']) store.change(`DELETE FROM ${table} WHERE host = ?`, name);
}

function hostOf(row: Row): HostRecord {
  const [name, publicKey, groups, labels, mayStore, enrolledAt, removedAt, lastHeard, version] = row;
  return {
    name: String(name),
    publicKey: String(publicKey),
    groups: Object.values(objectOf(groups)),
    labels: objectOf(labels) as Record<string, string>,
    store: Number(mayStore) === 1,
    enrolledAt: timeOf(enrolledAt),
    removedAt: removedAt === null ? null : timeOf(removedAt),
    lastHeard: lastHeard === null ? null : timeOf(lastHeard),
    version: version as string | null,
  };
}
