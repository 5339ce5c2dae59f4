import { SigsweepError } from '../../errors.js';
import { oneLine } from '../../report/one-line.js';
import { countInWords } from '../../words.js';
import type { QueueConnection } from '../queue/connection.js';
import { addFlow, type Flow, flowKeys, lockKey } from '../queue/flow.js';
import type { SharedScanOptions } from './ask.js';
import type { Parts } from './parts.js';

/** How often it is looked what came, in milliseconds. */
const LOOK_INTERVAL = 250;

/** After so many milliseconds without anybody at work somebody is told. */
const PATIENCE = 10_000;

/** Takes parts until all are there. Should Redis have lost the flow, what is missing is asked for again. */
export async function collect(
  { connection, onNotice }: SharedScanOptions,
  flow: Flow,
  parts: Parts,
  signal: AbortSignal | undefined,
  onPart: () => void,
): Promise<void> {
  const keys = flowKeys(flow);
  const idle = new IdleWatch(onNotice);
  onPart();
  while (!parts.isComplete) {
    if (signal?.aborted) return;
    const came = await untilAborted(look(connection, flow, keys, parts), signal);
    if (came === null) return;
    if (came.parts > 0) onPart();
    idle.note(came.parts > 0 || came.active > 0);
    if (came.parts === 0) await untilAborted(new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL)), signal);
  }
}

/** One look at what came. @throws SigsweepError STORE_SCAN_FAILED */
async function look(
  connection: QueueConnection,
  flow: Flow,
  keys: ReturnType<typeof flowKeys>,
  parts: Parts,
): Promise<{ parts: number; active: number }> {
  const { client } = connection;
  const [there, processed, bad] = await Promise.all([
    client.exists(keys.parent),
    client.hlen(keys.processed),
    client.hlen(keys.failed),
  ]);
  const waited = flow.children.flatMap((child, index) => {
    return parts.has(index) ? [] : [{ index, field: keys.child(child.queue, child.id) }];
  });
  if (there === 0) {
    await addFlow(connection, { ...flow, children: flow.children.filter((_, index) => !parts.has(index)) });
    return { parts: 0, active: 0 };
  }
  let taken = 0;
  const [sizes, reasons] = await Promise.all([
    processed === 0 ? [] : lengths(connection, keys.processed, waited),
    bad === 0 ? [] : lengths(connection, keys.failed, waited),
  ]);
  for (const [at, { index, field }] of waited.entries()) {
    if ((reasons[at] ?? 0) > 0) {
      const reason = Number(reasons[at]) > LONGEST_REASON ? null : await client.hget(keys.failed, field);
      const why = oneLine(reason ?? 'the reason is too long', MOST_WORDS);
      throw failed(`batch ${index + 1} of ${flow.children.length} could not be scanned: ${why}`);
    }
    const size = sizes[at] ?? 0;
    if (size === 0) continue;
    parts.requireSize(index, size);
    parts.take(index, (await client.hget(keys.processed, field)) ?? '');
    // It is here; Redis needs its memory for the others.
    await client.hdel(keys.processed, field);
    taken += 1;
  }
  // Only the living take what the dead have left: where nobody lives it stays theirs.
  const active = taken > 0 ? taken : await client.exists(waited.map(({ field }) => lockKey(field)));
  return { parts: taken, active };
}

/** Of what stands in the queue as a reason, so many bytes are fetched, and so many characters shown. */
const LONGEST_REASON = 65_536;
const MOST_WORDS = 600;

/** How many bytes stand in each of these fields of a hash. */
async function lengths(
  { client }: QueueConnection,
  key: string,
  fields: readonly { readonly field: string }[],
): Promise<number[]> {
  const asked = client.pipeline();
  for (const { field } of fields) asked.hstrlen(key, field);
  const answers = (await asked.exec()) ?? [];
  return answers.map(([, size]) => Number(size));
}

/** Tells once that nobody works. */
class IdleWatch {
  #since = performance.now();
  #told = false;

  constructor(private readonly onNotice: ((sentence: string) => void) | undefined) {}

  note(isBusy: boolean): void {
    if (isBusy) {
      this.#since = performance.now();
      this.#told = false;
    } else if (!this.#told && performance.now() - this.#since > PATIENCE) {
      this.#told = true;
      this.onNotice?.(
        `no machine has taken a batch for ${countInWords(PATIENCE / 1000, 'second')}: start sigsweep agent with --store of this folder on those that mount it`,
      );
    }
  }
}

async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result | null> {
  if (signal === undefined) return work;
  let stop = () => {};
  const aborted = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
  });
  // What Redis says later, nobody waits for.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function failed(message: string): SigsweepError {
  return new SigsweepError('STORE_SCAN_FAILED', message);
}
