import { jsonOf, type Row, timeOf } from '../../state/sqlite.js';
import type { NightRecord } from './records.js';
import type { FleetStore } from './store.js';

const COLUMNS = 'id, cron, tz, selection, request, spread, created_at';

/** Keeps a standing order, in place of the one with the same id. */
export function putNight(store: FleetStore, night: NightRecord): void {
  const { id, cron, tz, selection, request, spread, createdAt } = night;
  store.change(
    `INSERT OR REPLACE INTO nights (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ...[id, cron, tz, JSON.stringify(selection), JSON.stringify(request), spread, createdAt.getTime()],
  );
}

/** Ends a standing order. */
export function removeNight(store: FleetStore, id: string): void {
  store.change('DELETE FROM nights WHERE id = ?', id);
}

/** Every standing order, the oldest first. */
export function listNights(store: FleetStore): NightRecord[] {
  return store.all(`SELECT ${COLUMNS} FROM nights ORDER BY created_at, id`).map(nightOf);
}

export function nightById(store: FleetStore, id: string): NightRecord | null {
  const row = store.first(`SELECT ${COLUMNS} FROM nights WHERE id = ?`, id);
  return row === undefined ? null : nightOf(row);
}

function nightOf([id, cron, tz, selection, request, spread, createdAt]: Row): NightRecord {
  return {
    id: String(id),
    cron: String(cron),
    tz: String(tz),
    selection: jsonOf(selection),
    request: jsonOf(request),
    spread: Number(spread),
    createdAt: timeOf(createdAt),
  };
}
