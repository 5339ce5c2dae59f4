import { randomInt } from 'node:crypto';

/** How the beginnings of many scans are laid out over time. */
export interface Spread {
  /** Over how long, in milliseconds; 0 for at once. */
  readonly over: number;
  /** Most that begin in a minute; the time gets longer where it has to. @default any number */
  readonly rate?: number;
}

/** One of many equal parts of a second's fraction. */
const FINE = 2 ** 32;

/**
 * When each of so many scans begins, in milliseconds from now: one in each of as many equal parts of the time, at a random
 * moment of it, and in random order, so that neither two nights nor two neighbours are alike.
 */
export function delaysOf(count: number, { over, rate }: Spread, random = () => randomInt(FINE - 1) / FINE): number[] {
  const duration = Math.max(over, rate === undefined ? 0 : (count * 60_000) / rate);
  const delays = Array.from({ length: count }, (_, place) => Math.floor(((place + random()) * duration) / count));
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [delays[last], delays[other]] = [delays[other] as number, delays[last] as number];
  }
  return delays;
}
