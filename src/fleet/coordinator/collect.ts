import { DAY_MILLISECONDS } from '../../duration.js';
import { MAX_BATCH_CHARACTERS, MAX_MESSAGES_A_ROUND, MAX_WAITING_MESSAGES } from '../../limits.js';
import { isTooLarge, type Waiting } from '../queue/inbox.js';
import { hostByName, listHosts } from '../store/hosts.js';
import { noteRefusal } from '../store/refusals.js';
import { openTokens, tokensOf } from '../store/tokens.js';
import type { Fleet } from './fleet.js';
import { type Judged, judge, type Known } from './judge.js';
import type { Ledger } from './ledger.js';
import { putAll } from './put.js';
import { type Happening, type Taken, take } from './take.js';

/** Hosts whose messages are looked at together. */
const HOSTS_AT_ONCE = 200;

/** Most messages that are written down with one write to the disk. */
const MESSAGES_AT_ONCE = 100;

interface Message extends Waiting {
  readonly host: string;
}

/** Who may have something to say: the hosts of a fleet, and those that have a token, for a day after its end. */
export function membersOf({ store }: Ledger, now: number): string[] {
  const enrolling = openTokens(store, new Date(now - DAY_MILLISECONDS)).map(({ host }) => host);
  return [...new Set([...listHosts(store).map(({ name }) => name), ...enrolling])];
}

/**
 * One round: takes what hosts have put into the queue, some of it from each. What is believed is written down first, then
 * answered, then taken out of the queue: whoever is killed in between finds the same message again, and knows it.
 * @param hosts whose queues are looked at.
 * @throws Error of Redis or of the database; what was not finished is done by the next round.
 */
export async function collect(fleet: Fleet, hosts: readonly string[], now = Date.now): Promise<Happening[]> {
  const happenings: Happening[] = [];
  const counts = [...(await fleet.inbox.counts(hosts))];
  for (let from = 0; from < counts.length; from += HOSTS_AT_ONCE) {
    const slice = counts.slice(from, from + HOSTS_AT_ONCE);
    for (const [host, count] of slice) {
      if (count > MAX_WAITING_MESSAGES) happenings.push(await endFlood(fleet, host, count, now()));
    }
    const found = await Promise.all(slice.map(([host]) => oldest(fleet, host)));
    for (const batch of batchesOf(found.flat())) happenings.push(...(await takeBatch(fleet, batch, now)));
  }
  return happenings;
}

async function oldest({ inbox }: Fleet, host: string): Promise<Message[]> {
  const waiting = await inbox.oldest(host, MAX_MESSAGES_A_ROUND);
  return waiting.map((message) => ({ host, ...message }));
}

/** Takes messages that are not too many to be held in memory. */
async function takeBatch(fleet: Fleet, batch: readonly Message[], now: () => number): Promise<readonly Happening[]> {
  const contents = await Promise.all(
    batch.map((message) =>
      isFetched(message) ? fleet.inbox.content(message.host, message.id, message.size) : undefined,
    ),
  );
  const time = now();
  const taken = fleet.store.transaction(() => {
    const known = new Map<string, Known>();
    return batch.map((message, index): Taken => {
      const { host, id } = message;
      const judged = judgeMessage(fleet, known, message, contents[index], time);
      return take(fleet, host, id, judged, time);
    });
  });
  const broken = await putAll(
    fleet,
    taken.flatMap(({ answers }) => answers),
    time,
  );
  await Promise.all(batch.filter(({ id }) => id !== '').map(({ host, id }) => fleet.inbox.remove(host, id)));
  return [...taken.flatMap(({ happenings }) => happenings), ...broken];
}

function judgeMessage(
  ledger: Ledger,
  all: Map<string, Known>,
  message: Message,
  content: unknown,
  now: number,
): Judged {
  const { host, size } = message;
  if (isTooLarge(message)) {
    return { what: 'refused', why: 'too large', detail: `it has ${size} characters, more than any message may have` };
  }
  if (size < 0) return { what: 'refused', why: 'malformed', detail: 'what lies in the queue is no message' };
  let known = all.get(host);
  if (known === undefined) {
    known = knownOf(ledger, host);
    all.set(host, known);
  }
  const judged = judge(content, known, now);
  // Whoever enrolled in the same batch speaks with the new key from now on.
  if (judged.what === 'enrol') all.delete(host);
  return judged;
}

/** By whose keys a message from a host's queue can be sealed. */
function knownOf({ store }: Ledger, name: string): Known {
  const host = hostByName(store, name);
  return {
    host: name,
    publicKey: host === null || host.removedAt !== null ? null : host.publicKey,
    tokens: tokensOf(store, name).map(({ publicKey }) => publicKey),
  };
}

async function endFlood(fleet: Fleet, host: string, count: number, now: number): Promise<Happening> {
  const dropped = await fleet.inbox.drop(host, count);
  const detail = `${count} messages lay in its queue, and the newest ${dropped} were dropped`;
  noteRefusal(fleet.store, host, 'too many', detail, new Date(now));
  return { host, what: 'refused', detail: `too many: ${detail}` };
}

function* batchesOf(messages: readonly Message[]): Generator<Message[]> {
  let batch: Message[] = [];
  let characters = 0;
  for (const message of messages) {
    const size = isFetched(message) ? message.size : 0;
    if (batch.length >= MESSAGES_AT_ONCE || (batch.length > 0 && characters + size > MAX_BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(message);
    characters += size;
  }
  if (batch.length > 0) yield batch;
}

function isFetched(message: Message): boolean {
  return message.size >= 0 && !isTooLarge(message);
}
