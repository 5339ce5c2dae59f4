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

  /** What waits is to be sent at once, whenever it was sent before: Redis may have lost it. */
  again(nonce?: string): void {
    if (nonce === undefined) this.#attempts.clear();
    else this.#attempts.delete(nonce);
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
    for (const nonce of this.#attempts.keys()) if (!waiting.some((one) => one.nonce === nonce)) this.again(nonce);
    for (const one of waiting) {
      if (!this.post.isOpen) return;
      const before = this.#attempts.get(one.nonce);
      if (before !== undefined && performance.now() < before.next) continue;
      const pause = Math.min(LONGEST_PAUSE, before === undefined ? FIRST_PAUSE : 2 * before.pause);
      const next = () => performance.now() + pause;
      // Before it is tried: what goes wrong is not tried again at once either.
      this.#attempts.set(one.nonce, { pause, next: next(), staleAt: before?.staleAt ?? 0 });
      try {
        const staleAt = await this.#sendOne(one, before?.staleAt ?? 0);
        this.#attempts.set(one.nonce, { pause, next: next(), staleAt });
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
