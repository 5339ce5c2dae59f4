import { onTestFinished } from 'vitest';
import { writeReport } from '../../src/fleet/message/report-wire.js';
import { type Acceptance, acceptReport } from '../../src/fleet/store/accept.js';
import { putHost } from '../../src/fleet/store/hosts.js';
import { openFleetStore } from '../../src/fleet/store/open.js';
import { addOrders } from '../../src/fleet/store/orders.js';
import type { FleetStore } from '../../src/fleet/store/store.js';
import type { Report } from '../../src/model.js';
import { tempFolder } from '../helpers/temp.js';

export const HOUR = 3_600_000;
export const NOW = new Date('2026-11-28T06:00:00Z');

/** A moment some hours before {@link NOW}. */
export const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * HOUR);

/** A database of a coordinator, closed when the test ends. */
export function newStore(folder = tempFolder()): FleetStore {
  const store = openFleetStore(folder);
  onTestFinished(() => store.close());
  return store;
}

export function enrol(store: FleetStore, ...names: readonly string[]): void {
  for (const name of names) {
    putHost(store, {
      name,
      publicKey: `key of ${name}`,
      groups: ['west'],
      labels: { site: 'berlin' },
      store: false,
      enrolledAt: hoursAgo(1000),
    });
  }
}

let orders = 0;

/** What one host is asked; its nonce. */
export function order(
  store: FleetStore,
  host: string,
  { modules = null as string[] | null, issued = hoursAgo(2), expires = hoursAgo(-10), batch = 'night' } = {},
): string {
  orders += 1;
  const nonce = String(orders).padStart(32, '0');
  addOrders(store, [{ nonce, host, batch, sealed: `sealed ${nonce}`, modules, issued, notBefore: issued, expires }]);
  return nonce;
}

/** Asks a host, and takes in what it answers. */
export function answer(
  store: FleetStore,
  host: string,
  report: Report,
  { at = hoursAgo(1), nonce = '', ...asked }: { at?: Date; nonce?: string } & Parameters<typeof order>[2] = {},
): Acceptance {
  const times = nonce === '' ? { issued: new Date(at.getTime() - HOUR), ...asked } : asked;
  const asks = nonce === '' ? order(store, host, times) : nonce;
  return acceptReport(store, {
    host,
    order: asks,
    message: `m${asks}`.slice(0, 32),
    receivedAt: at,
    saidAt: at,
    version: '0.1.0',
    report,
    text: writeReport(report),
  });
}

/** A report of a scan that ended at a moment. */
export function endedAt(report: Report, at: Date): Report {
  return { ...report, startedAt: new Date(at.getTime() - 60_000), finishedAt: at };
}
