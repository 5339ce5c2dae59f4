import type { KeyObject } from 'node:crypto';
import type { ScanMemory } from '../../scan/memory.js';
import type { ScanOptions } from '../../scan/options.js';
import type { PlannedScan } from '../../scan/scan-parts.js';
import { findLayout } from '../../scan/system/layout.js';
import { type Body, MAX_DEADLINE, message } from '../message/message.js';
import { seal } from '../message/seal.js';
import { batchesQueue, COORDINATOR, SCANS_QUEUE, STORE_PREFIX, STORE_WORKERS } from '../names.js';
import type { QueueConnection } from '../queue/connection.js';
import type { Flow } from '../queue/flow.js';
import type { Batch } from './batches.js';
import { digestsOf } from './trust.js';

/** Whom a shared scan rests on. */
export interface SharedScanOptions {
  readonly connection: QueueConnection;
  /** The coordinator's own key: it seals what is asked. */
  readonly key: KeyObject;
  /** Public key of a host that may work on stores; `null` for any other. Asked for each part: hosts come and go. */
  readonly keyOf: (host: string) => KeyObject | null;
  /** What a person should know while it runs, in sentences. */
  readonly onNotice?: (sentence: string) => void;
  /** How often a batch is tried by whoever is free. @default 10 */
  readonly attempts?: number;
}

/** How often a batch is tried, where nobody said. */
const DEFAULT_ATTEMPTS = 10;

/** Between two tries of a batch that somebody refused, in milliseconds. */
const ATTEMPT_PAUSE = 1000;

/** What all batches of a scan have in common. @throws SigsweepError for keys and lists that cannot be read */
export async function bodyOf(
  scan: ScanOptions,
  { plan }: PlannedScan,
  now: Date,
  memory: ScanMemory | undefined,
): Promise<Body<'store'>> {
  const { names, discovered, search } = plan;
  const newest = names.flatMap((name): [typeof name, number, number][] => {
    const seen = memory?.newestSignature(name) ?? null;
    return seen === null ? [] : [[name, seen.signedAt.getTime(), seen.seenAt.getTime()]];
  });
  const { all = false, deep = false, oneFileSystem = false } = scan;
  const { modules, strangers, links, problem } = discovered;
  return {
    roots: [...findLayout(scan).roots],
    plan: {
      names: [...names],
      discovered: { modules: [...modules], strangers: [...strangers], links: [...links], problem },
      search,
    },
    now: now.getTime(),
    trust: await digestsOf(scan, now),
    look: { all, deep, oneFileSystem },
    newest,
  };
}

/** The scan as it lies in the queue: sealed, a job for each batch. */
export function flowOf(
  { key, attempts = DEFAULT_ATTEMPTS }: SharedScanOptions,
  nonce: string,
  root: string,
  body: Body<'store'>,
  batches: readonly Batch[],
): Flow {
  const issued = Date.now();
  const frame = { from: COORDINATOR, to: STORE_WORKERS, issued, expires: issued + MAX_DEADLINE };
  const sealed = (text: object) => ({ message: seal(key, JSON.stringify(text)) });
  return {
    prefix: STORE_PREFIX,
    queue: SCANS_QUEUE,
    id: nonce,
    data: sealed(message({ ...frame, kind: 'store', nonce, body })),
    children: batches.map(({ index, modules, rest }) => ({
      queue: batchesQueue(root),
      id: `${nonce}-${index}`,
      data: sealed(message({ ...frame, kind: 'batch', body: { scan: nonce, index, modules: [...modules], rest } })),
    })),
    attempts,
    pause: ATTEMPT_PAUSE,
  };
}
