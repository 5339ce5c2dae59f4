import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPrefix, JOBS_QUEUE } from '../names.js';
import type { QueueAddress } from '../queue/address.js';
import { removeIfBroken } from '../queue/broken.js';
import { QueueConnection } from '../queue/connection.js';
import { type StoreWorker, startStoreWorker } from '../store-scan/worker.js';
import type { Token } from '../token.js';
import { Deliveries } from './deliveries.js';
import { enrol } from './enrol.js';
import { type Enrolment, mustEnrol } from './enrolment.js';
import { AgentFolder } from './folder.js';
import { Hello } from './hello.js';
import { Jobs } from './jobs.js';
import { Post } from './post.js';
import type { OwnScan } from './scan.js';

/** How a host is one of a fleet. */
export interface AgentOptions {
  readonly address: QueueAddress;
  /** Where it keeps its key, whom it believes, and what waits. */
  readonly folder: string;
  /** What the coordinator gave out for this host; `null` where it is enrolled already. */
  readonly token: Token | null;
  /** For how long a job is this agent's without a sign of life, in milliseconds. */
  readonly lock: number;
  /** A web root that it scans together with others, besides its own; `null` for none. */
  readonly store: string | null;
  /** How it scans, whatever is asked. */
  readonly scan: OwnScan;
  /** Is told what happens, in sentences that may hold names of any kind. */
  readonly say: (sentence: string) => void;
  /** Ends it. */
  readonly stop: AbortSignal;
  /** The exit code of the signal that ends it. */
  readonly interrupted: () => number | undefined;
}

/** A job that ends its agent is taken up again as often as this; `Jobs` gives up long before. */
const MOST_STALLED = 20;

/** More jobs in ten seconds than a coordinator ever has for one host: somebody fills the queue. */
const LIMITER = { max: 100, duration: 10_000 };

/** Seconds that one question for a job waits. */
const WAIT_SECONDS = 10;

/** How long what is being done may take to end, in milliseconds: an alert may be on its way. */
const LAST_MILLISECONDS = 15_000;

/**
 * Does what the coordinator asks of this host, until it is stopped. Redis may be away meanwhile.
 * @throws SigsweepError FLEET_UNUSABLE, FILE_UNSAFE, ENROLMENT_REFUSED
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { address, say, stop, token } = options;
  const folder = new AgentFolder(options.folder, say);
  const connection = new QueueConnection(address, { onState: say });
  try {
    const present = folder.enrolment;
    let enrolment = present;
    if (mustEnrol(options.folder, present, token, new Date()) && token !== null) {
      enrolment = await enrol(connection, token, folder.key, { say, stop });
      folder.enrol(enrolment);
      say(`${enrolment.host} belongs to the fleet now`);
    }
    if (enrolment !== null) await work(options, enrolment, folder, connection);
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    await connection.close();
    folder.close();
  }
}

async function work(
  options: AgentOptions,
  enrolment: Enrolment,
  folder: AgentFolder,
  connection: QueueConnection,
): Promise<void> {
  const { say, stop, lock, scan, interrupted } = options;
  const prefix = hostPrefix(enrolment.host);
  const store = await storeWork(options, enrolment, folder, connection);
  const alone = <Result>(work: () => Promise<Result>) => (store === null ? work() : store.aside(work));
  const post = new Post(connection, enrolment.host);
  const deliveries = new Deliveries(post, folder.key, folder.spool, say);
  const hello = new Hello(post, folder.key);
  const jobs = new Jobs({ enrolment, folder, post, deliveries, hello, scan, alone, say, stop, interrupted });
  const onReady = () => {
    // Redis may have lost what was sent.
    deliveries.again();
    hello.send();
  };
  connection.client.on('ready', onReady);
  try {
    stop.throwIfAborted();
    const worker = connection.worker(prefix, JOBS_QUEUE, jobs.take, {
      concurrency: 1,
      lockDuration: lock,
      stalledInterval: lock / 2,
      maxStalledCount: MOST_STALLED,
      limiter: LIMITER,
      drainDelay: WAIT_SECONDS,
    });
    worker.on('stalled', (id) => {
      removeIfBroken(connection, prefix, JOBS_QUEUE, id)
        .then((isBroken) => isBroken && say('a job that cannot be read was thrown away'))
        // It will have stalled again before long.
        .catch(() => undefined);
    });
    const waiting = folder.spool.waiting.length;
    say(
      `${enrolment.host} waits for jobs from ${connection.place}${waiting === 0 ? '' : `; ${waiting} reports wait here`}`,
    );
    if (post.isOpen) onReady();
    await once(stop, 'abort');
    // Before the scan that it aborts has ended: no other job is to be taken.
    void worker.pause(true);
    await Promise.race([jobs.ended, sleep(LAST_MILLISECONDS, undefined, { ref: false })]);
  } finally {
    await store?.stop();
    connection.client.off('ready', onReady);
    deliveries.close();
    hello.close();
  }
}

/** Begins to work on a store with others, where there is one. */
async function storeWork(
  { store, scan, lock, say }: AgentOptions,
  { host, coordinator }: Enrolment,
  { key }: AgentFolder,
  connection: QueueConnection,
): Promise<StoreWorker | null> {
  if (store === null) return null;
  const own = { connection, host, key, coordinator, store, scan: scan.scan, lock, onNotice: say };
  const worker = await startStoreWorker(own);
  say(`${host} works on ${worker.root} together with others`);
  return worker;
}
