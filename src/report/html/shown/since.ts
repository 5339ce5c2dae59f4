import type { Finding, Report } from '../../../model.js';
import { SEVERITIES, type Severity } from '../../../types.js';
import { countInWords, groupDigits, minuteOf } from '../../../words.js';
import { isExempted } from '../../advice.js';
import { comparisonOf, isNew } from '../../findings.js';

const DAY_MS = 86_400_000;

/** Since when the worst of what was found has been there, as far as scans are remembered; '' where nothing was found. */
export function sinceWhenInWords(report: Report): string {
  const worst = worstFindings(report);
  if (worst.length === 0) return '';
  const seen = worst.flatMap(({ firstSeen }) => (firstSeen === undefined ? [] : [firstSeen.getTime()]));
  if (seen.length === 0) return 'Since when is not known: no scan is remembered.';
  const { changes, startedAt } = report;
  const oldest = new Date(seen.reduce((least, one) => Math.min(least, one)));
  const since = `There since ${minuteOf(oldest)}${agoInWords(oldest, startedAt)}`;
  if (changes === null) {
    const isFirst = oldest.getTime() === startedAt.getTime();
    return isFirst ? 'First seen by this scan, the first that is remembered: it may be older.' : `${since}.`;
  }
  const compared = comparisonOf(report);
  const fresh = worst.filter((finding) => isNew(compared, finding)).length;
  if (fresh === worst.length) {
    const had = `of ${minuteOf(changes.since.startedAt)}, had none of it.`;
    if (oldest.getTime() === startedAt.getTime()) return `First seen by this scan: the one before, ${had}`;
    // A scan in between that was not complete.
    return `${since}; the last complete scan, ${had}`;
  }
  if (fresh === 0) return `${since}; nothing grave is new since the last scan.`;
  return `${since}; ${groupDigits(fresh)} of the ${groupDigits(worst.length)} gravest findings are new since the last scan.`;
}

/** When the files of the worst findings changed last, by the clock of their file system; '' where nobody asked. */
export function changedWhenInWords(report: Report): string {
  const times = worstFindings(report).flatMap(({ ctimeMs }) => (ctimeMs === undefined ? [] : [ctimeMs]));
  if (times.length === 0) return '';
  const bounds = [Math.min, Math.max].map((pick) => new Date(times.reduce((a, b) => pick(a, b))));
  if (bounds.some((bound) => Number.isNaN(bound.getTime()))) return '';
  const [first, last] = bounds.map(minuteOf);
  return first === last ? `${first}` : `${first} to ${last}`;
}

/** What counts and is of the worst severities that there are, without what can wait. */
function worstFindings({ modules, tree }: Report): Finding[] {
  const all = [...modules.flatMap(({ findings }) => findings), ...tree.findings].filter(
    (finding) => !isExempted(finding),
  );
  for (const levels of [SEVERITIES.slice(0, 2), SEVERITIES.slice(2, 3)]) {
    const wanted = new Set<Severity>(levels);
    const found = all.filter(({ severity }) => wanted.has(severity));
    if (found.length > 0) return found;
  }
  return [];
}

function agoInWords(then: Date, now: Date): string {
  const days = Math.round((now.getTime() - then.getTime()) / DAY_MS);
  return days < 1 ? '' : `, ${countInWords(days, 'day')} before`;
}
