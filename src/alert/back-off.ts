const FIRST_MILLISECONDS = 1000;
const MOST_MILLISECONDS = 30_000;

/** Longest wait that a receiver may ask for, in milliseconds; who wants longer gets it from the next run. */
export const MOST_ASKED_MILLISECONDS = 60_000;

/**
 * How long to wait after so many failed tries: anything up to a bound that doubles each time (full jitter), so that
 * those who failed together do not come back together; and at least as long as the receiver asks for.
 */
export function backOffMilliseconds(tries: number, asked: number): number {
  const bound = Math.min(MOST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (tries - 1));
  return Math.max(asked, Math.random() * bound);
}

/** What a header `Retry-After` asks for in milliseconds: seconds or a date; 0 for none, or one that nobody can read. */
export function retryAfterMilliseconds(header: string | undefined, now: number): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
