import { MAX_FLOOD_DROPPED, MAX_SEALED_CHARACTERS, MAX_WAITING_MESSAGES } from '../../limits.js';
import { hostPrefix, REPORTS_QUEUE } from '../names.js';
import type { QueueConnection } from './connection.js';

/**
 * What hosts have put into the queue, read by plain commands. A host can write anything below its own prefix, and scripts
 * that follow what stands in a job (its parent, what it replaces) would do with the coordinator's rights what the host
 * asks: here every key that is read or removed lies below the prefix of the host itself.
 */

/** One message that lies in the queue, before anything of it was fetched. */
export interface Waiting {
  readonly id: string;
  /** Characters of its data; -1 where nothing lies there that could be a message. */
  readonly size: number;
}

/** What stands around a text in JSON. */
const QUOTES = 2;

/** Longest name of a job that is looked at; those of sigsweep have 32 characters. */
const LONGEST_ID = 64;

/** How many messages lie in each list; -1 where it is none. */
const COUNTS = `
local counts = {}
for index, key in ipairs(KEYS) do
  local count = redis.pcall('LLEN', key)
  counts[index] = type(count) == 'number' and count or -1
end
return counts`;

/** The oldest of a list, each with its size. Names that are none are taken out on the way: they could be of any length. */
const OLDEST = `
local ids = redis.pcall('LRANGE', KEYS[1], -tonumber(ARGV[2]), -1)
if ids.err then
  redis.call('DEL', KEYS[1])
  return {'', -1}
end
local found = {}
for index = #ids, 1, -1 do
  local id = ids[index]
  if #id > tonumber(ARGV[3]) or string.find(id, '[^%w:-]') then
    redis.call('LREM', KEYS[1], -1, id)
    redis.call('DEL', ARGV[1] .. id)
    id = ''
  end
  local size = id == '' and -1 or redis.pcall('HSTRLEN', ARGV[1] .. id, 'data')
  found[#found + 1] = id
  found[#found + 1] = type(size) == 'number' and size or -1
end
return found`;

/** What a message says, unless the host made it larger since its size was asked, or something else of it. */
const CONTENT = `
local size = redis.pcall('HSTRLEN', KEYS[1], 'data')
local isAsAsked = type(size) == 'number' and size <= tonumber(ARGV[1])
return isAsAsked and redis.call('HGET', KEYS[1], 'data') or false`;

/** Takes one message out, wherever it stands: both or nothing, so that no half of it stays behind. */
const REMOVE = `
redis.pcall('LREM', KEYS[1], -1, ARGV[2])
return redis.call('DEL', ARGV[1] .. ARGV[2])`;

/** Takes the newest out of a list that is too long. */
const DROP = `
local ids = redis.pcall('LRANGE', KEYS[1], 0, tonumber(ARGV[2]) - 1)
if ids.err then return 0 end
for _, id in ipairs(ids) do
  redis.call('DEL', ARGV[1] .. id)
end
redis.call('LTRIM', KEYS[1], #ids, -1)
return #ids`;

/** Hosts asked about by one command. */
const HOSTS_AT_ONCE = 500;

/** Everything that hosts say, on one connection. */
export class Inbox {
  constructor(private readonly connection: QueueConnection) {
    const { client } = connection;
    client.defineCommand('sigsweepCounts', { lua: COUNTS });
    client.defineCommand('sigsweepOldest', { lua: OLDEST, numberOfKeys: 1 });
    client.defineCommand('sigsweepContent', { lua: CONTENT, numberOfKeys: 1 });
    client.defineCommand('sigsweepRemove', { lua: REMOVE, numberOfKeys: 1 });
    client.defineCommand('sigsweepDrop', { lua: DROP, numberOfKeys: 1 });
  }

  /** Which hosts have something to say, and how many messages of each wait; -1 for a host that made something else of it. */
  async counts(hosts: readonly string[]): Promise<Map<string, number>> {
    const slices: string[][] = [];
    for (let from = 0; from < hosts.length; from += HOSTS_AT_ONCE) slices.push(hosts.slice(from, from + HOSTS_AT_ONCE));
    const found = new Map<string, number>();
    const answers = await Promise.all(
      slices.map((slice) => this.#call<number[]>('sigsweepCounts', slice.length, ...slice.map(listOf))),
    );
    for (const [index, slice] of slices.entries()) {
      for (const [place, host] of slice.entries()) {
        const count = answers[index]?.[place] ?? 0;
        if (count !== 0) found.set(host, count);
      }
    }
    return found;
  }

  /** The messages of a host that have waited longest, without what they say. */
  async oldest(host: string, most: number): Promise<Waiting[]> {
    const flat = await this.#call<(string | number)[]>(
      'sigsweepOldest',
      listOf(host),
      jobPrefix(host),
      most,
      LONGEST_ID,
    );
    const found: Waiting[] = [];
    for (let index = 0; index < flat.length; index += 2) {
      found.push({ id: String(flat[index]), size: Number(flat[index + 1]) });
    }
    return found;
  }

  /**
   * The sealed text of a message; `undefined` where none lies there. What is no plain text in quotes is not unpacked: in
   * memory it could take many times its size.
   * @param size what {@link oldest} said of it.
   */
  async content(host: string, id: string, size: number): Promise<string | undefined> {
    const text = await this.#call<string | null>('sigsweepContent', jobPrefix(host) + id, size);
    return /^"([\w-]*)"$/.exec(text ?? '')?.[1];
  }

  /** Takes a message out of the queue. */
  async remove(host: string, id: string): Promise<void> {
    await this.#call('sigsweepRemove', listOf(host), jobPrefix(host), id);
  }

  /** Takes the newest messages of a host out of the queue that are more than any may have; tells how many. */
  drop(host: string, count: number): Promise<number> {
    const most = Math.min(count - MAX_WAITING_MESSAGES, MAX_FLOOD_DROPPED);
    return this.#call<number>('sigsweepDrop', listOf(host), jobPrefix(host), most);
  }

  #call<Result>(command: string, ...args: readonly (string | number)[]): Promise<Result> {
    return this.connection.script<Result>(command, args);
  }
}

/** Whether a message is larger than any may be, and so is not fetched. */
export function isTooLarge({ size }: Waiting): boolean {
  return size > MAX_SEALED_CHARACTERS + QUOTES;
}

function listOf(host: string): string {
  return `${jobPrefix(host)}wait`;
}

function jobPrefix(host: string): string {
  return `${hostPrefix(host)}:${REPORTS_QUEUE}:`;
}
