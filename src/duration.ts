const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Longest duration that is taken, in days: beyond it a date may be none that a calendar knows. */
const MOST_DAYS = 36_500;

export const DAY_MILLISECONDS = UNITS.d;

/** `90s`, `15m`, `36h`, `7d` in milliseconds; `null` for anything else, zero included. */
export function parseDuration(text: string): number | null {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (number === undefined || unit === undefined) return null;
  const milliseconds = Number(number) * UNITS[unit as keyof typeof UNITS];
  return milliseconds > 0 && milliseconds <= MOST_DAYS * UNITS.d ? milliseconds : null;
}

/** What {@link parseDuration} takes, for the message of who could not use what was given. */
export const DURATION_FORM = 'a number with s, m, h or d behind it, such as 36h or 7d';
