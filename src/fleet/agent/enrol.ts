import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SigsweepError } from '../../errors.js';
import { publicText } from '../keys.js';
import { believe } from '../message/believe.js';
import { newNonce, TO_HOSTS } from '../message/message.js';
import { COORDINATOR, hostPrefix, JOBS_QUEUE } from '../names.js';
import { type Process, problemInWords, type QueueConnection } from '../queue/connection.js';
import { putBack } from '../queue/put-back.js';
import type { Token } from '../token.js';
import type { Enrolment } from './enrolment.js';
import { Post } from './post.js';

/** How often it is seen whether an answer came, and whether the message still lies there, in milliseconds. */
const LOOK = 250;
const AGAIN = 10_000;

/** After so long it is said that nobody answers, in milliseconds. */
const LONG = 15_000;

/** How long the worker that waited for it may take to end, in milliseconds. */
const CLOSE = 5000;

export interface EnrolOptions {
  readonly say: (sentence: string) => void;
  readonly stop: AbortSignal;
}

/** What came of it; `null` while nobody has answered. */
type Answer = { readonly ok: true } | { readonly ok: false; readonly reason: string } | null;

/**
 * Shows the token and waits for the coordinator that it names, as long as the token is good.
 * @throws SigsweepError ENROLMENT_REFUSED, with what to do; the reason of `stop` when the program ends before.
 */
export async function enrol(
  connection: QueueConnection,
  token: Token,
  key: KeyObject,
  { say, stop }: EnrolOptions,
): Promise<Enrolment> {
  const { host } = token;
  const post = new Post(connection, host);
  const nonce = newNonce();
  const publicKey = publicText(key);
  const sending = { key: token.key, nonce, life: token.expires - Date.now() };
  let answer: Answer = null;
  const take: Process = async (job, lock) => {
    // What comes after the answer is for whoever works from then on.
    if (answer !== null) return putBack(job, lock);
    job.opts.removeOnComplete = true;
    const expected = { keys: [token.coordinator], from: COORDINATOR, to: host, kinds: TO_HOSTS, now: Date.now() };
    const believed = believe(job.data, expected);
    if (!believed.ok) return;
    const { kind, body } = believed.message;
    if (kind === 'enrolled' && body.publicKey === publicKey) answer = { ok: true };
    if (kind === 'refused' && body.message === nonce) answer = { ok: false, reason: body.reason };
  };
  const worker = connection.worker(hostPrefix(host), JOBS_QUEUE, take, { skipStalledCheck: true });
  try {
    say(`${host} asks to be taken into the fleet of ${connection.place}`);
    await untilAnswered(() => answer);
  } finally {
    const closed = worker.close(!connection.isReady).catch(() => undefined);
    await Promise.race([closed, sleep(CLOSE, undefined, { ref: false })]);
  }
  return { host, coordinator: token.coordinator, token: publicText(token.key) };

  async function untilAnswered(answered: () => Answer): Promise<void> {
    const begin = performance.now();
    let next = 0;
    let isSaid = false;
    for (;;) {
      const present = answered();
      if (present?.ok === true) return;
      if (present?.ok === false) throw refused(host, present.reason);
      if (Date.now() > token.expires) throw refused(host, 'nobody answered until the token ended');
      if (performance.now() > next && post.isOpen) {
        next = performance.now() + AGAIN;
        await ask();
      }
      if (!isSaid && performance.now() - begin > LONG) {
        isSaid = true;
        const end = new Date(token.expires).toISOString();
        say(`nobody has answered yet: see that sigsweep fleet watch runs. The token is shown until ${end}`);
      }
      await sleep(LOOK, undefined, { signal: stop });
    }
  }

  async function ask(): Promise<void> {
    try {
      if (!(await post.lies(nonce))) await post.send('enrol', { publicKey }, sending);
    } catch (error) {
      say(`the token could not be shown: ${problemInWords(error)}; it is tried again in ${AGAIN / 1000} s`);
    }
  }
}

function refused(host: string, reason: string): SigsweepError {
  return new SigsweepError(
    'ENROLMENT_REFUSED',
    `${host} was not taken into the fleet: ${reason}; make a new token with sigsweep fleet enroll ${host}`,
  );
}
