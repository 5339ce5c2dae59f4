import type { KeyObject } from 'node:crypto';
import { MAX_FLEET_VALUES, MAX_HOST_VALUES, MAX_REPORT_TEXT_BYTES, MAX_SEALED_CHARACTERS } from '../../limits.js';
import { COORDINATOR } from '../names.js';
import { type AnyMessage, type Kind, type Message, readMessage } from './message.js';
import { open, type SealLimits } from './seal.js';

/** How far two clocks may be apart, in milliseconds. */
export const CLOCK_TOLERANCE = 5 * 60_000;

/** Every message may be as large as a report; JSON in JSON doubles at worst what stands in quotes. */
export const SEAL_LIMITS: SealLimits = { sealed: MAX_SEALED_CHARACTERS, opened: 2 * MAX_REPORT_TEXT_BYTES };

/** Why a message is not believed. */
export const REFUSALS = [
  'unsigned',
  'wrong key',
  'other host',
  'replayed',
  'late',
  'early',
  'unasked',
  'too large',
  'too many',
  'malformed',
  'protocol',
] as const;

/** One of {@link REFUSALS}. */
export type Refusal = (typeof REFUSALS)[number];

/** What somebody who reads a message knows before. */
export interface Expected<K extends Kind> {
  /** Keys of whom it can come. */
  readonly keys: readonly KeyObject[];
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly K[];
  readonly now: number;
}

/** A message that is to be believed, or why it is not, with a sentence for people. */
export type Believed<K extends Kind> =
  | { readonly ok: true; readonly message: Extract<AnyMessage, Message<K>> }
  | {
      readonly ok: false;
      readonly why: Refusal;
      readonly detail: string;
      /** Of a message that its sender made, so that it can be told. */
      readonly nonce?: string;
    };

/**
 * Opens what lies in the queue and says whether it may be acted on: signed by whom it has to come from, for whom it was
 * made, now. Whether it was seen before, only the reader knows.
 */
export function believe<K extends Kind>(sealed: unknown, expected: Expected<K>): Believed<K> {
  const opened = open(sealed, expected.keys, SEAL_LIMITS);
  if (!opened.ok) return { ok: false, why: opened.why, detail: SEAL_DETAILS[opened.why] };
  const read = readMessage(opened.text, expected.from === COORDINATOR ? MAX_FLEET_VALUES : MAX_HOST_VALUES);
  if (!read.ok) return read;
  const { message } = read;
  const refuse = (why: Refusal, detail: string): Believed<K> => ({ ok: false, why, detail, nonce: message.nonce });
  if (message.from !== expected.from || message.to !== expected.to) {
    return refuse('other host', `it was made by ${message.from} for ${message.to}`);
  }
  if (!(expected.kinds as readonly Kind[]).includes(message.kind)) {
    return refuse('malformed', `its kind, ${message.kind}, is none that comes this way`);
  }
  if (message.issued > expected.now + CLOCK_TOLERANCE) {
    return refuse(
      'early',
      `it was made at ${timeText(message.issued)}, and here it is ${timeText(expected.now)}: one clock is wrong`,
    );
  }
  if (message.expires + CLOCK_TOLERANCE < expected.now) {
    return refuse(
      'late',
      `it was to be read until ${timeText(message.expires)}, and here it is ${timeText(expected.now)}`,
    );
  }
  return { ok: true, message: message as Extract<AnyMessage, Message<K>> };
}

const SEAL_DETAILS = {
  unsigned: 'it has no signature',
  'wrong key': 'another key than the one that is known signed it',
  'too large': 'it is larger than any message may be',
  malformed: 'it cannot be unpacked',
} as const;

function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
