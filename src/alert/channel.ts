import { SigsweepError } from '../errors.js';
import { type NetworkAdvice, networkErrorInWords } from '../net/failure.js';
import { WorkError } from '../process/failure.js';

/** What every channel is sent with. */
export interface SendOptions {
  /** Ends the sending early: it has then failed. */
  readonly signal?: AbortSignal | undefined;
  /** Waits between two tries, milliseconds. @default by the clock */
  readonly pause?: ((milliseconds: number, signal?: AbortSignal) => Promise<unknown>) | undefined;
}

/** What a channel says of an alert that it took. */
export interface Delivered {
  /** Receivers that did not get it, each with why, in words. Only mail has several; where none gets it, it failed. */
  readonly refused: readonly string[];
}

/** Why a channel did not take an alert: what was tried and what went wrong, in one line without any secret. */
export class ChannelError extends WorkError {
  override readonly name = 'ChannelError';
}

/** What to look at where a channel's server cannot be reached, as the settings call it. */
const ADVICE: NetworkAdvice = { authority: 'given as caFile', tls: 'port and tls' };

/** Any error in one line, which says nothing that a receiver said. */
export function causeInWords(error: unknown): string {
  const isOurs = error instanceof WorkError || error instanceof SigsweepError;
  return isOurs ? error.message : channelErrorInWords(error);
}

/** An error of the network by its code, which a library may have put elsewhere than in `code`. */
export function channelErrorInWords(error: unknown, code?: string): string {
  return networkErrorInWords(error, ADVICE, code);
}
