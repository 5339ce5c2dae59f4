import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { MAX_FLEET_TEXT } from '../../limits.js';
import { scanRequest } from '../message/message.js';
import { PRIORITIES, type Priority } from '../priorities.js';
import { type Alarm, nextAlarm } from '../queue/nights.js';
import { listHosts } from '../store/hosts.js';
import { listNights, nightById, putNight, removeNight } from '../store/nights.js';
import { addOrders, batches } from '../store/orders.js';
import type { Ledger } from './ledger.js';
import { ordersFor } from './orders.js';
import { selected, selectionSchema } from './select.js';

/** What a standing order asks of each host. */
const nightRequest = z.strictObject({
  scan: scanRequest,
  rate: z.number().int().min(1).optional(),
  priority: z.enum(Object.keys(PRIORITIES) as [Priority]),
});

export type NightRequest = z.infer<typeof nightRequest>;

/** A standing order. */
export interface Night extends Alarm {
  readonly selection: z.infer<typeof selectionSchema>;
  readonly request: NightRequest;
  /** Over how long its scans are spread, in milliseconds. */
  readonly spread: number;
  readonly createdAt: Date;
}

/** An alarm that was not heard for so long is let pass, in milliseconds: the next night comes. */
const LATEST = 6 * 3_600_000;

/** So long an alarm may take to be heard, in milliseconds. */
const RINGING = 60_000;

/** More moments than this in {@link LATEST} are no nights: the last one is looked for from the first of them. */
const MOST_ALARMS = 400;

/** Keeps a standing order. @returns its name. */
export function addNight({ store }: Ledger, night: Omit<Night, 'id' | 'createdAt'>, now: Date): string {
  const id = randomBytes(4).toString('hex');
  putNight(store, { ...night, id, createdAt: now });
  return id;
}

/** Ends a standing order. @returns whether there was one of that name. */
export function endNight({ store }: Ledger, id: string): boolean {
  const isThere = nightById(store, id) !== null;
  if (isThere) removeNight(store, id);
  return isThere;
}

/** Every standing order. */
export function nightsOf({ store }: Ledger): Night[] {
  return listNights(store).map((night) => ({
    ...night,
    selection: selectionSchema.parse(night.selection),
    request: nightRequest.parse(night.request),
  }));
}

/** When a night comes next, milliseconds since the epoch. */
export function nextNight({ cron, tz }: Night, now: number): number | null {
  return nextAlarm({ cron, tz }, now);
}

/**
 * The last moment that a night's pattern named and that is not too long ago, where it ought to have rung by now.
 * @returns milliseconds since the epoch; `null` where there is none.
 */
export function missedNight(night: Night, now: number): number | null {
  let missed: number | null = null;
  let due = nextAlarm(night, Math.max(now - LATEST, night.createdAt.getTime()));
  for (let time = 0; time < MOST_ALARMS && due !== null && due <= now - RINGING; time += 1) {
    missed = due;
    due = nextAlarm(night, due);
  }
  return missed;
}

/**
 * Writes down the orders of a night that is due. Whatever rang says which one and for when, and nothing else: what is
 * asked of whom is in the coordinator's own database, and each night is asked for once.
 * @returns what is to be told.
 */
export function askForNight(ledger: Ledger, id: string, due: number, now: number): string {
  const { store } = ledger;
  const night = nightsOf(ledger).find((one) => one.id === id);
  if (night === undefined)
    return `an alarm rang for a standing order that there is not, ${id.slice(0, MAX_FLEET_TEXT)}`;
  // The pattern is asked, not the queue.
  if (nextAlarm(night, due - 1) !== due) return `an alarm rang for standing order ${id} at a time that is not its own`;
  const when = new Date(due).toISOString();
  if (due > now + 60_000) return `an alarm rang for standing order ${id} before its time, ${when}`;
  if (now - due > LATEST) return `standing order ${id} was to begin at ${when}: too long ago, it is let pass`;
  const batch = `${id}@${when}`;
  return store.transaction(() => {
    if (batches(store, 1, batch).length > 0) return '';
    const hosts = selected(listHosts(store), night.selection).map(({ name }) => name);
    if (hosts.length === 0) return '';
    const { scan: request, rate, priority } = night.request;
    const spread = { over: night.spread, ...(rate === undefined ? {} : { rate }) };
    addOrders(store, ordersFor(ledger, { batch, hosts, request, spread, priority }, now));
    return `standing order ${id}: ${hosts.length} hosts are asked to scan`;
  });
}
