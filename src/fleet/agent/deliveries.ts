import type { KeyObject } from 'node:crypto';
import { DAY_MILLISECONDS } from '../../duration.js';
import { isFull, problemInWords } from '../queue/connection.js';
import type { Post } from './post.js';
import type { Answer, Spool, Waiting } from './spool.js';

/** How often it is looked whether something is to be sent, in milliseconds. */
const TICK = 1000;

/** How long an answer is waited for before it is seen whether the message still lies there: at first, and at most. */
const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 10 * 60_000;

/** How long a message with an answer may be read. A coordinator may be away over a long weekend. */
const LIFE = 7 * DAY_MILLISECONDS;

interface Attempt {
  /** By `performance.now()`. */
  readonly next: number;
  readonly pause: number;
  /** When the message that lies in the queue is too old to be left there, milliseconds since the epoch. */
  readonly staleAt: number;
}

const AT_ONCE = { next: 0, pause: FIRST_PAUSE };
const FIRST: Attempt = { ...AT_ONCE, staleAt: 0 };

/** Sends what waits in the spool, again and again, until it is taken out. */
export class Deliveries {
  readonly #attempts = new Map<string, Attempt>();
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;
  #said = '';

  constructor(
    private readonly post: Post,
    private readonly key: KeyObject,
    private readonly spool: Spool,
    private readonly say: (sentence: string) => void,
  ) {
    this.#timer = setInterval(() => void this.run(), TICK);
  }

  /** It is to be seen at once whether what waits still lies in the queue, or one answer of it: Redis may have lost it. */
  again(nonce?: string): void {
    for (const [one, attempt] of this.#attempts) {
      if (nonce === undefined || nonce === one) this.#attempts.set(one, { ...attempt, ...AT_ONCE });
    }
  }

  /** Sends what is due. Never throws. */
  run(): Promise<void> {
    this.#running ??= this.#sendDue().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #sendDue(): Promise<void> {
    const { waiting } = this.spool;
    for (const nonce of this.#attempts.keys()) {
      if (!waiting.some((one) => one.nonce === nonce)) this.#attempts.delete(nonce);
    }
    for (const one of waiting) {
      if (!this.post.isOpen) return;
      const { next, pause, staleAt } = this.#attempts.get(one.nonce) ?? FIRST;
      if (performance.now() < next) continue;
      const following = { next: performance.now() + pause, pause: Math.min(LONGEST_PAUSE, 2 * pause) };
      this.#attempts.set(one.nonce, { ...following, staleAt });
      try {
        const until = await this.#sendOne(one, staleAt);
        const present = this.#attempts.get(one.nonce);
        if (present !== undefined) this.#attempts.set(one.nonce, { ...present, staleAt: until });
        this.#said = '';
      } catch (error) {
        this.#tell(one, error, pause);
      }
    }
  }

  /** @returns when what lies in the queue then is too old. */
  async #sendOne({ nonce }: Waiting, staleAt: number): Promise<number> {
    if (Date.now() < staleAt && (await this.post.lies(nonce))) return staleAt;
    const answer = this.spool.read(nonce);
    if (answer === null) return 0;
    await this.#send(answer);
    return Date.now() + LIFE / 2;
  }

  #send({ nonce, job, code, text }: Answer): Promise<void> {
    const sending = { key: this.key, nonce, life: LIFE };
    if (code === '') return this.post.send('report', { job, report: text }, sending);
    return this.post.send('failure', { job, code, reason: text }, sending);
  }

  #tell({ job }: Waiting, error: unknown, pause: number): void {
    const why = isFull(error) ? `Redis is full (${problemInWords(error)})` : problemInWords(error);
    if (why === this.#said) return;
    this.#said = why;
    const seconds = Math.round(pause / 1000);
    this.say(`the report of job ${job} could not be sent: ${why}; it is kept, and tried again in ${seconds} s`);
  }
}
