import { errnoOf } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { oneLine } from '../report/one-line.js';

const MOST_WORDS = 300;

/** What to look at, in the words of whoever asked. */
export interface NetworkAdvice {
  /** How an authority is made known that is no public one: `given as caFile`. */
  readonly authority: string;
  /** What may be wrong where the other side does not speak TLS: `port and tls`. */
  readonly tls: string;
}

/** Codes of certificates that do not count, as OpenSSL and Node name them. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|ALTNAME/;

/** Codes of an answer that is no TLS. */
const NO_TLS = /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE)$|^EPROTO$/;

/** Codes of an answer that is no HTTP, as Node's parser has them. */
const NO_HTTP = /^HPE_/;

/**
 * An error of the network in one line, which says nothing that the other side said.
 * @param code a library may have put it elsewhere than in `code`.
 */
export function networkErrorInWords(error: unknown, advice: NetworkAdvice, code = errnoOf(error)): string {
  // A host with several addresses, each of which was tried: what was wrong with the first is said.
  if (error instanceof AggregateError) return networkErrorInWords(error.errors[0], advice);
  if (code === undefined) return oneLine(errorInWords(error), MOST_WORDS);
  if (CERTIFICATE.test(code)) {
    return `its certificate does not count (${oneLine(code, MOST_WORDS)}): the host must be named in it, and its authority ${advice.authority} if it is no public one`;
  }
  if (NO_TLS.test(code)) return `it does not answer with TLS (${code}): see whether ${advice.tls} are right`;
  if (NO_HTTP.test(code)) return `it does not answer with HTTP (${oneLine(code, MOST_WORDS)})`;
  const words = error instanceof Error && 'errno' in error ? errorInWords(error) : code;
  return oneLine(words, MOST_WORDS);
}
