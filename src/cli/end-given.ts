import { SigsweepError } from '../errors.js';
import { EXPIRY_FORM, endAsked } from '../exempt/dates.js';

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
