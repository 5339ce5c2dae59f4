import { z } from 'zod';
import { SigsweepError } from '../errors.js';

/** How a schedule comes to life. */
export type Scheduler = 'systemd' | 'cron';

const settings = z.strictObject({
  scheduler: z.enum(['systemd', 'cron']),
  /** When, every day, by the machine's own clock: `HH:MM`. */
  at: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
  /** How much later it may be, so that many machines do not start at once; each keeps its own delay. */
  splaySeconds: z
    .int()
    .min(0)
    .max(12 * 3600),
  /** What alerts need that the scan itself does not. Of a command nobody knows what it needs. */
  needs: z.strictObject({ network: z.boolean(), sendmail: z.boolean(), command: z.boolean() }),
  /** Folders that the scan writes to, besides its own state; absolute. */
  writable: z.array(z.string().startsWith('/')).readonly(),
  /** What `sigsweep scan` is given, word by word. */
  scan: z.array(z.string()).readonly(),
});

/** What a schedule is made from. It stands in the files that it became, so that `status` can tell what they should be. */
export type ScheduleSettings = Readonly<z.output<typeof settings>>;

const MARK = '# sigsweep-schedule ';

/** The comment that every file of a schedule begins with: only files that have it are replaced or removed. */
export function markOf(schedule: ScheduleSettings): string {
  return (
    '# Made by "sigsweep schedule install", which replaces it, and "sigsweep schedule remove", which removes it.\n' +
    `${MARK}${JSON.stringify(schedule)}\n`
  );
}

/** Whether {@link markOf} stands in the text. */
export function isMarked(text: string): boolean {
  return markIn(text) !== undefined;
}

/** What the file was made from; `null` where that cannot be read, as when another version wrote it. */
export function settingsIn(text: string): ScheduleSettings | null {
  try {
    return settings.parse(JSON.parse(markIn(text) ?? ''));
  } catch {
    return null;
  }
}

function markIn(text: string): string | undefined {
  return text
    .split('\n')
    .find((line) => line.startsWith(MARK))
    ?.slice(MARK.length);
}

/**
 * Requires that every word can stand in one line of a unit or a crontab.
 * @throws SigsweepError SCHEDULE_FAILED
 */
export function requireWords(words: readonly string[]): void {
  // U+FFFD is what Node makes of bytes that are no text: at night it would be another name.
  const odd = words.find((word) => /[\p{Cc}\ufffd]/u.test(word));
  if (odd === undefined) return;
  throw new SigsweepError(
    'SCHEDULE_FAILED',
    `${JSON.stringify(odd)} cannot be scheduled: it holds a control character or bytes that are no UTF-8`,
  );
}
