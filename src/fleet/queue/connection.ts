import { Queue, Worker, type WorkerOptions } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { errnoOf, SigsweepError } from '../../errors.js';
import { networkErrorInWords } from '../../net/failure.js';
import { oneLine } from '../../report/one-line.js';
import { addressInWords, type QueueAddress } from './address.js';

/** How long one attempt to connect may take, in milliseconds. */
const CONNECT_MILLISECONDS = 10_000;

/** After so long without a word from Redis that was asked something, the network is gone. Workers wait 10 s at most. */
const SILENCE_MILLISECONDS = 45_000;

/** The longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE = 30_000;

/** What is kept of what happened in a queue: nobody reads it, and results would stand in it again. */
export const EVENTS_KEPT = 10;

/** The same of jobs is not said again for so long, in milliseconds, and so many kinds are told apart. */
const QUIET_MILLISECONDS = 10 * 60_000;
const MOST_KINDS = 100;

const MOST_WORDS = 200;

/** What is told about a connection, in sentences. */
export interface ConnectionOptions {
  /** Something is wrong, or over; the same is not said twice in a row. */
  readonly onState?: (sentence: string) => void;
}

/** A job as it is processed: what BullMQ's `Job` has, as far as it is used. */
export type Process = NonNullable<Extract<ConstructorParameters<typeof Worker>[1], (...args: never[]) => unknown>>;

/**
 * The way to Redis: one connection for everything but waiting for jobs, which takes one more a worker. It never gives up;
 * what it cannot do now, it says.
 */
export class QueueConnection {
  readonly client: Redis;
  readonly #queues = new Map<string, Queue>();
  readonly #workers: Worker[] = [];
  /** Kind of a problem with jobs → until when it is not said again, by `performance.now()`. */
  readonly #quietUntil = new Map<string, number>();
  #problem = '';
  #said = '';

