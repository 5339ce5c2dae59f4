import { FlowProducer, UnrecoverableError } from 'bullmq';
import type { QueueConnection } from './connection.js';

/** A job that is done when all of its children are. */
export interface Flow {
  readonly prefix: string;
  readonly queue: string;
  readonly id: string;
  readonly data: unknown;
  readonly children: readonly { readonly queue: string; readonly id: string; readonly data: unknown }[];
  /** How often a child is tried, and how long after it failed, in milliseconds. */
  readonly attempts: number;
  readonly pause: number;
}

/** What stands in Redis about the children of a flow. */
export interface FlowKeys {
  readonly parent: string;
  /** A hash: key of a child → what it returned, as JSON. */
  readonly processed: string;
  /** A hash: key of a child → why it failed for good. */
  readonly failed: string;
  readonly child: (queue: string, id: string) => string;
}

/** Names of keys as BullMQ has them. */
export function flowKeys({ prefix, queue, id }: Pick<Flow, 'prefix' | 'queue' | 'id'>): FlowKeys {
  const parent = `${prefix}:${queue}:${id}`;
  return {
    parent,
    processed: `${parent}:processed`,
    failed: `${parent}:failed`,
    child: (name, child) => `${prefix}:${name}:${child}`,
  };
}

/** A key that is there while the worker lives that has the child of this key. */
export function lockKey(child: string): string {
  return `${child}:lock`;
}

/** Adds a flow; what of it is there already stays. Children leave nothing behind but what their parent gets of them. */
export async function addFlow(
  connection: QueueConnection,
  { prefix, queue, id, data, children, attempts, pause }: Flow,
): Promise<void> {
  const flows = new FlowProducer({ connection: connection.client, prefix });
  // The connection says the same.
  flows.on('error', () => undefined);
  await flows.add({
    name: queue,
    queueName: queue,
    data,
    opts: { jobId: id },
    children: children.map((child) => ({
      name: 'batch',
      queueName: child.queue,
      data: child.data,
      opts: {
        jobId: child.id,
        attempts,
        backoff: { type: 'fixed', delay: pause },
        removeOnComplete: true,
        removeOnFail: true,
        // Whoever waits for the parent is told, and decides.
        ignoreDependencyOnFailure: true,
      },
    })),
  });
}

/** What BullMQ keeps beside a job, behind its name. */
const BESIDE_PARENT = ['', ':dependencies', ':processed', ':failed', ':unsuccessful', ':logs', ':lock'];

const CHILDREN_AT_ONCE = 200;

/**
 * Takes a flow out of the queue. Children that are being worked on end by themselves, and nobody hears of them.
 *
 * Not BullMQ's own way: it removes what the parent's keys name as children, which workers can write, and with the rights of
 * whoever calls it, who reaches more than they. Here only keys are touched whose names the flow itself gives.
 */
export async function removeFlow({ client }: QueueConnection, { prefix, queue, id, children }: Flow): Promise<void> {
  for (let from = 0; from < children.length; from += CHILDREN_AT_ONCE) {
    const slice = children.slice(from, from + CHILDREN_AT_ONCE);
    const taken = await Promise.all(slice.map((child) => takeOut(client, `${prefix}:${child.queue}:`, child.id)));
    const keys = slice.filter((_, index) => taken[index]).map((child) => `${prefix}:${child.queue}:${child.id}`);
    if (keys.length > 0) await client.del(...keys);
  }
  const own = `${prefix}:${queue}:`;
  await takeOut(client, own, id);
  await client.del(...BESIDE_PARENT.map((beside) => own + id + beside));
}

/** Takes a job out of wherever jobs wait. @returns whether it waited there */
async function takeOut(client: QueueConnection['client'], jobs: string, id: string): Promise<boolean> {
  const lists = ['wait', 'paused'].map((name) => client.lrem(jobs + name, 0, id));
  const sets = ['delayed', 'prioritized', 'waiting-children'].map((name) => client.zrem(jobs + name, id));
  // What somebody made another kind of key holds no jobs.
  const counts = await Promise.allSettled([...lists, ...sets]);
  return counts.some((count) => count.status === 'fulfilled' && count.value > 0);
}

/** An error after which a job is not tried again. */
export function finalError(message: string): Error {
  return new UnrecoverableError(message);
}
