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
     AND id NOT IN (SELECT finding FROM scan_findings)`,
  );
  forgetEnded(database, MOST_ENDED_FINDINGS);
}

/** Of too many findings that are gone, the oldest. What scans had of them is left out from now on, as each says. */
export function forgetEnded(database: Sqlite, most: number): void {
  const last = database.first('SELECT id FROM findings WHERE open = 0 ORDER BY id DESC LIMIT 1 OFFSET ?', most);
  if (last === undefined) return;
  const ended = Number(last[0]);
  const links = 'scan_findings JOIN findings ON findings.id = finding WHERE open = 0 AND finding <= ?';
  database.change(
    `UPDATE scans SET left_out = left_out + lost.number
     FROM (SELECT scan, count(*) AS number FROM ${links} GROUP BY scan) AS lost WHERE id = lost.scan`,
  )(ended);
  database.change('DELETE FROM findings WHERE open = 0 AND id <= ?')(ended);
}

/** Forgets how the files of modules looked that are not there any more. */
export function forgetStamps(database: Sqlite, root: BytePath, present: ReadonlySet<BytePath>): void {
  const remove = database.change('DELETE FROM stamps WHERE root = ? AND module = ?');
  for (const [module] of database.all('SELECT module FROM stamps WHERE root = ?', root)) {
    if (!present.has(module as BytePath)) remove(root, module as BytePath);
  }
}
