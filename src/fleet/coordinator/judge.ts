import { DAY_MILLISECONDS } from '../../duration.js';
import { DataError } from '../../errors.js';
import type { Report } from '../../model.js';
import { publicKeyOf } from '../keys.js';
import { believe, type Refusal } from '../message/believe.js';
import { type Body, type Message, TO_COORDINATOR } from '../message/message.js';
import { readReport } from '../message/report-wire.js';
import { COORDINATOR } from '../names.js';

/** Whom a message from a host's queue can be of. */
export interface Known {
  readonly host: string;
  /** The host's own key; `null` where it is not enrolled. */
  readonly publicKey: string | null;
  /** Public halves of its tokens, used ones too: whoever did not get the answer sends the same again. */
  readonly tokens: readonly string[];
}

/** No release says anything that may be read for longer, in milliseconds: until then it is known what was said. */
const LONGEST_LIFE = 8 * DAY_MILLISECONDS;

/** What every message says of itself. */
interface Envelope {
  readonly nonce: string;
  readonly issued: number;
  readonly expires: number;
  /** Of the sigsweep there. */
  readonly version: string;
}

/** What lay in a host's queue, taken apart. Nothing of it was written down yet. */
export type Judged =
  | {
      readonly what: 'report';
      readonly envelope: Envelope;
      readonly job: string;
      readonly text: string;
      readonly report: Report;
    }
  | { readonly what: 'failure'; readonly envelope: Envelope; readonly body: Body<'failure'> }
  | { readonly what: 'hello'; readonly envelope: Envelope }
  | { readonly what: 'enrol'; readonly envelope: Envelope; readonly token: string; readonly publicKey: string }
  | Refused;

/** A message that nothing is done with. */
export interface Refused {
  readonly what: 'refused';
  readonly why: Refusal;
  readonly detail: string;
  /** Of a message that the host made: it is told, unless its clock may be what is wrong. */
  readonly nonce?: string;
}

/** What of a host's own messages a message is, or why it is none. */
export function judge(sealed: unknown, known: Known, now: number): Judged {
  const { host, publicKey, tokens } = known;
  const expected = { from: host, to: COORDINATOR, now };
  const own = publicKey === null ? [] : [publicKeyOf(publicKey)];
  const believed = believe(sealed, { ...expected, keys: own, kinds: TO_COORDINATOR });
  if (believed.ok) {
    const { message } = believed;
    if (message.kind === 'enrol' || message.kind === 'progress') {
      return refused('malformed', `its kind, ${message.kind}, is none that comes this way`, message.nonce);
    }
    if (message.expires - message.issued > LONGEST_LIFE) {
      return refused('malformed', 'it may be read for longer than any message', message.nonce);
    }
    return judgeOwn(message);
  }
  if (believed.why !== 'wrong key') return { what: 'refused', ...withoutOk(believed) };
  for (const token of tokens) {
    const enrolling = believe(sealed, { ...expected, keys: [publicKeyOf(token)], kinds: ['enrol'] });
    if (enrolling.ok) {
      const { message } = enrolling;
      return { what: 'enrol', envelope: envelopeOf(message), token, publicKey: message.body.publicKey };
    }
    if (enrolling.why !== 'wrong key') return { what: 'refused', ...withoutOk(enrolling) };
  }
  return { what: 'refused', ...withoutOk(believed) };
}

/** A message that a host sealed with the key by which it was enrolled. */
function judgeOwn(message: Message<'report'> | Message<'failure'> | Message<'hello'>): Judged {
  const envelope = envelopeOf(message);
  if (message.kind === 'hello') return { what: 'hello', envelope };
  if (message.kind === 'failure') return { what: 'failure', envelope, body: message.body as Body<'failure'> };
  const { job, report: text } = message.body as Body<'report'>;
  try {
    return { what: 'report', envelope, job, text, report: readReport(text) };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return refused('malformed', error.message, message.nonce);
  }
}

function envelopeOf({ nonce, issued, expires, version }: Message): Envelope {
  return { nonce, issued, expires, version };
}

function refused(why: Refusal, detail: string, nonce: string): Refused {
  return { what: 'refused', why, detail, nonce };
}

function withoutOk({ ok: _, ...rest }: { readonly ok: false } & Omit<Refused, 'what'>): Omit<Refused, 'what'> {
  return rest;
}
