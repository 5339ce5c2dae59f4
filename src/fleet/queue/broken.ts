import type { QueueConnection } from './connection.js';

/**
 * Takes a job out of its queue that BullMQ cannot read, or that wants to come again by itself: a worker takes such a one
 * and drops it, and it would be taken again for ever. To be called with jobs that were left behind.
 * @returns whether it was one.
 * @throws Error of Redis
 */
export async function removeIfBroken(
  connection: QueueConnection,
  prefix: string,
  name: string,
  id: string,
): Promise<boolean> {
  const queue = connection.queue(prefix, name);
  try {
    const job = await queue.getJob(id);
    if (job !== undefined && job.repeatJobKey === undefined) return false;
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
  const { client } = connection;
  const lists = ['wait', 'active'].map((list) => client.lrem(queue.toKey(list), 0, id));
  await Promise.all([...lists, client.del(queue.toKey(id))]);
  return true;
}

function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || (error instanceof Error && /^WRONGTYPE\b/.test(error.message));
}
