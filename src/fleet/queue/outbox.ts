import { FlowProducer } from 'bullmq';
import { MAX_PROGRESS_CHARACTERS } from '../../limits.js';
import { hostPrefix, JOBS_QUEUE, REPORTS_QUEUE } from '../names.js';
import { EVENTS_KEPT, type QueueConnection } from './connection.js';

/** A sealed message on its way to a host. */
export interface Outgoing {
  readonly host: string;
  /** Also its name in the queue: the same message cannot lie there twice. */
  readonly nonce: string;
  readonly kind: string;
  readonly sealed: string;
  /** Not to be taken before so many milliseconds. @default 0 */
  readonly delay?: number;
  /** Lower numbers are taken first, and what has none before all of them. */
  readonly priority?: number;
  /** Whether it is a scan, which is tried again where the host itself came to an end. @default false */
  readonly isScan?: boolean;
}

/** How long Redis keeps what was done, so that a job that is missing there was lost: seconds, and jobs a host. */
const DONE = { age: 6 * 3600, count: 20 };

/** How often a host tries a scan that ended it. */
const ATTEMPTS = 3;
const BACKOFF = { type: 'exponential', delay: 30_000 };

/** What hosts say of jobs that they work on, where it is short enough to be anything. */
const PROGRESS = `
local said = {}
for index, key in ipairs(KEYS) do
  local size = redis.pcall('HSTRLEN', key, 'progress')
  local isShort = type(size) == 'number' and size > 0 and size <= tonumber(ARGV[1])
  said[index] = isShort and redis.call('HGET', key, 'progress') or ''
end
return said`;

/** Whatever the host made of its queue: what is no list and no set is removed without being looked at. */
const CLEAR = `
local function names(command, key)
  local found = redis.pcall(command, key, 0, -1)
  return found.err and {} or found
end
for _, list in ipairs({'wait', 'active', 'paused'}) do
  for _, id in ipairs(names('LRANGE', KEYS[1] .. list)) do redis.call('DEL', KEYS[1] .. id) end
end
for _, set in ipairs({'delayed', 'prioritized', 'completed', 'failed', 'waiting-children'}) do
  for _, id in ipairs(names('ZRANGE', KEYS[1] .. set)) do redis.call('DEL', KEYS[1] .. id) end
end
for _, key in ipairs({'wait', 'active', 'paused', 'delayed', 'prioritized', 'completed', 'failed', 'waiting-children',
  'id', 'meta', 'events', 'marker', 'stalled', 'stalled-check', 'pc', 'limiter', 'repeat'}) do
  redis.call('DEL', KEYS[1] .. key)
end`;

const JOBS_AT_ONCE = 200;

/** Everything that is said to hosts, on one connection. */
export class Outbox {
  readonly #flows: FlowProducer;

  constructor(private readonly connection: QueueConnection) {
    const { client } = connection;
    client.defineCommand('sigsweepProgress', { lua: PROGRESS });
    client.defineCommand('sigsweepClear', { lua: CLEAR, numberOfKeys: 1 });
    this.#flows = new FlowProducer({ connection: client });
    // The connection says the same; without a listener it would end the program.
    this.#flows.on('error', () => undefined);
  }

