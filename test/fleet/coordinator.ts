import type { KeyObject } from 'node:crypto';
import type { JobType } from 'bullmq';
import { onTestFinished } from 'vitest';
import { deliverOrders } from '../../src/fleet/coordinator/deliver.js';
import { type Fleet, fleetOn } from '../../src/fleet/coordinator/fleet.js';
import { type Ledger, openLedger } from '../../src/fleet/coordinator/ledger.js';
import { ordersFor } from '../../src/fleet/coordinator/orders.js';
import { newKey, publicKeyOf, publicText } from '../../src/fleet/keys.js';
import { believe } from '../../src/fleet/message/believe.js';
import { type AnyMessage, type Body, type Kind, message, newNonce, TO_HOSTS } from '../../src/fleet/message/message.js';
import { writeReport } from '../../src/fleet/message/report-wire.js';
import { seal } from '../../src/fleet/message/seal.js';
import { COORDINATOR, hostPrefix, JOBS_QUEUE, REPORTS_QUEUE } from '../../src/fleet/names.js';
import { queueAddress } from '../../src/fleet/queue/address.js';
import { QueueConnection } from '../../src/fleet/queue/connection.js';
import { putHost } from '../../src/fleet/store/hosts.js';
import { addOrders } from '../../src/fleet/store/orders.js';
import type { Report } from '../../src/model.js';
import { tempFolder } from '../helpers/temp.js';
import type { TestRedis } from './redis.js';

export const HOUR = 3_600_000;

/** A connection that ends with the test. */
export async function connect(redis: TestRedis, user?: Parameters<TestRedis['url']>[0]): Promise<QueueConnection> {
  const connection = new QueueConnection(queueAddress(redis.url(user)));
  onTestFinished(() => connection.close());
  await connection.ready(5000);
  return connection;
}

/** What a coordinator keeps, closed when the test ends. */
export function ledgerIn(folder = tempFolder()): Ledger {
  const ledger = openLedger(folder);
  onTestFinished(() => ledger.store.close());
  return ledger;
}

/** A coordinator with hosts that are enrolled. */
export async function fleetOf(
  redis: TestRedis,
  names: readonly string[],
  folder?: string,
): Promise<{ fleet: Fleet; hosts: FakeHost[]; connection: QueueConnection }> {
  const connection = await connect(redis);
  const fleet = fleetOn(ledgerIn(folder), connection);
  const hosts = names.map((name) => new FakeHost(name, connection, fleet.key));
  for (const host of hosts) host.join(fleet);
  return { fleet, hosts, connection };
}

/** Asks hosts to scan, at once. @returns the nonces of what they are asked */
export async function ask(fleet: Fleet, hosts: readonly FakeHost[], { put = true, delay = 0 } = {}): Promise<string[]> {
  const asking = {
    batch: newNonce(),
    hosts: hosts.map(({ name }) => name),
    request: { kind: 'full', deadline: HOUR },
    spread: { over: delay },
    priority: 'normal',
  } as const;
  const orders = ordersFor(fleet, asking, Date.now());
  addOrders(fleet.store, orders);
  if (put) await deliverOrders(fleet);
  return orders.map(({ nonce }) => nonce);
}

/** What of a message is not as usual. */
export interface Changes {
  readonly key?: KeyObject;
  readonly nonce?: string;
  /** Name in the queue. */
  readonly place?: string;
  readonly from?: string;
  readonly to?: string;
  readonly issued?: number;
  readonly expires?: number;
  /** Instead of the sealed message. */
  readonly data?: unknown;
}

/** A host of a fleet, without its system. */
export class FakeHost {
  readonly key = newKey();

  constructor(
    readonly name: string,
    private readonly connection: QueueConnection,
    /** Whose jobs count: either half of its key. */
    private readonly coordinator: KeyObject,
  ) {}

  join({ store }: Ledger, key = this.key): void {
    const { name } = this;
    const publicKey = publicText(key);
    putHost(store, { name, publicKey, groups: ['west'], labels: {}, store: false, enrolledAt: new Date() });
  }

  /** Puts a message into its queue. @returns its nonce. */
  async say<K extends Kind>(kind: K, body: Body<K>, changes: Changes = {}): Promise<string> {
    const { key = this.key, nonce = newNonce(), place = nonce, data, ...envelope } = changes;
    const now = Date.now();
    const usual = { kind, from: this.name, to: COORDINATOR, nonce, issued: now, expires: now + HOUR, body };
    const sealed = seal(key, JSON.stringify(message({ ...usual, ...envelope })));
    const queue = this.connection.queue(hostPrefix(this.name), REPORTS_QUEUE);
    await queue.add(kind, data ?? sealed, { jobId: place });
    return nonce;
  }

  report(job: string, report: Report, changes: Changes = {}): Promise<string> {
    return this.say('report', { job, report: writeReport(report) }, changes);
  }

  /** What the coordinator has said to it, in no order. */
  async heard(states: JobType[] = ['wait', 'delayed', 'prioritized', 'completed']): Promise<AnyMessage[]> {
    const queue = this.connection.queue(hostPrefix(this.name), JOBS_QUEUE);
    const jobs = await queue.getJobs(states);
    return jobs.map(({ data, id }) => {
      const keys = [publicKeyOf(publicText(this.coordinator))];
      const believed = believe(data, { keys, from: COORDINATOR, to: this.name, kinds: TO_HOSTS, now: Date.now() });
      if (!believed.ok) throw new Error(`${this.name} does not believe ${id}: ${believed.detail}`);
      return believed.message;
    });
  }

  /** The same, of one kind. */
  async heardOf<K extends Kind>(kind: K): Promise<Body<K>[]> {
    return (await this.heard()).filter((one) => one.kind === kind).map((one) => one.body as Body<K>);
  }

  /** Messages of it that still lie in the queue. */
  waiting(): Promise<number> {
    return this.connection.client.llen(`${hostPrefix(this.name)}:${REPORTS_QUEUE}:wait`);
  }
}
