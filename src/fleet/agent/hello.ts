import type { KeyObject } from 'node:crypto';
import { DAY_MILLISECONDS } from '../../duration.js';
import type { Body } from '../message/message.js';
import type { Post } from './post.js';

/** How often a host says that it is there, in milliseconds. */
const INTERVAL = 3 * 60_000;

/** What it is called in the queue: a new one takes the place of the last, so that they do not pile up. */
const PLACE = 'hello';

/** It may lie there while the coordinator is away. */
const LIFE = 7 * DAY_MILLISECONDS;

/** Tells the coordinator that this host is there, and what it does. */
export class Hello {
  #state: Body<'hello'> = { state: 'idle', since: Date.now() };
  #sending: Promise<unknown> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly post: Post,
    private readonly key: KeyObject,
  ) {
    this.#timer = setInterval(() => this.send(), INTERVAL);
  }

  /** Says what the host does from now on. */
  tell(state: Body<'hello'>['state']): void {
    this.#state = { state, since: Date.now() };
    this.send();
  }

  /** Sends it, where that is possible now. */
  send(): void {
    this.#sending = this.#sending.then(async () => {
      if (!this.post.isOpen) return;
      // Of the next one it will be seen whether it comes through.
      await this.post.send('hello', this.#state, { key: this.key, place: PLACE, life: LIFE }).catch(() => undefined);
    });
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
