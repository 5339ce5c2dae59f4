import type { BytePath } from '../files/bytepath.js';
import type { PastScan } from '../model.js';
import { scansBefore } from '../state/scans.js';
import type { Sqlite } from '../state/sqlite.js';

/** So many scans before it does a report tell of: three months of nights. */
const MOST_PAST_SCANS = 90;

/** The scans of a web root before one, as its report has them, the oldest first. */
export function pastScans(database: Sqlite, root: BytePath, before?: number): PastScan[] {
  return scansBefore(database, MOST_PAST_SCANS, root, before)
    .reverse()
    .map(({ id, startedAt, kind, whole, complete, exitCode, summary: { findings } }) => {
      return { scan: id, startedAt, kind, whole, complete, exitCode, findings };
    });
}
