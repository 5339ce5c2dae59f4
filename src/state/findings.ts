import type { BytePath } from '../files/bytepath.js';
import type { Exemption, Finding } from '../finding.js';
import type { StoredFinding } from '../snapshot.js';
import type { OpenFinding } from './records.js';
import { objectOf, type Row, type Sqlite, timeOf } from './sqlite.js';

const COLUMNS = 'id, key, module, details, exempted, reach, first_seen, told_at';

/** Findings of a web root that the last scan which looked for them found, by key. */
export function openFindings(database: Sqlite, root: BytePath): Map<string, OpenFinding> {
  const rows = database.all(`SELECT ${COLUMNS} FROM findings WHERE root = ? AND open = 1`, root);
  return new Map(rows.map((row) => [String(row[1]), openFindingOf(row)]));
}

/** Findings that are gone, of which somebody was told, but not yet that they are gone. */
export function endsToTell(database: Sqlite, root: BytePath): OpenFinding[] {
  return database
    .all(
      `SELECT ${COLUMNS} FROM findings WHERE root = ? AND open = 0 AND told_at IS NOT NULL AND end_told = 0 ORDER BY id`,
      root,
    )
    .map(openFindingOf);
}

/**
 * Notes what a scan found: opens what is new, keeps what is still there. An exempted finding counts as never told: when
 * its exemption ends, it is news again.
 * @param scan the scan's number.
 */
export function keepFindings(
  database: Sqlite,
  root: BytePath,
  scan: number,
  at: Date,
  found: Iterable<StoredFinding>,
  open: ReadonlyMap<string, OpenFinding>,
): void {
  const insert = database.change(
    `INSERT INTO findings (root, key, module, kind, path, file, severity, details, reach, first_seen, last_seen, open, exempted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  const update = database.change(
    `UPDATE findings SET details = ?, reach = ?, last_seen = ?, exempted = ?,
     told_at = CASE WHEN ? = 1 THEN NULL ELSE told_at END WHERE id = ?`,
  );
  const link = database.change('INSERT INTO scan_findings VALUES (?, ?, ?, ?)');
  const time = at.getTime();
  for (const { key, module, finding, exempted, reach } of found) {
    const { firstSeen: _, exemption, ...kept } = finding;
    const details = JSON.stringify(kept);
    const known = open.get(key);
    const hidden = Number(exempted);
    let id = known?.id;
    if (known === undefined || id === undefined) {
      const { kind, path, file, severity } = finding;
      id = insert(root, key, module, kind, path, file, severity, details, reach, time, time, hidden);
    } else {
      update(details, reach & known.reach, time, hidden, hidden, id);
    }
    link(scan, id, hidden, exemption === undefined ? null : JSON.stringify(exemption));
  }
}

/** Notes that findings are gone. */
export function endFindings(database: Sqlite, ids: Iterable<number>): void {
  const end = database.change('UPDATE findings SET open = 0 WHERE id = ?');
  for (const id of ids) end(id);
}

/** Notes that somebody was told of findings that are there. */
export function noteTold(database: Sqlite, root: BytePath, keys: Iterable<string>, at: Date): void {
  const tell = database.change('UPDATE findings SET told_at = ? WHERE root = ? AND key = ? AND open = 1');
  for (const key of keys) tell(at.getTime(), root, key);
}

/** Notes that somebody was told that findings are gone. */
export function noteEndTold(database: Sqlite, ids: Iterable<number>): void {
  const tell = database.change('UPDATE findings SET end_told = 1 WHERE id = ?');
  for (const id of ids) tell(id);
}

/** A finding as JSON gives it back. @throws DamageError */
export function findingOf(details: unknown): Finding {
  return objectOf(details, 'kind', 'path', 'file', 'severity') as Finding;
}

/** What excused a finding, as JSON gives it back. @throws DamageError */
export function exemptionOf(column: unknown): Exemption {
  const { expires, ...said } = objectOf(column, 'reason', 'author', 'expires') as Exemption;
  return { ...said, expires: timeOf(Date.parse(String(expires))) };
}

function openFindingOf(row: Row): OpenFinding {
  const [id, key, module, details, exempted, reach, firstSeen, toldAt] = row;
  return {
    id: Number(id),
    key: String(key),
    module: module as BytePath | null,
    finding: { ...findingOf(details), firstSeen: timeOf(firstSeen) },
    exempted: Number(exempted) === 1,
    reach: Number(reach),
    firstSeen: timeOf(firstSeen),
    toldAt: toldAt === null ? null : timeOf(toldAt),
  };
}
