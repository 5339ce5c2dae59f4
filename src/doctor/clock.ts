import { type Check, fail, ok, warn } from '../health-check.js';
import { RELEASED } from '../tool.js';
import { minuteOf } from '../words.js';

/**
 * Signatures are judged by the time of the scan: with a wrong one good modules are invalid or expired.
 * @param lastBegan when the last scan that is remembered began
 * @param isSynchronised what `timedatectl` says; `undefined` where it says nothing
 */
export function judgeClock(now: Date, lastBegan: Date | null, isSynchronised: boolean | undefined): Check {
  const todo = 'set the clock: timedatectl set-ntp true, or date --set';
  const found = minuteOf(now);
  if (now < new Date(RELEASED)) return fail('clock', `${found}, before this sigsweep was made (${RELEASED})`, todo);
  if (lastBegan !== null && now < lastBegan) {
    return fail('clock', `${found}, before the last scan that is remembered (${minuteOf(lastBegan)})`, todo);
  }
  if (isSynchronised === false) return warn('clock', `${found}, not synchronised`, 'timedatectl set-ntp true');
  return ok('clock', isSynchronised === true ? `${found}, synchronised` : found);
}
