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

/** Takes a flow out of the queue. Children that are being worked on end by themselves, and nobody hears of them. */
export async function removeFlow(
  connection: QueueConnection,
  prefix: string,
  queue: string,
  id: string,
): Promise<void> {
  const parent = await connection.queue(prefix, queue).getJob(id);
  if (parent === undefined) return;
  await parent.removeUnprocessedChildren();
  await parent.remove({ removeChildren: false });
}

/** An error after which a job is not tried again. */
export function finalError(message: string): Error {
  return new UnrecoverableError(message);
}
