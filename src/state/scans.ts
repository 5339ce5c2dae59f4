import type { BytePath } from '../files/bytepath.js';
import type { Summary } from '../model.js';
import type { ModuleDetails, ScanRecord, Snapshot, StoredFinding, StoredModule } from '../snapshot.js';
import type { ScanKind, Severity, Verdict } from '../types.js';
import { exemptionOf, findingOf } from './findings.js';
import { jsonOf, objectOf, type Row, type Sqlite, timeOf } from './sqlite.js';

const COLUMNS =
  'id, root, kind, started_at, finished_at, complete, whole, reach, fail_on, exit_code, left_out, summary, notes';

/** Adds a scan and what it says of its modules; returns its number. */
export function addScan(
  database: Sqlite,
  scan: Omit<ScanRecord, 'id'>,
  modules: ReadonlyMap<BytePath, StoredModule>,
): number {
  const insert = database.change(`INSERT INTO scans (${COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const id = insert(
    scan.root,
    scan.kind,
    scan.startedAt.getTime(),
    scan.finishedAt.getTime(),
    Number(scan.complete),
    Number(scan.whole),
    scan.reach,
    scan.failOn,
    scan.exitCode,
    scan.leftOut,
    JSON.stringify(scan.summary),
    JSON.stringify(scan.notes),
  );
  const add = database.change('INSERT INTO modules VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [name, { signedAt, details, ...state }] of modules) {
    const { verdict, version, signer, textSha256, reason } = state;
    const kept = details === null ? null : JSON.stringify(details);
    add(id, name, verdict, version, signer, signedAt?.getTime() ?? null, textSha256, reason, kept);
  }
  return id;
}

/** Notes how a scan ended after all, and what there was to say then. */
export function amendScan(database: Sqlite, id: number, exitCode: number, notes: readonly string[]): void {
  database.change('UPDATE scans SET exit_code = ?, notes = ? WHERE id = ?')(exitCode, JSON.stringify(notes), id);
}

/** The last scans, newest first: of all web roots, or of one. */
export function lastScans(database: Sqlite, most: number, root?: BytePath): ScanRecord[] {
  const where = root === undefined ? '' : 'WHERE root = ?';
  const values = root === undefined ? [most] : [root, most];
  return database.all(`SELECT ${COLUMNS} FROM scans ${where} ORDER BY id DESC LIMIT ?`, ...values).map(scanOf);
}

/** Scans of a web root before one, newest first. @param before its number; by default all scans are before it. */
export function scansBefore(database: Sqlite, most: number, root: BytePath, before?: number): ScanRecord[] {
  const query = `SELECT ${COLUMNS} FROM scans WHERE root = ? AND id < ? ORDER BY id DESC LIMIT ?`;
  return database.all(query, root, before ?? Number.MAX_SAFE_INTEGER, most).map(scanOf);
}

export function scanById(database: Sqlite, id: number): ScanRecord | null {
  const row = database.first(`SELECT ${COLUMNS} FROM scans WHERE id = ?`, id);
  return row === undefined ? null : scanOf(row);
}

/** The last scan of a web root that looked at everything and could. */
export function lastCompleteScan(database: Sqlite, root: BytePath, before?: number): ScanRecord | null {
  const row = database.first(
    `SELECT ${COLUMNS} FROM scans WHERE root = ? AND complete = 1 AND whole = 1 AND id < ? ORDER BY id DESC LIMIT 1`,
    root,
    before ?? Number.MAX_SAFE_INTEGER,
  );
  return row === undefined ? null : scanOf(row);
}

/**
 * When the last complete scan of a web root that read every file began. The last by number: one night with a clock that
 * is ahead must not outshine all that come after it.
 */
export function lastFullScan(database: Sqlite, root: BytePath): Date | null {
  const row = database.first(
    `SELECT started_at FROM scans WHERE root = ? AND complete = 1 AND whole = 1 AND kind = 'full'
     ORDER BY id DESC LIMIT 1`,
    root,
  );
  return row === undefined ? null : timeOf(row[0]);
}

/** When the last complete scan ended, the last by number too: of a web root, or of any. */
export function lastSuccess(database: Sqlite, root: BytePath | null): Date | null {
  const row = database.first(
    `SELECT finished_at FROM scans WHERE coalesce(root = ?, 1) AND complete = 1 AND whole = 1
     ORDER BY id DESC LIMIT 1`,
    root,
  );
  return row === undefined ? null : timeOf(row[0]);
}

/** What a scan found. */
export function snapshotOf(database: Sqlite, scan: ScanRecord): Snapshot {
  const modules = new Map<BytePath, StoredModule>();
  for (const row of database.all(
    'SELECT name, verdict, version, signer, signed_at, text_sha256, reason, details FROM modules WHERE scan = ?',
    scan.id,
  )) {
    const [name, verdict, version, signer, signedAt, textSha256, reason, details] = row;
    modules.set(name as BytePath, {
      verdict: verdict as Verdict,
      version: version as string | null,
      signer: signer as string | null,
      signedAt: signedAt === null ? null : timeOf(signedAt),
      textSha256: textSha256 as string | null,
      reason: String(reason),
      details: details === null ? null : moduleDetailsOf(details),
    });
  }
  const findings = new Map<string, StoredFinding>();
  for (const row of database.all(
    `SELECT key, module, details, scan_findings.exempted, exemption, reach, first_seen
     FROM scan_findings JOIN findings ON findings.id = finding WHERE scan = ?`,
    scan.id,
  )) {
    const [key, module, details, exempted, exemption, reach, firstSeen] = row;
    findings.set(String(key), {
      key: String(key),
      module: module as BytePath | null,
      finding: {
        ...findingOf(details),
        ...(exemption === null ? {} : { exemption: exemptionOf(exemption) }),
        firstSeen: timeOf(firstSeen),
      },
      exempted: Number(exempted) === 1,
      reach: Number(reach),
    });
  }
  return { scan, modules, findings };
}

/** @throws DamageError */
function moduleDetailsOf(column: unknown): ModuleDetails {
  return objectOf(column, 'path', 'listed', 'hashed', 'reused', 'unchecked', 'signature') as ModuleDetails;
}

function scanOf(row: Row): ScanRecord {
  const [id, root, kind, startedAt, finishedAt, complete, whole, reach, failOn, exitCode, ...more] = row;
  const [leftOut, summary, notes] = more;
  return {
    id: Number(id),
    root: root as BytePath,
    kind: kind as ScanKind,
    startedAt: timeOf(startedAt),
    finishedAt: timeOf(finishedAt),
    complete: Number(complete) === 1,
    whole: Number(whole) === 1,
    reach: Number(reach),
    failOn: failOn as Severity,
    exitCode: Number(exitCode),
    leftOut: Number(leftOut),
    summary: jsonOf(summary) as Summary,
    notes: jsonOf(notes) as string[],
  };
}
