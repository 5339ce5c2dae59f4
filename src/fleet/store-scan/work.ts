import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { BytePath } from '../../files/bytepath.js';
import { MAX_REPORT_TEXT_BYTES, MAX_SEALED_CHARACTERS } from '../../limits.js';
import type { ScanOptions } from '../../scan/options.js';
import { PartScanner, planScan } from '../../scan/scan-parts.js';
import { findLayout } from '../../scan/system/layout.js';
import { countInWords } from '../../words.js';
import { believe, type Expected } from '../message/believe.js';
import { type Body, type Kind, MAX_DEADLINE, type Message, message } from '../message/message.js';
import { writePart } from '../message/part-wire.js';
import { seal } from '../message/seal.js';
import { COORDINATOR, SCANS_QUEUE, STORE_PREFIX, STORE_WORKERS } from '../names.js';
import type { Process } from '../queue/connection.js';
import { finalError } from '../queue/flow.js';
import { putBack } from '../queue/put-back.js';
import { differencesInWords, digestsOf } from './trust.js';

import type { StoreWorkerOptions } from './worker.js';

/** Who refused a batch leaves it to others for so many milliseconds. */
const REFUSAL_PAUSE = 500;

/** The same sentence is not said again for so many milliseconds. */
const SAME_SENTENCE_PAUSE = 10 * 60_000;

/** What was judged for a scan is forgotten when nobody asked for more of it for so many milliseconds. */
const KEPT_MILLISECONDS = 5 * 60_000;

/** Why a batch is left alone that nobody waits for any more. */
const OVER = 'the scan that it belongs to is over';

const jobData = z.object({ message: z.string().max(MAX_SEALED_CHARACTERS) });

/** A scan that this machine works on, judged once. */
interface Known {
  readonly nonce: string;
  readonly scanner: PartScanner;
}

