import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MILLISECONDS } from '../../duration.js';
import { SigsweepError } from '../../errors.js';
import { isDamage, isDatabaseError } from '../../state/sqlite.js';
import { countInWords } from '../../words.js';
import { Complaints } from '../complaints.js';
import { isFull, problemInWords, type QueueConnection } from '../queue/connection.js';
import { Alarms } from '../queue/nights.js';
import { forget, forgetMessages } from '../store/retention.js';
import { collect, membersOf } from './collect.js';
import { deliverOrders, endOverdue } from './deliver.js';
import { type Fleet, fleetOn } from './fleet.js';
import type { Ledger } from './ledger.js';
import { askForNight, missedNight, nightsOf } from './nights.js';
import type { Happening } from './take.js';

/** Between two rounds, in milliseconds: at first, and at most where nobody has anything to say. */
const SHORTEST_PAUSE = 200;
const LONGEST_PAUSE = 2000;

/** How often it is looked whether the queue has lost orders or alarms, in milliseconds. */
const CHECK = 30_000;

/** An order that is younger was most likely never there, in milliseconds. */
const NEW = 2000;

/** After an error, in milliseconds. */
const PAUSE_AFTER_ERROR = 2000;

/** How long what is being done may take to end, in milliseconds. */
const LAST_MILLISECONDS = 5000;

/** What a coordinator at work tells. */
export interface ServiceHooks {
  /** What a round brought; of what was refused for one reason, one an hour of each host. */
  readonly onHappening: (happening: Happening) => void;
  /** Something to be said, in a sentence that may quote what a host said. */
  readonly say: (sentence: string) => void;
  /** After each round. */
  readonly onRound?: (fleet: Fleet) => Promise<void> | void;
}

export interface ServiceOptions extends ServiceHooks {
  /** Whether it asks for standing orders when they are due. @default false */
  readonly nights?: boolean;
  /** How long what is over is remembered, in milliseconds. @default for ever */
  readonly keep?: number;
}

/** Takes in what hosts say, and sees that orders reach them, until it is ended. Whatever the queue does, it goes on. */
export class Service {
  readonly fleet: Fleet;
  readonly #alarms: Alarms | undefined;
  readonly #complaints = new Complaints();
  #members: readonly string[] = [];
  #version: unknown;
  /** By `performance.now()`. */
  #nextCheck = 0;
  #nextForgetting = 0;
  #said = '';

  constructor(
    private readonly ledger: Ledger,
    private readonly connection: QueueConnection,
    private readonly options: ServiceOptions,
  ) {
    this.fleet = fleetOn(ledger, connection);
    this.#alarms = options.nights === true ? new Alarms(connection) : undefined;
    // Whatever was put there may be lost.
    connection.client.on('ready', () => {
      this.#nextCheck = 0;
    });
  }

  /** Works until the signal. Throws only what is a fault of the program. */
  async run(signal: AbortSignal): Promise<void> {
    this.#alarms?.listen((id, due) => this.#ring(id, due));
    const ended = this.#rounds(signal);
    if (!signal.aborted) await Promise.race([once(signal, 'abort'), ended]);
    // Where Redis is away, what was asked of it is answered when the connection is given up.
    await Promise.race([ended, sleep(LAST_MILLISECONDS, undefined, { ref: false })]);
    ended.catch(() => undefined);
  }

  async #rounds(signal: AbortSignal): Promise<void> {
    let pause = SHORTEST_PAUSE;
    while (!signal.aborted) {
      let isBusy = false;
      try {
        if (this.connection.isReady) {
          isBusy = await this.#round();
          this.#said = '';
        }
        await this.options.onRound?.(this.fleet);
      } catch (error) {
        if (signal.aborted) return;
        this.#sayProblem(error);
        await pauseFor(PAUSE_AFTER_ERROR, signal);
      }
      pause = isBusy ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, pause * 1.5);
      if (!isBusy) await pauseFor(pause, signal);
    }
  }

  /** @returns whether there was something to do. */
  async #round(): Promise<boolean> {
    const { fleet, options } = this;
    this.#lookAround();
    const happenings = await collect(fleet, this.#members);
    for (const happening of happenings) if (this.#isTold(happening)) options.onHappening(happening);
    // A host that has enrolled is a member from now on.
    if (happenings.some(({ what }) => what === 'enrolled')) this.#version = undefined;
    for (const { host } of await endOverdue(fleet, Date.now())) {
      options.say(`${host} did not answer in time: it is not asked any more`);
    }
    const now = performance.now();
    if (now >= this.#nextCheck) {
      this.#nextCheck = now + CHECK;
      forgetMessages(fleet.store, new Date());
      if (this.#alarms !== undefined) await this.#checkNights(this.#alarms);
      const put = await deliverOrders(fleet);
      const lost = put.filter(({ issued }) => Date.now() - issued.getTime() > NEW).length;
      if (lost > 0) options.say(`the queue had lost ${countInWords(lost, 'order')}: they are there again`);
    }
    if (options.keep !== undefined && now >= this.#nextForgetting) {
      this.#nextForgetting = now + DAY_MILLISECONDS;
      forget(fleet.store, new Date(Date.now() - options.keep));
    }
    return happenings.length > 0;
  }

  /** Sets what rings, and asks for what did not ring because Redis had lost it, or was away. */
  async #checkNights(alarms: Alarms): Promise<void> {
    const nights = nightsOf(this.ledger);
    await alarms.set(nights);
    for (const night of nights) {
      const due = missedNight(night, Date.now());
      if (due !== null) this.#ring(night.id, due);
    }
  }

  /** What is refused is counted, and told once in a while: whoever reaches a queue can fill it. */
  #isTold({ host, what, detail }: Happening): boolean {
    return what !== 'refused' || this.#complaints.admits(`${host} ${detail.split(':', 1)[0]}`, Date.now());
  }

  /** Whether another program has changed the database: hosts, tokens and orders may be others. */
  #lookAround(): void {
    const version = this.ledger.store.first('PRAGMA data_version')?.[0];
    if (version === this.#version) return;
    this.#version = version;
    this.#members = membersOf(this.ledger, Date.now());
    this.#nextCheck = 0;
  }

  #ring(id: string, due: number): void {
    const said = askForNight(this.ledger, id, due, Date.now());
    if (said === '') return;
    this.options.say(said);
    this.#nextCheck = 0;
  }

  #sayProblem(error: unknown): void {
    const words = errorInSentence(error, this.connection.place);
    if (words === null) throw error;
    if (words !== this.#said) this.options.say(words);
    this.#said = words;
  }
}

/** What went wrong outside of the program; `null` for what is its own fault. */
function errorInSentence(error: unknown, place: string): string | null {
  if (!(error instanceof Error)) return null;
  // A full disk, another program that writes for long: it passes, and nothing was taken out of the queue. Damage does not.
  if (error instanceof SigsweepError && isDatabaseError(error.cause) && !isDamage(error.cause)) {
    return `${error.message}; nothing is lost, and it is tried again`;
  }
  if (isFull(error)) return `${place} is full: ${problemInWords(error)}; nothing is lost, and it is tried again`;
  // What Redis itself says, and a connection that ended.
  if (error.name === 'ReplyError' || /Connection is closed|EXECABORT|aborted/.test(error.message)) {
    return `${place}: ${problemInWords(error)}; it is tried again`;
  }
  return null;
}

async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
