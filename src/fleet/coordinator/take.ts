import { REFUSALS, type Refusal } from '../message/believe.js';
import type { Outgoing } from '../queue/outbox.js';
import { acceptReport } from '../store/accept.js';
import { noteHeard, noteMessage } from '../store/hosts.js';
import { failOrder, orderByNonce } from '../store/orders.js';
import { noteRefusal } from '../store/refusals.js';
import { enrolHost } from '../store/tokens.js';
import { answer, refusal } from './answer.js';
import type { Judged, Refused } from './judge.js';
import type { Ledger } from './ledger.js';

/** One thing that a round brought. */
export interface Happening {
  readonly host: string;
  readonly what: 'report' | 'failure' | 'enrolled' | 'refused';
  /** More about it; may quote what a host said. */
  readonly detail: string;
}

/** What is to be done about a message once all of it is written down. */
export interface Taken {
  readonly answers: readonly Outgoing[];
  readonly happenings: readonly Happening[];
}

/** A message that was made longer ago and is known is no second copy on its way: somebody put it there again. */
const REPLAY_AGE = 3_600_000;

/** How long what was refused is known by its name, so that a coordinator that was killed does not count it again. */
const REFUSED_LIFE = 600_000;

const NOTHING: Taken = { answers: [], happenings: [] };

/**
 * Writes down what a message says. To be called in a transaction: what is answered and taken out of the queue afterwards
 * is on the disk by then.
 * @param id the message's name in the queue.
 */
export function take(ledger: Ledger, host: string, id: string, judged: Judged, now: number): Taken {
  switch (judged.what) {
    case 'refused':
      return takeRefused(ledger, host, id, judged, now);
    case 'report':
      return takeReport(ledger, host, judged, now);
    case 'failure':
      return takeFailure(ledger, host, judged, now);
    case 'hello':
      return takeHello(ledger, host, judged, now);
    case 'enrol':
      return takeEnrolment(ledger, host, judged, now);
  }
}

type Of<What extends Judged['what']> = Extract<Judged, { readonly what: What }>;

function takeReport(ledger: Ledger, host: string, { envelope, job, text, report }: Of<'report'>, now: number): Taken {
  const { store, key } = ledger;
  const { nonce: message, version, issued } = envelope;
  const receivedAt = new Date(now);
  const times = { receivedAt, saidAt: heardAt(envelope, now) };
  const acceptance = acceptReport(store, { host, order: job, message, ...times, version, text, report });
  if (acceptance === 'unasked') {
    return refuse(ledger, host, 'unasked', 'it was not asked for this report', message, now);
  }
  const answers = [answer(key, host, 'accepted', { message }, now)];
  if (acceptance === 'new') return { answers, happenings: [{ host, what: 'report', detail: '' }] };
  return { answers, happenings: replayed(ledger, host, issued, now) };
}

function takeFailure(ledger: Ledger, host: string, { envelope, body }: Of<'failure'>, now: number): Taken {
  const { store, key } = ledger;
  const { nonce: message, issued, expires, version } = envelope;
  const { job, code, reason } = body;
  const at = new Date(now);
  noteHeard(store, host, heardAt(envelope, now), version);
  const answers = [answer(key, host, 'accepted', { message }, now)];
  if (!noteMessage(store, host, message, new Date(expires))) {
    return { answers, happenings: replayed(ledger, host, issued, now) };
  }
  if (job === null) {
    const why = REFUSALS.find((known) => known === code) ?? 'malformed';
    const detail = `the host says that it was given a job that it does not believe: ${reason}`;
    noteRefusal(store, host, why, detail, at);
    return { answers, happenings: [{ host, what: 'refused', detail: `${why}: ${detail}` }] };
  }
  if (orderByNonce(store, job)?.host !== host) {
    return refuse(ledger, host, 'unasked', 'it was not asked for what it says it could not do', message, now);
  }
  const detail = `${reason} [${code}]`;
  const isNew = failOrder(store, job, host, detail, at);
  return { answers, happenings: isNew ? [{ host, what: 'failure', detail }] : [] };
}

function takeHello({ store }: Ledger, host: string, { envelope }: Of<'hello'>, now: number): Taken {
  noteHeard(store, host, heardAt(envelope, now), envelope.version);
  return NOTHING;
}

/** A sign of life is as old as its sender made it: one that was held back, or is played again, tells nothing new. */
function heardAt({ issued }: { readonly issued: number }, now: number): Date {
  return new Date(Math.min(issued, now));
}

function takeEnrolment(ledger: Ledger, host: string, judged: Of<'enrol'>, now: number): Taken {
  const { store, key } = ledger;
  const { envelope, token, publicKey } = judged;
  const at = new Date(now);
  const enrolment = enrolHost(store, { token, host, publicKey, at });
  if (enrolment === 'enrolled' || enrolment === 'known') {
    noteHeard(store, host, heardAt(envelope, now), envelope.version);
    const answers = [answer(key, host, 'enrolled', { publicKey }, now)];
    return { answers, happenings: enrolment === 'known' ? [] : [{ host, what: 'enrolled', detail: '' }] };
  }
  return refuse(ledger, host, 'unasked', TOKEN_REFUSALS[enrolment], envelope.nonce, now);
}

const TOKEN_REFUSALS = {
  'unknown token': 'no token for this host is known',
  'used token': 'its token was used before, with another key',
  'expired token': 'its token is over',
} as const;

function takeRefused(ledger: Ledger, host: string, id: string, judged: Refused, now: number): Taken {
  const { why, detail, nonce } = judged;
  const isNew = noteMessage(ledger.store, host, `refused ${id}`, new Date(now + REFUSED_LIFE));
  // A clock that is wrong, be it this one, is put right, and the message comes again: there was nothing else wrong with
  // it. Whoever is told of a refusal throws away what he wanted to say.
  const isTold = nonce !== undefined && why !== 'early' && why !== 'late';
  const answers = isTold ? [refusal(ledger.key, host, nonce, `${why}: ${detail}`, now)] : [];
  if (!isNew) return { answers, happenings: [] };
  noteRefusal(ledger.store, host, why, detail, new Date(now));
  return { answers, happenings: [{ host, what: 'refused', detail: `${why}: ${detail}` }] };
}

/** Refuses what the host itself made, and tells it so. */
function refuse(ledger: Ledger, host: string, why: Refusal, detail: string, nonce: string, now: number): Taken {
  noteRefusal(ledger.store, host, why, detail, new Date(now));
  return {
    answers: [refusal(ledger.key, host, nonce, `${why}: ${detail}`, now)],
    happenings: [{ host, what: 'refused', detail: `${why}: ${detail}` }],
  };
}

/** A message that is known already: the same again where it was on its way twice, or somebody plays it again. */
function replayed({ store }: Ledger, host: string, issued: number, now: number): Happening[] {
  if (now - issued <= REPLAY_AGE) return [];
  const detail = `it was made at ${new Date(issued).toISOString()}, and taken before`;
  noteRefusal(store, host, 'replayed', detail, new Date(now));
  return [{ host, what: 'refused', detail: `replayed: ${detail}` }];
}