/** Does batches of a store, one after the other. */
export class StoreWork {
  readonly #ending = new AbortController();
  #pausing = new AbortController();
  #known: Known | null = null;
  #told = { sentence: '', until: 0 };
  #forgetting: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: StoreWorkerOptions,
    private readonly roots: readonly BytePath[],
  ) {}

  /** What is being done goes back, and what comes does until {@link goOn}. */
  interrupt(): void {
    this.#pausing.abort();
  }

  goOn(): void {
    this.#pausing = new AbortController();
  }

  stop(): void {
    this.#ending.abort();
    clearTimeout(this.#forgetting);
    this.#known = null;
  }

  readonly process: Process = async (job, token, cancelled) => {
    const own = AbortSignal.any([this.#ending.signal, this.#pausing.signal]);
    const signal = cancelled === undefined ? own : AbortSignal.any([own, cancelled]);
    const done = await this.#do(job.data, signal).catch(async (error: unknown) => {
      this.#known = null;
      if (!signal.aborted) await this.#refuse(error);
      return null;
    });
    if (own.aborted) return putBack(job, token);
    // Nothing counts of what was cut short.
    if (done === null || signal.aborted) throw new Error('another machine has it by now');
    return done;
  };

  async #do(data: unknown, signal: AbortSignal): Promise<{ host: string; message: string }> {
    const { body } = this.#believed(data, 'batch');
    const { scanner } = await this.#scanOf(body.scan);
    clearTimeout(this.#forgetting);
    const part = await scanner.scan(body.modules, body.rest, { signal });
    this.#forgetLater();
    const text = writePart(part);
    if (text.length > MAX_REPORT_TEXT_BYTES) {
      throw finalError(`too much was found for one message (${text.length} characters); scan on one machine`);
    }
    const now = Date.now();
    const { host, key } = this.options;
    const answer = message({
      kind: 'part',
      from: host,
      to: COORDINATOR,
      issued: now,
      expires: now + MAX_DEADLINE,
      body: { scan: body.scan, index: body.index, part: text },
    });
    return { host, message: seal(key, JSON.stringify(answer)) };
  }

  /** What all batches of a scan have in common, with all signatures that were judged for it already. */
  async #scanOf(nonce: string): Promise<Known> {
    if (this.#known?.nonce === nonce) return this.#known;
    this.#known = null;
    const parent = await this.options.connection.queue(STORE_PREFIX, SCANS_QUEUE).getJob(nonce);
    if (parent === undefined) throw finalError(OVER);
    const scan = this.#believed(parent.data, 'store');
    if (scan.nonce !== nonce) throw new Error('the scan that it belongs to is another');
    const options = await this.#optionsFor(scan.body);
    const newest = new Map(
      scan.body.newest.map(([name, signedAt, seenAt]) => [
        name,
        { signedAt: new Date(signedAt), seenAt: new Date(seenAt) },
      ]),
    );
    const scanner = new PartScanner(options, {
      plan: scan.body.plan,
      now: new Date(scan.body.now),
      ...(newest.size === 0 ? {} : { newestSignature: (name: BytePath) => newest.get(name) ?? null }),
    });
    this.#known = { nonce, scanner };
    return this.#known;
  }

  /** @throws Error where this machine would judge another store, or otherwise than the one that asks. */
  async #optionsFor({ roots, plan, now, trust, look }: Body<'store'>): Promise<ScanOptions> {
    const { scan, store } = this.options;
    const options: ScanOptions = { ...scan, ...look, webRoot: store };
    const own = findLayout(options).roots;
    const other = roots.findIndex((root, index) => root !== own[index]);
    if (other >= 0 || own.length !== roots.length) {
      throw new Error(
        `the scan is of ${roots[other] ?? 'fewer folders'}, and here it would be ${own[other] ?? 'none'}`,
      );
    }
    const differences = differencesInWords(await digestsOf(scan, new Date(now)), trust);
    if (differences !== '') throw new Error(`signatures are judged otherwise here: other ${differences}`);
    const here = new Set(planScan(options).plan.discovered.modules);
    const there = plan.names.filter((name) => here.has(name)).length;
    if (2 * there < plan.names.length) {
      throw new Error(
        `of ${countInWords(plan.names.length, 'module')} only ${there} are here: another store is mounted`,
      );
    }
    return options;
  }

  #believed<K extends 'batch' | 'store'>(data: unknown, kind: K): Message<K> {
    const expected: Expected<K> = {
      keys: [this.options.coordinator],
      from: COORDINATOR,
      to: STORE_WORKERS,
      kinds: [kind],
      now: Date.now(),
    };
    const believed = believe<K>(jobData.safeParse(data).data?.message, expected);
    if (!believed.ok) throw new Error(`it is not believed (${believed.why}): ${believed.detail}`);
    return believed.message as Message<Kind> as Message<K>;
  }

  /** @throws what the queue keeps as the reason, for whoever waits for the scan. */
  async #refuse(error: unknown): Promise<never> {
    const why = error instanceof Error ? error.message : String(error);
    if (why === OVER) throw error;
    this.#tell(`refused a batch of ${this.roots[0]}: ${why}`);
    await sleep(REFUSAL_PAUSE, undefined, { signal: this.#ending.signal }).catch(() => undefined);
    const said = `${this.options.host}: ${why}`;
    throw error instanceof Error && error.name === 'UnrecoverableError' ? finalError(said) : new Error(said);
  }

  /** Whoever fills the queue with refused batches does not fill the log, too. */
  #tell(sentence: string): void {
    const now = performance.now();
    if (sentence === this.#told.sentence && now < this.#told.until) return;
    this.#told = { sentence, until: now + SAME_SENTENCE_PAUSE };
    this.options.onNotice?.(sentence);
  }

  #forgetLater(): void {
    this.#forgetting = setTimeout(() => {
      this.#known = null;
    }, KEPT_MILLISECONDS).unref();
  }
}
