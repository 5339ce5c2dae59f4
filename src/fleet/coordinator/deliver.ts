import { expireOrders, openOrders } from '../store/orders.js';
import type { OrderRecord } from '../store/records.js';
import type { Fleet } from './fleet.js';
import { outgoing } from './orders.js';
import { putAll } from './put.js';

const PAGE = 1000;

/**
 * Puts orders into the queue that do not lie there: new ones, and those that Redis lost. Each has its nonce for a name, so
 * that it lies there once, and is done once.
 * @returns those that were put.
 */
export async function deliverOrders(fleet: Fleet, now = Date.now): Promise<OrderRecord[]> {
  const put: OrderRecord[] = [];
  let after = '';
  for (;;) {
    const page = openOrders(fleet.store, new Date(now()), after, PAGE);
    const lost = await fleet.outbox.missing(page);
    const time = now();
    await putAll(
      fleet,
      lost.map((order) => outgoing(order, time)),
      time,
    );
    put.push(...lost);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return put;
    after = last.nonce;
  }
}

/** Ends orders that nobody answered in time, and takes them out of the queue. @returns them. */
export async function endOverdue(fleet: Fleet, now: number): Promise<OrderRecord[]> {
  const overdue = expireOrders(fleet.store, new Date(now));
  for (const { host, nonce } of overdue) await fleet.outbox.withdraw(host, nonce);
  return overdue;
}
