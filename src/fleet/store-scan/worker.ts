import type { KeyObject } from 'node:crypto';
import type { BytePath } from '../../files/bytepath.js';
import type { ScanOptions } from '../../scan/options.js';
import { findLayout } from '../../scan/system/layout.js';
import { batchesQueue, STORE_PREFIX } from '../names.js';
import type { QueueConnection } from '../queue/connection.js';
import { digestsOf } from './trust.js';
import { StoreWork } from './work.js';

/** What a machine needs to work on a store together with others. */
export interface StoreWorkerOptions {
  readonly connection: QueueConnection;
  /** This host's name in the fleet, and its own key, with which the coordinator knows its parts. */
  readonly host: string;
  readonly key: KeyObject;
  /** Whose batches are done: the coordinator that the host was enrolled by. */
  readonly coordinator: KeyObject;
  /** The web root that may be scanned, as `--store` gives it. */
  readonly store: string;
  /** This machine's own: whose signatures count, where the rest of the system lies, threads and rate. */
  readonly scan: Omit<ScanOptions, 'webRoot' | 'modules' | 'now' | 'signal' | 'onProgress'>;
  /** After so many milliseconds without a sign of life of this process others take its batch. */
  readonly lock: number;
  /** What happens, in sentences for a log. */
  readonly onNotice?: (sentence: string) => void;
}

/** A machine that works on a store. */
export interface StoreWorker {
  /** Where the store really lies. */
  readonly root: BytePath;
  /**
   * Does something else meanwhile: a batch that is not done goes back at once, and none is taken until it has ended. The
   * agent scans its own system so, because a host does one scan at a time and no batch may wait for hours.
   */
  aside<Result>(other: () => Promise<Result>): Promise<Result>;
  /** Ends the work: a batch that is not done goes back, at once, to whoever comes next. */
  stop(): Promise<void>;
}

/** How often a batch may be taken from a process that died. One that ends every process must not go round for ever. */
const MAX_DEATHS = 20;

/** The longest pause between two looks for batches of the dead, in milliseconds. */
const LONGEST_CHECK = 30_000;

/** How long the end of a worker may take, in milliseconds; what it has not given back by then others take when its lock is over. */
const LONGEST_END = 5000;

/**
 * Begins to take batches of shared scans (`sigsweep scan DIR --queue URL`) out of the queue, one at a time, and hands back
 * what came of each, signed. The agent calls it once, after it was enrolled, where it has `--store DIR`:
 *
 *     const worker = await startStoreWorker({ connection, host, key, coordinator, store, scan, lock });
 *     …
 *     await worker.stop(); // before connection.close()
 *
 * It goes on whatever happens to single batches, and waits where Redis is away.
 * @throws SigsweepError WEB_ROOT_NOT_FOUND where the store is none, and for keys and lists that cannot be read.
 */
export async function startStoreWorker(options: StoreWorkerOptions): Promise<StoreWorker> {
  const layout = findLayout({ ...options.scan, webRoot: options.store });
  const [root] = layout.roots;
  if (root === undefined) throw new Error('a layout has a web root');
  // What cannot be read is better said now than at night.
  await digestsOf(options.scan, new Date());
  const work = new StoreWork(options, layout.roots);
  const worker = options.connection.worker(STORE_PREFIX, batchesQueue(root), work.process, {
    concurrency: 1,
    lockDuration: options.lock,
    stalledInterval: Math.min(options.lock, LONGEST_CHECK),
    maxStalledCount: MAX_DEATHS,
  });
  // Somebody else has it by now.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id);
  });
  return {
    root,
    aside: async (other) => {
      work.interrupt();
      // It resolves when what is being done has ended, which need not be waited for.
      await worker.pause(true);
      try {
        return await other();
      } finally {
        work.goOn();
        worker.resume();
      }
    },
    stop: async () => {
      work.stop();
      // Without Redis nothing can be given back, and nobody is told.
      const closed = worker.close(!options.connection.isReady);
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LONGEST_END).unref())]);
    },
  };
}
