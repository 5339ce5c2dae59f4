import { SigsweepError } from '../errors.js';
import { EXPIRY_FORM, endAsked } from '../exempt/dates.js';

/** Longest life that a key or a signature can have: OpenPGP counts its seconds in four octets. */
const MOST_SECONDS = 0xffff_ffff;

/**
 * When something ends, as `--expires` says: after a while, as `365d`, or on a day, as `2027-01-31`.
 * @throws SigsweepError USAGE
 */
export function endGiven(expires: string, now: Date): Date {
  const end = endAsked(expires, now);
  if (end === null) throw new SigsweepError('USAGE', `--expires ${expires}: give days, as 90d, or ${EXPIRY_FORM}`);
  if (end <= now) throw new SigsweepError('USAGE', `--expires ${expires}: that is over`);
  return end;
}

/**
 * The same for a key or a signature.
 * @throws SigsweepError USAGE also when it is later than they can say: it would end at another time.
 */
export function lifeGiven(expires: string, now: Date): { readonly end: Date; readonly seconds: number } {
  const end = endGiven(expires, now);
  const seconds = Math.floor((end.getTime() - now.getTime()) / 1000);
  if (seconds > 0 && seconds <= MOST_SECONDS) return { end, seconds };
  const years = Math.floor(MOST_SECONDS / (365.25 * 86_400));
  throw new SigsweepError('USAGE', `--expires ${expires}: give a day within ${years} years, or leave it out for ever`);
}
