import type { KeyObject } from 'node:crypto';
import { SigsweepError } from '../../errors.js';
import { MAX_SEALED_CHARACTERS } from '../../limits.js';
import { type Body, message, newNonce, type TO_COORDINATOR } from '../message/message.js';
import { seal } from '../message/seal.js';
import { COORDINATOR, hostPrefix, REPORTS_QUEUE } from '../names.js';
import type { QueueConnection } from '../queue/connection.js';

type ToCoordinator = (typeof TO_COORDINATOR)[number];

/** How a message goes. */
export interface Sending {
  /** Seals it. */
  readonly key: KeyObject;
  /** @default a new one */
  readonly nonce?: string;
  /** What it is called in the queue; one of that name that still lies there goes. @default its nonce */
  readonly place?: string;
  /** How long it may be read, in milliseconds. */
  readonly life: number;
}

/** The way from a host to its coordinator. */
export class Post {
  constructor(
    private readonly connection: QueueConnection,
    private readonly host: string,
  ) {}

  /** Whether something can be sent now, so far as is known. */
  get isOpen(): boolean {
    return this.connection.isReady;
  }

  /** One message of this host, sealed. */
  sealed<K extends ToCoordinator>(kind: K, body: Body<K>, { key, nonce = newNonce(), life }: Sending): string {
    const issued = Date.now();
    const draft = { kind, from: this.host, to: COORDINATOR, nonce, issued, expires: issued + life, body };
    return seal(key, JSON.stringify(message(draft)));
  }

  /**
   * Puts a message into the queue, in the place of an older one.
   * @throws SigsweepError USAGE for one that nobody would take, and errors of Redis.
   */
  async send<K extends ToCoordinator>(kind: K, body: Body<K>, sending: Sending): Promise<void> {
    const nonce = sending.nonce ?? newNonce();
    const text = this.sealed(kind, body, { ...sending, nonce });
    if (text.length > MAX_SEALED_CHARACTERS) {
      throw new SigsweepError('USAGE', `a message of ${text.length} characters is larger than any may be`);
    }
    const place = sending.place ?? nonce;
    const queue = this.#queue();
    await queue.remove(place);
    await queue.add(kind, text, { jobId: place, removeOnComplete: true, removeOnFail: true });
  }

  /** Whether a message still lies in the queue. */
  async lies(place: string): Promise<boolean> {
    return (await this.connection.client.exists(this.#queue().toKey(place))) === 1;
  }

  #queue() {
    return this.connection.queue(hostPrefix(this.host), REPORTS_QUEUE);
  }
}
