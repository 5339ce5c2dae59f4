import type { BytePath } from '../files/bytepath.js';
import type { Sqlite } from './sqlite.js';

/** So many scans of a web root are kept whatever their age: a clock that was wrong for a night ends no history. */
const LEAST_SCANS = 30;

/** Most findings kept that are gone, of all web roots. Somebody could make new ones every night. */
const MOST_ENDED_FINDINGS = 200_000;

/** Removes scans that began before a time, and what only they knew. The last complete one stays. */
export function forget(database: Sqlite, root: BytePath, before: Date): void {
  database.change(
    `DELETE FROM scans WHERE root = ? AND started_at < ?
     AND id NOT IN (SELECT id FROM scans WHERE root = ? ORDER BY id DESC LIMIT ${LEAST_SCANS})
     AND id NOT IN (SELECT max(id) FROM scans WHERE root = ? AND complete = 1 AND whole = 1)`,
  )(root, before.getTime(), root, root);
  database.run(
    `DELETE FROM findings WHERE open = 0 AND (told_at IS NULL OR end_told = 1)
     AND id NOT IN (SELECT finding FROM scan_findings);
     DELETE FROM findings WHERE id IN
     (SELECT id FROM findings WHERE open = 0 ORDER BY id DESC LIMIT -1 OFFSET ${MOST_ENDED_FINDINGS})`,
  );
}

/** Forgets how the files of modules looked that are not there any more. */
export function forgetStamps(database: Sqlite, root: BytePath, present: ReadonlySet<BytePath>): void {
  const remove = database.change('DELETE FROM stamps WHERE root = ? AND module = ?');
  for (const [module] of database.all('SELECT module FROM stamps WHERE root = ?', root)) {
    if (!present.has(module as BytePath)) remove(root, module as BytePath);
  }
}
