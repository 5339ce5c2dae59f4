import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_REPORT_TEXT_BYTES, MAX_SEALED_CHARACTERS } from '../../limits.js';
import { Complaints } from '../complaints.js';
import { believe } from '../message/believe.js';
import { type Message, newNonce, TO_HOSTS } from '../message/message.js';
import { COORDINATOR } from '../names.js';
import { type Process, problemInWords } from '../queue/connection.js';
import { putBack } from '../queue/put-back.js';
import type { Deliveries } from './deliveries.js';
import type { Enrolment } from './enrolment.js';
import { EverySoOften } from './every-so-often.js';
import type { AgentFolder } from './folder.js';
import type { Hello } from './hello.js';
import type { Post } from './post.js';
import { fittingText } from './report-text.js';
import { failureOf, type Outcome, type OwnScan, type ScanHooks, scanAsAsked } from './scan.js';
import type { Answer } from './spool.js';

/** A job as the worker hands it over. */
type Job = Parameters<Process>[0];

const PROGRESS_MILLISECONDS = 2000;

/** How long it may take to hand a report over before the job is done, or to give a job back: Redis may be away. */
const HAND_OVER_MILLISECONDS = 5000;
const GIVE_BACK_MILLISECONDS = 2000;

/** How often a scan that never ends is begun anew: it may have been the scan that killed the program. */
const MOST_BEGINS = 10;

/** How long a message about a job that was not believed, or a sign of progress, may be read, in milliseconds. */
const SHORT_LIFE = 24 * 3_600_000;

/** What a host needs to do its jobs. */
export interface JobsOptions extends Omit<ScanHooks, 'onProgress'> {
  readonly enrolment: Enrolment;
  readonly folder: AgentFolder;
  readonly post: Post;
  readonly deliveries: Deliveries;
  readonly hello: Hello;
  readonly scan: OwnScan;
  /** Scans while nothing else is scanned on this host. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Takes what the coordinator put into the queue of this host, one after the other. */
export class Jobs {
  readonly #complaints = new Complaints();
  #current: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: JobsOptions) {}

  /** Resolves when nothing is being done. */
  get ended(): Promise<unknown> {
    return this.#current;
  }

  readonly take: Process = (job, token) => {
    const taken = this.#take(job, token);
    this.#current = taken.catch(() => undefined);
    return taken;
  };

  async #take(job: Job, token: string | undefined): Promise<void> {
    const { enrolment, folder, deliveries, say, stop } = this.options;
    if (stop.aborted) return giveBack(job, token);
    const { host, coordinator } = enrolment;
    const expected = { keys: [coordinator], from: COORDINATOR, to: host, kinds: TO_HOSTS, now: Date.now() };
    const believed = believe(job.data, expected);
    if (!believed.ok) return this.#refuse(job, believed.why, believed.detail);
    const { message } = believed;
    switch (message.kind) {
      case 'accepted':
        if (folder.spool.remove(message.body.message)) say('the coordinator has the report');
        return;
      case 'refused':
        folder.spool.remove(message.body.message);
        say(`the coordinator refused a message of this host: ${message.body.reason}`);
        return;
      case 'enrolled':
        return;
      case 'scan': {
        const waiting = folder.spool.ofJob(message.nonce);
        if (waiting === undefined) return this.#scanOnce(message, job, token);
        this.#noteDone(message);
        deliveries.again(waiting.nonce);
        await this.#handOver();
      }
    }
  }

