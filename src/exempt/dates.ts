import { z } from 'zod';
import { DAY_MILLISECONDS, parseDuration } from '../duration.js';
import { dayOf } from '../words.js';

/** A year, whichever it is, and what is left of the day that it ends on. */
const LONGEST = 367 * DAY_MILLISECONDS;

const LAST_MOMENT = 'T23:59:59.999Z';

/** What a date or a time in the exemptions file looks like. */
export const EXPIRY_FORM = 'a date such as 2027-01-31, or a time with its zone such as 2027-01-31T12:00:00Z';

const isoDate = z.iso.date();
const isoTime = z.iso.datetime({ offset: true });

/** The moment that a date or a time stands for: the end of that day (UTC), or the time itself; `null` for other text. */
export function endOf(text: string): Date | null {
  if (isoDate.safeParse(text).success) return new Date(`${text}${LAST_MOMENT}`);
  return isoTime.safeParse(text).success ? new Date(text) : null;
}

/** The text for which {@link endOf} gives this moment. */
export function endInWords(end: Date): string {
  const text = end.toISOString();
  return text.endsWith(LAST_MOMENT) ? text.slice(0, -LAST_MOMENT.length) : text;
}

/** The latest moment at which what is exempted now may end: nobody knows it for longer than a year. */
export function latestEnd(now: Date): Date {
  return new Date(now.getTime() + LONGEST);
}

/** The end that a person asks for: as {@link endOf}, or after a while, such as `90d`; days are whole ones. */
export function endAsked(text: string, now: Date): Date | null {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) return endOf(text);
  const end = new Date(now.getTime() + milliseconds);
  return milliseconds % DAY_MILLISECONDS === 0 ? endOf(dayOf(end)) : end;
}
