/**
 * Each step brings the coordinator's database from the version of its place to the next one. Steps are never changed
 * once released, only added. Paths and names of modules are bytes, one character each (`BytePath`); times are
 * milliseconds since the epoch, by the coordinator's clock unless a comment says otherwise.
 */
export const FLEET_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE hosts (
    name TEXT PRIMARY KEY,
    public_key TEXT NOT NULL,
    in_groups TEXT NOT NULL,
    labels TEXT NOT NULL,
    store INTEGER NOT NULL,
    enrolled_at INTEGER NOT NULL,
    removed_at INTEGER,
    last_heard INTEGER,
    version TEXT
  ) WITHOUT ROWID;

  CREATE TABLE tokens (
    public_key TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    in_groups TEXT NOT NULL,
    labels TEXT NOT NULL,
    store INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used_at INTEGER,
    used_by TEXT
  ) WITHOUT ROWID;
  -- Of every message it is asked which tokens its host has.
  CREATE INDEX tokens_of_host ON tokens (host);

  -- modules: those that were asked for, as JSON; NULL for everything.
  CREATE TABLE orders (
    nonce TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    batch TEXT NOT NULL,
    sealed TEXT NOT NULL,
    modules TEXT,
    priority TEXT NOT NULL,
    issued INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    state TEXT NOT NULL,
    ended_at INTEGER,
    reason TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX orders_of_host ON orders (host, issued);
  CREATE INDEX orders_of_batch ON orders (batch, state, issued, not_before, expires);
  CREATE INDEX open_orders ON orders (nonce, expires) WHERE state = 'sent';

  CREATE TABLE nights (
    id TEXT PRIMARY KEY,
    cron TEXT NOT NULL,
    tz TEXT NOT NULL,
    selection TEXT NOT NULL,
    request TEXT NOT NULL,
    spread INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  -- started_at and finished_at are of the host's clock. counts: findings by severity, the worst first, as JSON.
  CREATE TABLE reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_nonce TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    message TEXT NOT NULL,
    issued INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    whole INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    exit_code INTEGER NOT NULL,
    counts TEXT NOT NULL,
    report TEXT NOT NULL
  );
  CREATE INDEX reports_of_host ON reports (host, id);

  -- What is known of a host at present: its last report of everything, and those of single modules since. unseen: modules
  -- of which the last of those did not see all, as JSON. digest: of what its rows in modules and findings were made of; ''
  -- where that is more than one report.
  CREATE TABLE standings (
    host TEXT PRIMARY KEY,
    last_report INTEGER NOT NULL,
    last_whole INTEGER,
    issued INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    complete INTEGER NOT NULL,
    counts TEXT NOT NULL,
    elsewhere TEXT NOT NULL,
    unseen TEXT NOT NULL,
    digest TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE modules (
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    version TEXT,
    verdict TEXT NOT NULL,
    signer TEXT,
    signed_at INTEGER,
    text_sha256 TEXT,
    counts TEXT NOT NULL,
    PRIMARY KEY (host, name)
  ) WITHOUT ROWID;
  CREATE INDEX modules_by_name ON modules (name, version, text_sha256, signer, verdict);

  -- Those whose content is known. key: what makes two findings of a host the same.
  CREATE TABLE findings (
    host TEXT NOT NULL,
    key TEXT NOT NULL,
    hash TEXT NOT NULL,
    module TEXT,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    class TEXT,
    severity TEXT NOT NULL,
    exempted INTEGER NOT NULL,
    PRIMARY KEY (host, key)
  ) WITHOUT ROWID;
  CREATE INDEX findings_by_hash ON findings (hash, host, severity, exempted);

  CREATE TABLE first_seen (
    hash TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    noted_at INTEGER NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE refusals (
    host TEXT NOT NULL,
    why TEXT NOT NULL,
    detail TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (host, why)
  ) WITHOUT ROWID;

  -- Messages that were taken, until they expire.
  CREATE TABLE heard (
    host TEXT NOT NULL,
    nonce TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (host, nonce)
  ) WITHOUT ROWID;
  CREATE INDEX heard_until ON heard (expires);
  `,
];

/** Those that say who is believed and what was asked: they are read whole when the database is opened. */
export const CHECKED_TABLES: readonly string[] = ['hosts', 'tokens', 'nights', 'standings', 'refusals'];