  async #scanOnce(message: Message<'scan'>, job: Job, token: string | undefined): Promise<void> {
    const { folder, hello, say } = this.options;
    const { nonce } = message;
    if (folder.done.has(nonce)) {
      // Redis had not heard that it was done: that is no replay.
      if (job.attemptsStarted > 1) return;
      return this.#refuse(job, 'replayed', `job ${nonce} was done before`);
    }
    say(`job ${nonce}: a ${message.body.kind} scan begins`);
    hello.tell('scanning');
    const outcome = await this.#scan(message, job);
    hello.tell('idle');
    if (outcome.kind === 'stopped') {
      say(`job ${nonce}: the scan is given up, for the next start`);
      return giveBack(job, token);
    }
    const answer = this.#answer(nonce, outcome);
    folder.spool.keep(answer);
    this.#noteDone(message);
    say(`job ${nonce}: ${outcomeInWords(answer, outcome)}`);
    await this.#handOver();
  }

  async #scan({ nonce, body }: Message<'scan'>, job: Job): Promise<Outcome> {
    const { scan, alone, post, folder, stop, interrupted, say } = this.options;
    if (job.stalledCounter >= MOST_BEGINS) {
      return failureOf(new Error(`the scan was begun ${MOST_BEGINS} times, and something ended the agent each time`));
    }
    const progress = new EverySoOften(
      PROGRESS_MILLISECONDS,
      async (present: Message<'progress'>['body']['progress']) => {
        if (!post.isOpen) return;
        await job.updateProgress(
          post.sealed('progress', { job: nonce, progress: present }, { key: folder.key, life: SHORT_LIFE }),
        );
      },
    );
    const onProgress: ScanHooks['onProgress'] = (present) => progress.offer(present);
    return alone(() => scanAsAsked(scan, body, { stop, interrupted, say, onProgress }));
  }

  #answer(job: string, outcome: Exclude<Outcome, { kind: 'stopped' }>): Answer {
    const head = { nonce: newNonce(), job, made: Date.now() };
    if (outcome.kind === 'failure') return { ...head, code: outcome.code, text: outcome.reason };
    const { post, folder } = this.options;
    const fits = (text: string) =>
      Buffer.byteLength(text) <= MAX_REPORT_TEXT_BYTES &&
      post.sealed('report', { job, report: text }, { key: folder.key, life: SHORT_LIFE }).length <=
        MAX_SEALED_CHARACTERS;
    const text = fittingText(outcome.report, fits);
    if (text !== null) return { ...head, code: '', text };
    const { code, reason } = failureOf(new Error('the report is too large to be sent, even without findings'));
    return { ...head, code, text: reason };
  }

  #noteDone({ nonce, expires }: Message<'scan'>): void {
    const { folder, say } = this.options;
    try {
      folder.done.add(nonce, expires, Date.now());
    } catch (error) {
      say(`${problemInWords(error)}: that job ${nonce} was done is known until this program ends`);
    }
  }

  /** Sends what waits, if that is possible now: otherwise it is sent later. */
  async #handOver(): Promise<void> {
    await Promise.race([this.options.deliveries.run(), sleep(HAND_OVER_MILLISECONDS, undefined, { ref: false })]);
  }

  /** Says why a job is not done, here and to the coordinator, and makes room for one of the same name. */
  async #refuse(job: Job, why: string, detail: string): Promise<void> {
    const { post, folder, say } = this.options;
    job.opts.removeOnComplete = true;
    if (!this.#complaints.admits(why, Date.now())) return;
    say(`a job is not done, for it is not to be believed (${why}): ${detail}`);
    const sending = { key: folder.key, life: SHORT_LIFE };
    await post.send('failure', { job: null, code: why, reason: detail }, sending).catch((error: unknown) => {
      say(`the coordinator could not be told: ${problemInWords(error)}`);
    });
  }
}

/** Gives a job back; where Redis is away, its lock runs out, and then it is taken again. */
async function giveBack(job: Job, token: string | undefined): Promise<never> {
  await Promise.race([putBack(job, token), sleep(GIVE_BACK_MILLISECONDS, undefined, { ref: false })]);
  return new Promise<never>(() => undefined);
}

function outcomeInWords({ text }: Answer, outcome: Exclude<Outcome, { kind: 'stopped' }>): string {
  if (outcome.kind === 'failure') return `no scan: ${outcome.reason} [${outcome.code}]`;
  const { complete, exitCode } = outcome.report;
  return `the ${complete ? '' : 'incomplete '}report (exit code ${exitCode}, ${Buffer.byteLength(text)} bytes) waits for the coordinator`;
}
