import type { Outgoing } from '../queue/outbox.js';
import { noteRefusal } from '../store/refusals.js';
import type { Fleet } from './fleet.js';
import type { Happening } from './take.js';

/**
 * Puts messages into the queues of their hosts, and notes whose queue is none: such a host gets its answers when it asks
 * again, and its orders when it is seen that they are not there.
 * @throws Error of Redis
 */
export async function putAll(fleet: Fleet, messages: readonly Outgoing[], now: number): Promise<Happening[]> {
  const broken = await fleet.outbox.put(messages);
  return [...broken].map((host) => {
    const detail = 'what lay where its jobs lie was no queue, and was taken away';
    noteRefusal(fleet.store, host, 'malformed', detail, new Date(now));
    return { host, what: 'refused', detail: `malformed: ${detail}` };
  });
}
