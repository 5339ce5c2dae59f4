import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { newKey, publicKeyOf } from '../../src/fleet/keys.js';
import { believe } from '../../src/fleet/message/believe.js';
import {
  type AnyMessage,
  type Body,
  type Kind,
  type Message,
  message,
  newNonce,
  TO_COORDINATOR,
} from '../../src/fleet/message/message.js';
import { seal } from '../../src/fleet/message/seal.js';
import { COORDINATOR, hostPrefix, JOBS_QUEUE, REPORTS_QUEUE } from '../../src/fleet/names.js';
import { queueAddress } from '../../src/fleet/queue/address.js';
import { QueueConnection } from '../../src/fleet/queue/connection.js';
import { newToken, type Token } from '../../src/fleet/token.js';

/** What of a message is not as it should be. */
export interface Wrong {
  readonly key?: KeyObject;
  readonly from?: string;
  readonly to?: string;
  readonly nonce?: string;
  readonly issued?: number;
  readonly expires?: number;
}

const MINUTE = 60_000;

/** Just enough of a coordinator to talk with one host. */
export class SmallCoordinator {
  readonly key = newKey();
  /** Messages of the host that nobody waited for yet, the oldest first. */
  readonly heard: AnyMessage[] = [];
  /** Said with what did not come. */
  also: () => string = () => '';
  readonly #connection: QueueConnection;
  #hostKeys: readonly KeyObject[] = [];

  constructor(
    url: string,
    readonly host: string,
    authority?: string,
  ) {
    this.#connection = new QueueConnection(queueAddress(url, authority === undefined ? {} : { authority }));
    onTestFinished(() => this.#connection.close());
  }

  token(life = 10 * MINUTE): Token {
    const token = newToken(this.host, this.key, Date.now() + life);
    this.#hostKeys = [token.key];
    return token;
  }

  /** Takes the host in whose token it gave out. */
  async enrol(): Promise<void> {
    const { body } = await this.next('enrol');
    this.#hostKeys = [publicKeyOf(body.publicKey)];
    await this.say('enrolled', { publicKey: body.publicKey });
  }

  /** A sealed message to the host. */
  sealed<K extends Kind>(kind: K, body: Body<K>, wrong: Wrong = {}): { nonce: string; text: string } {
    const now = Date.now();
    const { key = this.key, from = COORDINATOR, to = this.host, nonce = newNonce() } = wrong;
    const { issued = now, expires = issued + 10 * MINUTE } = wrong;
    return { nonce, text: seal(key, JSON.stringify(message({ kind, from, to, nonce, issued, expires, body }))) };
  }

  /** Puts a message into the queue of the host. @returns its nonce */
  async say<K extends Kind>(kind: K, body: Body<K>, wrong: Wrong = {}): Promise<string> {
    const { nonce, text } = this.sealed(kind, body, wrong);
    await this.put(kind, nonce, text);
    return nonce;
  }

  /** Puts anything at all there. */
  async put(name: string, id: string, data: unknown): Promise<void> {
    await this.#connection.queue(hostPrefix(this.host), JOBS_QUEUE).add(name, data, { jobId: id });
  }

  /** In which state a job of the host is. */
  async stateOf(id: string): Promise<string> {
    return this.#connection.queue(hostPrefix(this.host), JOBS_QUEUE).getJobState(id);
  }

  /** What the host says of its job, as soon as it says something. */
  async progress(id: string): Promise<Message<'progress'>> {
    for (let tries = 0; tries < 200; tries += 1) {
      const job = await this.#connection.queue(hostPrefix(this.host), JOBS_QUEUE).getJob(id);
      const opened = believe(job?.progress, this.#expected());
      if (opened.ok && opened.message.kind === 'progress') return opened.message;
      await sleep(50);
    }
    throw new Error(`nothing was said of job ${id}\n${this.also()}`);
  }

  /** The next message of a kind; others stay in `heard`. */
  async next<K extends Kind>(kind: K, isMeant: (body: Body<K>) => boolean = () => true): Promise<Message<K>> {
    const end = performance.now() + 25_000;
    for (;;) {
      const index = this.heard.findIndex((one) => one.kind === kind && isMeant(one.body as Body<K>));
      if (index >= 0) return this.heard.splice(index, 1)[0] as unknown as Message<K>;
      if (performance.now() > end)
        throw new Error(`no ${kind} came, but ${JSON.stringify(this.heard)}\n${this.also()}`);
      await this.listen();
      await sleep(30);
    }
  }

  /** Takes all that lies in the queue. @throws Error for what is not to be believed */
  async listen(): Promise<void> {
    const queue = this.#connection.queue(hostPrefix(this.host), REPORTS_QUEUE);
    for (const job of await queue.getWaiting()) {
      const believed = believe(job.data, this.#expected());
      if (!believed.ok) throw new Error(`the host said what is not to be believed: ${believed.why}`);
      this.heard.push(believed.message);
      await queue.remove(String(job.id));
    }
  }

  #expected() {
    const { host, ...rest } = { host: this.host, keys: this.#hostKeys, to: COORDINATOR, now: Date.now() };
    return { ...rest, from: host, kinds: TO_COORDINATOR };
  }
}