  /**
   * Puts messages into the queues of their hosts. A host can make something else of its queue: nobody else is to wait for
   * that, so what is there is taken away, and next time there is a queue again.
   * @returns hosts into whose queues not all of it could be put.
   * @throws Error of Redis, with some of them put
   */
  async put(messages: readonly Outgoing[]): Promise<Set<string>> {
    const broken: Outgoing[] = [];
    for (const slice of slicesOf(messages)) {
      const results = await Promise.allSettled(slice.map((message) => this.#add(message)));
      for (const [index, message] of slice.entries()) {
        const result = results[index];
        if (result?.status !== 'rejected') continue;
        if (!isNoQueue(result.reason)) throw result.reason;
        broken.push(message);
      }
    }
    const hosts = new Set(broken.map(({ host }) => host));
    for (const host of hosts) await this.#call('sigsweepClear', jobsPrefix(host));
    // A script that fails leaves what it had done by then.
    for (const { host, nonce } of broken) await this.connection.client.del(jobKey(host, nonce));
    return hosts;
  }

  /** Those of these messages that do not lie in Redis, in whatever state. */
  async missing<Each extends { readonly host: string; readonly nonce: string }>(
    messages: readonly Each[],
  ): Promise<Each[]> {
    const lost: Each[] = [];
    for (const slice of slicesOf(messages)) {
      const { client } = this.connection;
      const there = await Promise.all(slice.map(({ host, nonce }) => client.exists(jobKey(host, nonce))));
      lost.push(...slice.filter((_, index) => there[index] === 0));
    }
    return lost;
  }

  /** What hosts say of jobs that they work on, by nonce, as they wrote it. */
  async progress(jobs: readonly { readonly host: string; readonly nonce: string }[]): Promise<Map<string, unknown>> {
    const found = new Map<string, unknown>();
    for (const slice of slicesOf(jobs)) {
      const keys = slice.map(({ host, nonce }) => jobKey(host, nonce));
      const said = await this.#call<string[]>('sigsweepProgress', keys.length, ...keys, MAX_PROGRESS_CHARACTERS);
      for (const [index, text] of said.entries()) {
        const nonce = slice[index]?.nonce;
        if (text !== '' && nonce !== undefined) found.set(nonce, parsed(text));
      }
    }
    return found;
  }

  /** Takes back a message that no host has begun to work on. */
  async withdraw(host: string, nonce: string): Promise<void> {
    const { client } = this.connection;
    const queue = jobsPrefix(host);
    // Not BullMQ's own way: it follows what the host may have written into the job.
    const results = await client
      .multi()
      .lrem(`${queue}wait`, 0, nonce)
      .zrem(`${queue}delayed`, nonce)
      .zrem(`${queue}prioritized`, nonce)
      .exec();
    if (results?.some(([, count]) => Number(count) > 0)) await client.del(jobKey(host, nonce));
  }

  /** Takes away all that lies in the two queues of a host. */
  async clear(host: string): Promise<void> {
    for (const queue of [JOBS_QUEUE, REPORTS_QUEUE]) await this.#call('sigsweepClear', `${hostPrefix(host)}:${queue}:`);
  }

  async #add({ host, nonce, kind, sealed, delay, priority, isScan = false }: Outgoing): Promise<void> {
    // Otherwise BullMQ keeps ten thousand events for each host.
    const meta = this.connection.client.hset(`${jobsPrefix(host)}meta`, 'opts.maxLenEvents', EVENTS_KEPT);
    const added = this.#flows.add({
      name: kind,
      queueName: JOBS_QUEUE,
      prefix: hostPrefix(host),
      data: sealed,
      opts: {
        jobId: nonce,
        ...(delay === undefined ? {} : { delay }),
        ...(priority === undefined ? {} : { priority }),
        ...(isScan ? { attempts: ATTEMPTS, backoff: BACKOFF } : {}),
        removeOnComplete: isScan ? DONE : true,
        removeOnFail: isScan ? DONE : true,
      },
    });
    await Promise.all([meta, added]);
  }

  #call<Result>(command: string, ...args: readonly (string | number)[]): Promise<Result> {
    return this.connection.script<Result>(command, args);
  }
}

/** Whether Redis says that keys of a queue hold something else; what it says of itself begins with another word. */
function isNoQueue(error: unknown): boolean {
  return error instanceof Error && /^(?:WRONGTYPE|ERR) /.test(error.message);
}

function* slicesOf<Each>(all: readonly Each[]): Generator<readonly Each[]> {
  for (let from = 0; from < all.length; from += JOBS_AT_ONCE) yield all.slice(from, from + JOBS_AT_ONCE);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jobKey(host: string, nonce: string): string {
  return jobsPrefix(host) + nonce;
}

function jobsPrefix(host: string): string {
  return `${hostPrefix(host)}:${JOBS_QUEUE}:`;
}
