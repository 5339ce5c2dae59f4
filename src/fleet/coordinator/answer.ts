import type { KeyObject } from 'node:crypto';
import { DAY_MILLISECONDS } from '../../duration.js';
import { MAX_FLEET_TEXT } from '../../limits.js';
import { type Body, message } from '../message/message.js';
import { seal } from '../message/seal.js';
import { COORDINATOR } from '../names.js';
import type { Outgoing } from '../queue/outbox.js';

/** Hosts that are away for longer ask again, and get another answer. */
const ANSWER_LIFE = 7 * DAY_MILLISECONDS;

/** What the coordinator answers. */
export type AnswerKind = 'accepted' | 'refused' | 'enrolled';

/** An answer to a host, signed by the coordinator. */
export function answer<K extends AnswerKind>(
  key: KeyObject,
  host: string,
  kind: K,
  body: Body<K>,
  now: number,
): Outgoing {
  const made = message({ kind, from: COORDINATOR, to: host, issued: now, expires: now + ANSWER_LIFE, body });
  return { host, kind, nonce: made.nonce, sealed: seal(key, JSON.stringify(made)) };
}

/** That a message was not taken, and will not be when it comes again. */
export function refusal(key: KeyObject, host: string, nonce: string, reason: string, now: number): Outgoing {
  return answer(key, host, 'refused', { message: nonce, reason: reason.slice(0, MAX_FLEET_TEXT) }, now);
}
