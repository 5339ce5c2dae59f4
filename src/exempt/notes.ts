import { DAY_MILLISECONDS } from '../duration.js';
import { fromText } from '../files/bytepath.js';
import { countInWords, dayOf } from '../words.js';
import type { ExemptionEntry } from './entry.js';

/** How long before its end an exemption is spoken of. */
const SOON = 14 * DAY_MILLISECONDS;

/** Most reasons that are named. */
const MOST_REASONS = 5;

/**
 * What a reader of a report should know of its exemptions: how many have ended whose findings are still there, and
 * which will soon. One that covers nothing is not spoken of.
 * @param holding entries that cover findings → how many each.
 * @param ended those that would, had they not ended.
 * @returns bytes, as {@link Report.notes} are.
 */
export function exemptionNotes(
  holding: ReadonlyMap<ExemptionEntry, number>,
  ended: ReadonlySet<ExemptionEntry>,
  now: Date,
): string[] {
  const notes: string[] = [];
  if (ended.size > 0) {
    const [verb, whose] = ended.size === 1 ? ['has', 'its'] : ['have', 'their'];
    notes.push(`${countInWords(ended.size, 'exemption')} ${verb} ended, so ${whose} findings count again`);
  }
  const ending = endingSoon(holding, now);
  for (const { day, because, findings } of ending.slice(0, MOST_REASONS)) {
    const verb = findings === 1 ? 'is' : 'are';
    notes.push(fromText(`${countInWords(findings, 'finding')} ${verb} exempted until ${day} only: ${because}`));
  }
  const more = ending.slice(MOST_REASONS).reduce((sum, { findings }) => sum + findings, 0);
  if (more > 0) notes.push(`${countInWords(more, 'more finding')} will not be exempted two weeks from now`);
  return notes;
}

interface Ending {
  readonly day: string;
  readonly because: string;
  readonly findings: number;
}

/** What ends soon, by day and reason, the next one first. */
function endingSoon(holding: ReadonlyMap<ExemptionEntry, number>, now: Date): Ending[] {
  const endings = new Map<string, Ending>();
  for (const [{ expires, reason, author }, number] of holding) {
    if (expires.getTime() - now.getTime() > SOON) continue;
    const day = dayOf(expires);
    const because = `${reason} (${author})`;
    const key = `${day} ${because}`;
    endings.set(key, { day, because, findings: (endings.get(key)?.findings ?? 0) + number });
  }
  return [...endings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ending]) => ending);
}
