import type { Report } from '../../../model.js';
import { minuteOf } from '../../../words.js';
import { CHARTED, type ShownScan } from './scan-types.js';

/** Earlier scans of the whole web root and this one, the oldest first; none where none is remembered. */
export function shownScans(report: Report): ShownScan[] {
  const past = report.history.filter(({ whole }) => whole);
  if (past.length === 0) return [];
  const { scan, startedAt, complete, summary } = report;
  return [...past, { scan, startedAt, complete, findings: summary.findings }].map((one) => ({
    scan: one.scan,
    at: minuteOf(one.startedAt),
    complete: one.complete,
    counts: CHARTED.map((severity) => one.findings[severity]),
  }));
}
