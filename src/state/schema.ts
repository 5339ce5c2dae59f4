import type { Sqlite } from './sqlite.js';

/**
 * Each step brings a database from the version of its place to the next one. Steps are never changed once released,
 * only added. Paths and names are bytes, one character each (`BytePath`); times are milliseconds since the epoch.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE scans (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root TEXT NOT NULL,
    kind TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    reach INTEGER NOT NULL,
    exit_code INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    summary TEXT NOT NULL,
    notes TEXT NOT NULL
  );
  CREATE INDEX scans_by_root ON scans (root, id);

  CREATE TABLE modules (
    scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
    name TEXT NOT NULL,
    verdict TEXT NOT NULL,
    version TEXT,
    signer TEXT,
    signed_at INTEGER,
    text_sha256 TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (scan, name)
  ) WITHOUT ROWID;

  CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    root TEXT NOT NULL,
    key TEXT NOT NULL,
    module TEXT,
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    file TEXT NOT NULL,
    severity TEXT NOT NULL,
    details TEXT NOT NULL,
    reach INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    open INTEGER NOT NULL,
    exempted INTEGER NOT NULL,
    told_at INTEGER,
    end_told INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX open_findings ON findings (root, key) WHERE open = 1;
  CREATE INDEX ended_findings ON findings (root, last_seen) WHERE open = 0;

  CREATE TABLE scan_findings (
    scan INTEGER NOT NULL REFERENCES scans ON DELETE CASCADE,
    finding INTEGER NOT NULL REFERENCES findings ON DELETE CASCADE,
    exempted INTEGER NOT NULL,
    PRIMARY KEY (scan, finding)
  ) WITHOUT ROWID;
  CREATE INDEX scans_of_finding ON scan_findings (finding);

  CREATE TABLE signatures (
    root TEXT NOT NULL,
    module TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (root, module)
  ) WITHOUT ROWID;

  CREATE TABLE stamps (
    root TEXT NOT NULL,
    module TEXT NOT NULL,
    key TEXT NOT NULL,
    stamps TEXT NOT NULL,
    PRIMARY KEY (root, module)
  ) WITHOUT ROWID;

  CREATE TABLE conditions (
    root TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    told_at INTEGER,
    PRIMARY KEY (root, name)
  ) WITHOUT ROWID;

  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    event TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    problem TEXT NOT NULL
  );
  `,
  // What it takes to show the report of an earlier scan again.
  `
  ALTER TABLE scans ADD COLUMN fail_on TEXT NOT NULL DEFAULT 'high';
  ALTER TABLE modules ADD COLUMN details TEXT;
  ALTER TABLE scan_findings ADD COLUMN exemption TEXT;
  `,
];

/** A database that a newer release wrote. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
}

/**
 * Brings a database to the present version, each step whole or not at all.
 * @param steps the steps of this kind of database, from the first release on.
 * @throws NewerSchemaError
 */
export function migrate(database: Sqlite, steps: readonly string[]): void {
  const version = versionOf(database);
  if (version > steps.length) {
    throw new NewerSchemaError(`it has version ${version}, and this release knows ${steps.length}`);
  }
  for (const [index, step] of steps.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      // Another program may have been waited for that did the same.
      if (versionOf(database) > index) return;
      database.run(step);
      database.run(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

function versionOf(database: Sqlite): number {
  return Number(database.first('PRAGMA user_version')?.[0] ?? 0);
}
