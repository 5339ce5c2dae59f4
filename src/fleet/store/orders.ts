import { MAX_REFUSAL_DETAIL } from '../../limits.js';
import { objectOf, type Row, timeOf } from '../../state/sqlite.js';
import type { Priority } from '../priorities.js';
import { type NewOrder, ORDER_STATES, type OrderRecord, type OrderState } from './records.js';
import { columnText, type FleetStore } from './store.js';

const COLUMNS = 'nonce, host, batch, sealed, modules, priority, issued, not_before, expires, state, ended_at, reason';

/** Keeps orders before anybody is sent them, all or none. */
export function addOrders(store: FleetStore, orders: readonly NewOrder[]): void {
  store.transaction(() => {
    for (const { nonce, host, batch, sealed, modules, priority = 'normal', issued, notBefore, expires } of orders) {
      store.change(
        `INSERT INTO orders (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'sent', NULL, '')`,
        ...[nonce, host, batch, sealed],
        modules === null ? null : JSON.stringify(modules),
        priority,
        issued.getTime(),
        notBefore.getTime(),
        expires.getTime(),
      );
    }
  });
}

/**
 * Orders that wait for their answer, by nonce, so that those can be put into the queue again which it lost.
 * @param after the last nonce of the page before; '' for the first page.
 */
export function openOrders(store: FleetStore, now: Date, after = '', most = 1000): OrderRecord[] {
  return store
    .all(
      `SELECT ${COLUMNS} FROM orders WHERE state = 'sent' AND expires > ? AND nonce > ? ORDER BY nonce LIMIT ?`,
      ...[now.getTime(), after, most],
    )
    .map(orderOf);
}

export function orderByNonce(store: FleetStore, nonce: string): OrderRecord | null {
  const row = store.first(`SELECT ${COLUMNS} FROM orders WHERE nonce = ?`, nonce);
  return row === undefined ? null : orderOf(row);
}

/** Ends orders to which nothing came in time. @returns them. */
export function expireOrders(store: FleetStore, now: Date): OrderRecord[] {
  return store.transaction(() => {
    const time = now.getTime();
    const due = store.all(`SELECT ${COLUMNS} FROM orders WHERE state = 'sent' AND expires <= ?`, time).map(orderOf);
    store.change(`UPDATE orders SET state = 'expired', ended_at = ? WHERE state = 'sent' AND expires <= ?`, time, time);
    return due;
  });
}

/**
 * Notes that a host said why it could not do what it was asked.
 * @returns whether it was asked that, and had not answered.
 */
export function failOrder(store: FleetStore, nonce: string, host: string, reason: string, at: Date): boolean {
  return store.transaction(() => {
    const order = orderByNonce(store, nonce);
    if (order === null || order.host !== host || order.state === 'answered' || order.state === 'failed') return false;
    store.change(
      `UPDATE orders SET state = 'failed', ended_at = ?, reason = ? WHERE nonce = ?`,
      at.getTime(),
      columnText(reason.slice(0, MAX_REFUSAL_DETAIL)),
      nonce,
    );
    return true;
  });
}

/** How far what one `fleet scan` asked has come. */
export interface BatchProgress {
  readonly batch: string;
  readonly issued: Date;
  /** The first and the last moment at which its scans may begin. */
  readonly notBefore: Date;
  readonly lastNotBefore: Date;
  readonly expires: Date;
  readonly orders: number;
  /** Orders by state. */
  readonly states: Readonly<Record<OrderState, number>>;
}

/** The last batches, the newest first; or one of them. */
export function batches(store: FleetStore, most: number, batch?: string): BatchProgress[] {
  const rows = store.all(
    `SELECT batch, min(issued), min(not_before), max(not_before), max(expires), count(*),
     ${ORDER_STATES.map((state) => `sum(state = '${state}')`).join(', ')}
     FROM orders WHERE coalesce(batch = ?, 1) GROUP BY batch ORDER BY 2 DESC, 1 LIMIT ?`,
    batch ?? null,
    most,
  );
  return rows.map(([name, issued, notBefore, lastNotBefore, expires, orders, ...states]) => ({
    batch: String(name),
    issued: timeOf(issued),
    notBefore: timeOf(notBefore),
    lastNotBefore: timeOf(lastNotBefore),
    expires: timeOf(expires),
    orders: Number(orders),
    states: Object.fromEntries(ORDER_STATES.map((state, index) => [state, Number(states[index])])) as Record<
      OrderState,
      number
    >,
  }));
}

/** How many orders of all batches that have open ones there are, and how many of them are open. */
export function openBatches(store: FleetStore): { readonly orders: number; readonly open: number } {
  const row = store.first(
    `SELECT count(*), coalesce(sum(state = 'sent'), 0) FROM orders
     WHERE batch IN (SELECT batch FROM orders WHERE state = 'sent')`,
  );
  return { orders: Number(row?.[0]), open: Number(row?.[1]) };
}

/** Open orders whose time has come, of a batch or of all: those that hosts most likely work on. */
export function begunOrders(store: FleetStore, now: Date, most: number, batch?: string): OrderRecord[] {
  const where = batch === undefined ? '' : 'AND batch = ?';
  return store
    .all(
      `SELECT ${COLUMNS} FROM orders WHERE state = 'sent' AND not_before <= ? ${where} ORDER BY not_before LIMIT ?`,
      ...[now.getTime(), ...(batch === undefined ? [] : [batch]), most],
    )
    .map(orderOf);
}

/** What the hosts of a batch were asked, by host. */
export function ordersOfBatch(store: FleetStore, batch: string): OrderRecord[] {
  return store.all(`SELECT ${COLUMNS} FROM orders WHERE batch = ? ORDER BY host`, batch).map(orderOf);
}

function orderOf(row: Row): OrderRecord {
  const [nonce, host, batch, sealed, modules, priority, issued, notBefore, expires, state, endedAt, reason] = row;
  return {
    nonce: String(nonce),
    host: String(host),
    batch: String(batch),
    sealed: String(sealed),
    modules: modules === null ? null : Object.values(objectOf(modules)),
    priority: priority as Priority,
    issued: timeOf(issued),
    notBefore: timeOf(notBefore),
    expires: timeOf(expires),
    state: state as OrderState,
    endedAt: endedAt === null ? null : timeOf(endedAt),
    reason: String(reason),
  };
}
