import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { WorkError } from '../process/failure.js';
import { oneLine } from '../report/one-line.js';

const MOST_WORDS = 300;

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

/** Codes of certificates that do not count, as OpenSSL and Node name them. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|ALTNAME/;

/** Codes of an answer that is no TLS. */
const NO_TLS = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE)$|^EPROTO$/;

/** Any error in one line, which says nothing that a receiver said. */
export function causeInWords(error: unknown): string {
  if (error instanceof WorkError || error instanceof SigsweepError) return error.message;
  return networkErrorInWords(errnoOf(error), error);
}

/** An error of the network by its code, which a library may have put elsewhere than in `code`. */
export function networkErrorInWords(code: string | undefined, error: unknown): string {
  if (code === undefined) return oneLine(errorInWords(error), MOST_WORDS);
  if (CERTIFICATE.test(code)) {
    return `its certificate does not count (${oneLine(code, MOST_WORDS)}): the host must be named in it, and its authority given as caFile if it is no public one`;
  }
  if (NO_TLS.test(code)) return `it does not answer with TLS (${code}): see whether port and tls are right`;
  const words = error instanceof Error && 'errno' in error ? errorInWords(error) : code;
  return oneLine(words, MOST_WORDS);
}
