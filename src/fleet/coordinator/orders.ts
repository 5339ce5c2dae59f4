import { message, type ScanRequest } from '../message/message.js';
import { seal } from '../message/seal.js';
import { COORDINATOR } from '../names.js';
import { PRIORITIES, type Priority } from '../priorities.js';
import type { Outgoing } from '../queue/outbox.js';
import type { NewOrder } from '../store/records.js';
import type { Ledger } from './ledger.js';
import { delaysOf, type Spread } from './spread.js';

/** After the end of its time a scan has so long to be reported, in milliseconds: the host or the queue may be away. */
const GRACE = 12 * 3_600_000;

/** A host that is busy, or away, when its scan is due may begin it so much later, in milliseconds. */
const PATIENCE = 12 * 3_600_000;

/** What many hosts are asked. */
export interface Asking {
  readonly batch: string;
  readonly hosts: readonly string[];
  readonly request: ScanRequest;
  readonly spread: Spread;
  readonly priority: Priority;
}

/** A signed order for each host. */
export function ordersFor({ key }: Pick<Ledger, 'key'>, asking: Asking, now: number): NewOrder[] {
  const { batch, hosts, request, spread, priority } = asking;
  const delays = delaysOf(hosts.length, spread);
  return hosts.map((host, index) => {
    const notBefore = now + (delays[index] ?? 0);
    const expires = notBefore + PATIENCE + request.deadline + GRACE;
    const made = message({ kind: 'scan', from: COORDINATOR, to: host, issued: now, expires, body: request });
    return {
      nonce: made.nonce,
      host,
      batch,
      sealed: seal(key, JSON.stringify(made)),
      priority,
      modules: request.modules ?? null,
      issued: new Date(now),
      notBefore: new Date(notBefore),
      expires: new Date(expires),
    };
  });
}

/** An order as it is put into the queue, at first or again. */
export function outgoing({ host, nonce, sealed, notBefore, priority = 'normal' }: NewOrder, now: number): Outgoing {
  const delay = Math.max(0, notBefore.getTime() - now);
  return { host, nonce, kind: 'scan', sealed, delay, priority: PRIORITIES[priority], isScan: true };
}
