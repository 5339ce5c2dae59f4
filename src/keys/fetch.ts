import { SigsweepError } from '../errors.js';
import { MAX_FETCHED_FILE_BYTES, MAX_FETCHED_KEY_BYTES } from '../limits.js';
import { type NetworkAdvice, networkErrorInWords } from '../net/failure.js';
import { WorkError } from '../process/failure.js';
import { within } from '../process/within.js';
import { type KeyAddress, keyAddress, lookupOf } from './address.js';
import { type Got, get, UselessAnswer } from './get.js';

const DEFAULT_TIMEOUT_MILLISECONDS = 20_000;

const ADVICE: NetworkAdvice = { authority: 'named by NODE_EXTRA_CA_CERTS', tls: 'scheme and port' };

/** What came of asking for one key: `reason` is one sentence, which names the server. */
export type KeyAnswer = Got | { readonly outcome: 'failed'; readonly reason: string };

/** What a server of keys answered for each fingerprint, or what lies under a plain address. */
export type FetchedKeys =
  | { readonly kind: 'server'; readonly answers: ReadonlyMap<string, KeyAnswer> }
  | { readonly kind: 'file'; readonly file: Got };

export interface FetchOptions {
  /** Ends the fetching early: it has then failed. */
  readonly signal?: AbortSignal | undefined;
  /** How long one exchange may take, from the first look for its host to the last byte. @default 20 seconds */
  readonly timeoutMilliseconds?: number | undefined;
}

/**
 * Fetches public keys: each fingerprint from a server of keys, one after the other, or the one file of a plain address.
 * Every byte is as it came.
 *
 * What comes is material and nothing more: whether a key counts is decided by its fingerprint, and by the signatures on
 * it that reach an anchor. So it may come in clear. Whoever sits on the way (over hkp and http anybody, else the server)
 * can hold back a key, or a newer version of one with its revocation, and sees which keys are asked for; they can add
 * no trust.
 *
 * @param from as {@link keyAddress} takes it.
 * @param fingerprints in hex digits; what a plain address holds does not depend on them.
 * @returns `failed` for a key where others were answered. When a server is lost on the way, for all that were left.
 * @throws SigsweepError USAGE for an address that cannot be used.
 * @throws SigsweepError REFRESH_FAILED when nothing could be asked, and when it was interrupted.
 */
export async function fetchKeys(
  from: string,
  fingerprints: readonly string[],
  options: FetchOptions = {},
): Promise<FetchedKeys> {
  const address = keyAddress(from);
  if (address.kind === 'server') return { kind: 'server', answers: await askForEach(address, fingerprints, options) };
  try {
    return { kind: 'file', file: await exchange(address.url, MAX_FETCHED_FILE_BYTES, options) };
  } catch (cause) {
    throw failed(address, cause);
  }
}

async function askForEach(
  address: KeyAddress,
  fingerprints: readonly string[],
  options: FetchOptions,
): Promise<Map<string, KeyAnswer>> {
  const answers = new Map<string, KeyAnswer>();
  let lost: SigsweepError | undefined;
  for (const fingerprint of new Set(fingerprints)) {
    try {
      if (lost !== undefined) throw lost;
      answers.set(fingerprint, await exchange(lookupOf(address, fingerprint), MAX_FETCHED_KEY_BYTES, options));
    } catch (cause) {
      const failure = failed(address, cause);
      if (!(cause instanceof UselessAnswer)) {
        // Each of the others would wait as long, for a server that is not there.
        lost = failure;
        if (answers.size === 0 || options.signal?.aborted === true) throw failure;
      }
      answers.set(fingerprint, { outcome: 'failed', reason: failure.message });
    }
  }
  return answers;
}

function exchange(
  url: URL,
  maxBytes: number,
  { signal, timeoutMilliseconds = DEFAULT_TIMEOUT_MILLISECONDS }: FetchOptions,
): Promise<Got> {
  return within(timeoutMilliseconds, signal, (ending) => get(url, maxBytes, ending));
}

function failed({ name }: KeyAddress, cause: unknown): SigsweepError {
  if (cause instanceof SigsweepError) return cause;
  const isOurs = cause instanceof UselessAnswer || cause instanceof WorkError;
  const words = isOurs ? cause.message : networkErrorInWords(cause, ADVICE);
  return new SigsweepError('REFRESH_FAILED', `cannot get keys from ${name}: ${words}`, { cause });
}