  constructor(
    readonly address: QueueAddress,
    private readonly options: ConnectionOptions = {},
  ) {
    this.client = new Redis(redisOptions(address, (pause) => this.#sayProblem(pause)));
    this.client.on('error', (error) => {
      this.#problem = problemInWords(error);
    });
    this.client.on('ready', () => this.#say(this.#said === '' ? '' : `${this.place} is reached again`));
  }

  /** Where Redis is, without secrets. */
  get place(): string {
    return addressInWords(this.address);
  }

  /** Whether Redis can be asked now. */
  get isReady(): boolean {
    return this.client.status === 'ready';
  }

  /**
   * Resolves when Redis answers, or the signal says that nobody waits for it any more.
   * @throws SigsweepError QUEUE_UNREACHABLE after so many milliseconds, with what was tried.
   */
  async ready(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const end = performance.now() + milliseconds;
    while (!this.isReady && !signal?.aborted) {
      if (performance.now() > end) throw this.unreachable(milliseconds);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** That Redis could not be reached in so long, and why. */
  unreachable(milliseconds: number): SigsweepError {
    const why = this.#problem === '' ? 'it does not answer' : this.#problem;
    const seconds = Math.round(milliseconds / 1000);
    return new SigsweepError(
      'QUEUE_UNREACHABLE',
      `${this.place} was tried for ${seconds} s: ${why}; see that Redis runs there and lets this user in`,
    );
  }

  /** A queue to put jobs into. */
  queue(prefix: string, name: string): Queue {
    const key = `${prefix}:${name}`;
    let queue = this.#queues.get(key);
    if (queue === undefined) {
      queue = new Queue(name, {
        connection: this.client,
        prefix,
        streams: { events: { maxLen: EVENTS_KEPT } },
        skipWaitingForReady: true,
      });
      // The connection says the same; without a listener it would end the program.
      queue.on('error', () => undefined);
      this.#queues.set(key, queue);
    }
    return queue;
  }

  /** Runs a script that was defined on the client by this name. @throws Error of Redis */
  script<Result>(name: string, args: readonly (string | number)[]): Promise<Result> {
    // Defined at run time, so that no type knows of it.
    const scripts = this.client as unknown as Record<string, (...args: readonly unknown[]) => Promise<Result>>;
    const run = scripts[name];
    if (run === undefined) throw new Error(`no script is called ${name}`);
    return run.apply(this.client, [...args]);
  }

  /** Begins to take jobs out of a queue. */
  worker(prefix: string, name: string, work: Process, options: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker {
    const worker = new Worker(name, work, {
      ...options,
      connection: this.client,
      prefix,
      runRetryDelay: 1000,
      // Where it may not be asked, BullMQ asks again for ever, and lets nothing else in the program have its turn.
      skipVersionCheck: true,
    });
    worker.on('error', (error) => {
      if (this.isReady) this.#sayOfJobs(problemInWords(error));
    });
    this.#workers.push(worker);
    return worker;
  }

  /** Ends the connections. Jobs that are being worked on are left to whoever comes back for them. */
  async close(): Promise<void> {
    const workers = this.#workers.map((worker) => worker.close(true).catch(() => undefined));
    const queues = [...this.#queues.values()].map((queue) => queue.close().catch(() => undefined));
    const all = Promise.all([...workers, ...queues]);
    // Without Redis they would wait for it.
    if (this.isReady) await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
    this.client.disconnect();
  }

  #sayProblem(pause: number): void {
    const why = this.#problem === '' ? 'the connection ended' : this.#problem;
    this.#say(
      `${this.place} cannot be reached: ${why}; it is tried again, at first in ${Math.ceil(pause / 1000)} s`,
      why,
    );
  }

  /** A job that goes wrong does so again and again, and Redis refuses what it has no memory for at every turn. */
  #sayOfJobs(problem: string): void {
    const kind = problem.replace(/\b[0-9a-f]{32}\b/g, '');
    const now = performance.now();
    if (now < (this.#quietUntil.get(kind) ?? 0)) return;
    // What jobs hold may stand in it.
    if (this.#quietUntil.size >= MOST_KINDS) this.#quietUntil.clear();
    this.#quietUntil.set(kind, now + QUIET_MILLISECONDS);
    this.options.onState?.(`${this.place}: ${problem}`);
  }

  /** @param key what makes it the same sentence as before. */
  #say(sentence: string, key = sentence): void {
    if (key === this.#said) return;
    this.#said = this.isReady ? '' : key;
    if (sentence !== '') this.options.onState?.(sentence);
  }
}

function redisOptions(address: QueueAddress, onPause: (milliseconds: number) => void) {
  const { host, port, tls, user, password, authority } = address;
  return {
    // In clear it goes to this machine only, whoever answers for names.
    host: !tls && host === 'localhost' ? '127.0.0.1' : host,
    port,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: { rejectUnauthorized: true, ...(authority === undefined ? {} : { ca: authority }) } } : {}),
    connectTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENCE_MILLISECONDS,
    keepAlive: CONNECT_MILLISECONDS,
    // What a user may not is noted in Redis's ACL LOG, which is for those who try something.
    disableClientInfo: true,
    // Workers wait as long as it takes.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => {
      const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(times, 10));
      onPause(pause);
      return pause;
    },
  } satisfies RedisOptions;
}

/** What Redis or the network says, in one line. */
export function problemInWords(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  // Where in which script, nobody wants to know.
  const words = said.replace(/\.? script: [0-9a-f]{40}, on .*$/s, '');
  // Redis's own errors begin with a word in capitals: WRONGPASS, NOAUTH, OOM, NOPERM …
  if (/^[A-Z]{2,} /.test(words) && errnoOf(error) === undefined) return oneLine(words, MOST_WORDS);
  return networkErrorInWords(error, { authority: 'given with --queue-ca', tls: 'the port and rediss://' });
}

/** Whether Redis refused to write because its memory is used up. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM command not allowed\b/.test(error.message);
}
