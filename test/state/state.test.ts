import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { History } from '../../src/audit/history.js';
import { ScanLock } from '../../src/state/lock.js';
import { forgetEnded } from '../../src/state/retention.js';
import { MIGRATIONS, migrate } from '../../src/state/schema.js';
import { Sqlite } from '../../src/state/sqlite.js';
import { openState } from '../../src/state/state.js';
import { tempFolder } from '../helpers/temp.js';

const NOW = new Date('2026-01-02T03:04:05.678Z');
const built = (path: string) => new URL(`../../dist/src/${path}`, import.meta.url).href;

/** Runs a program of ours in another process, until it has said something or ended. */
async function elsewhere(script: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  return { child, said: String(said).trim() };
}

const takeLock = (folder: string) => `
  const { ScanLock } = await import('${built('state/lock.js')}');
  try { globalThis.lock = ScanLock.take(${JSON.stringify(folder)}); console.log('taken'); setInterval(() => {}, 1000); }
  catch (error) { console.log(error.code + ': ' + error.message); }`;

describe('the lock', () => {
  it('is held by one process at a time, and says by which', async () => {
    const folder = tempFolder();
    const lock = ScanLock.take(folder);
    const { said } = await elsewhere(takeLock(folder));
    expect(said).toMatch(/^SCAN_RUNNING: another scan is running with /);
    expect(said).toContain(`process ${process.pid} since 2`);
    lock.release();
    ScanLock.take(folder).release();
  });

  it('is free at once when its holder is killed', async () => {
    const folder = tempFolder();
    const { child, said } = await elsewhere(takeLock(folder));
    expect(said).toBe('taken');
    expect(() => ScanLock.take(folder)).toThrow(`process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    ScanLock.take(folder).release();
  });

  it('leaves no history open when it cannot be taken', () => {
    const folder = tempFolder();
    const lock = ScanLock.take(folder);
    expect(() => History.open(folder, NOW)).toThrow('another scan is running');
    lock.release();
    History.open(folder, NOW).close();
  });
});

describe('the folder', () => {
  it('is made for its owner alone, with what lies in it', () => {
    const folder = join(tempFolder(), 'a/b');
    openState(folder, NOW).database.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'history.db')).mode & 0o777).toBe(0o600);
  });

  it('is refused where others may write', () => {
    const folder = join(tempFolder(), 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(() => openState(folder, NOW)).toThrow(`${folder} can be written by others: chmod go-w ${folder}`);
  });

  it('is refused where it is none, or cannot be made', () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    expect(() => openState(file, NOW)).toThrow(/cannot keep the history in .*file: /);
    expect(() => openState(join(file, 'below'), NOW)).toThrow(/ENOTDIR.*--state DIR.*--no-state/);
  });
});

describe('the database', () => {
  const some = (database: Sqlite) =>
    database.change("INSERT INTO outbox VALUES (NULL, ?, '{}', 0, 0, '')")('mail') && database.close();
  const count = (database: Sqlite) => database.first('SELECT count(*) FROM outbox')?.[0];

  it('is there again when it is opened again', () => {
    const folder = tempFolder();
    some(openState(folder, NOW).database);
    const { database, note } = openState(folder, NOW);
    expect([count(database), note]).toEqual([1, '']);
    database.close();
  });

  it.each([
    [
      'is no database',
      (file: string) => writeFileSync(file, 'no database at all, but long enough to be read\n'.repeat(99)),
    ],
    ['was overwritten in the middle', (file: string) => overwrite(file, 4096, 8192)],
    ['was cut off', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
  ])('is moved aside where it %s, and a new one begins', (_, damage) => {
    const folder = tempFolder();
    some(openState(folder, NOW).database);
    // What is in the log would be played back into the file, and mend it.
    checkpoint(folder);
    damage(join(folder, 'history.db'));
    const damaged = readFileSync(join(folder, 'history.db'));
    const { database, note } = openState(folder, NOW);
    const aside = 'history.db.damaged-2026-01-02T03-04-05.678Z';
    expect(note).toContain(`it is kept as ${aside}`);
    expect(readFileSync(join(folder, aside)).equals(damaged)).toBe(true);
    expect(count(database)).toBe(0);
    database.close();
  });

  it('is moved aside where the damage shows later', () => {
    const folder = tempFolder();
    const history = History.open(folder, NOW);
    const damage = Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT' });
    let tries = 0;
    const result = history.use((database) => {
      tries += 1;
      if (tries === 1) throw damage;
      return count(database);
    });
    expect([result, tries]).toEqual([0, 2]);
    expect(history.notes).toEqual([expect.stringContaining('was damaged')]);
    expect(readdirSync(folder)).toContain('history.db.damaged-2026-01-02T03-04-05.678Z');
    history.close();
  });

  it('of a newer release is left alone', () => {
    const folder = tempFolder();
    const { database } = openState(folder, NOW);
    database.run('PRAGMA user_version = 99');
    database.close();
    expect(() => openState(folder, NOW)).toThrow(/a newer sigsweep wrote it/);
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  it('is brought to the present version once', () => {
    const file = join(tempFolder(), 'x.db');
    const database = new Sqlite(file, 0);
    migrate(database, MIGRATIONS);
    const version = database.first('PRAGMA user_version')?.[0];
    migrate(database, MIGRATIONS);
    expect(version).toBeGreaterThan(0);
    expect(database.first('PRAGMA user_version')?.[0]).toBe(version);
    database.close();
  });

  it('forgets findings of too many, and every scan then says that it has not all of its own', () => {
    const database = new Sqlite(join(tempFolder(), 'x.db'), 0);
    migrate(database, MIGRATIONS);
    database.run(`
      INSERT INTO scans (id, root, kind, started_at, finished_at, complete, whole, reach, exit_code, left_out, summary, notes)
      VALUES (1, '/w', 'full', 0, 0, 1, 1, 1, 1, 5, '{}', '[]'), (2, '/w', 'full', 0, 0, 1, 1, 1, 1, 0, '{}', '[]');
      INSERT INTO findings (id, root, key, kind, path, file, severity, details, reach, first_seen, last_seen, open, exempted)
      SELECT value, '/w', value, 'k', 'p', 'f', 'high', '{}', 0, 0, 0, value = 1, 0 FROM json_each('[1,2,3,4]');
      INSERT INTO scan_findings (scan, finding, exempted) VALUES (1, 1, 0), (1, 2, 0), (1, 3, 0), (2, 3, 0), (2, 4, 0)`);
    const kept = () => [
      database.all('SELECT id FROM findings').flat(),
      database.all('SELECT left_out FROM scans ORDER BY id').flat(),
    ];
    forgetEnded(database, 3);
    expect(kept()).toEqual([
      [1, 2, 3, 4],
      [5, 0],
    ]);
    forgetEnded(database, 1);
    expect(kept()).toEqual([
      [1, 4],
      [7, 1],
    ]);
    database.close();
  });

  it('takes what its library would not: texts with NUL, and says what went wrong', () => {
    const database = new Sqlite(join(tempFolder(), 'x.db'), 0);
    database.run('CREATE TABLE t (a UNIQUE)');
    const add = database.change('INSERT INTO t VALUES (?)');
    add('a\0b');
    expect(database.all('SELECT a FROM t')).toEqual([['a\u{fffd}b']]);
    expect(() => add('a\0b')).toThrow('UNIQUE');
    expect(() => database.transaction(() => add('c') && add('c'))).toThrow('UNIQUE');
    expect(database.all('SELECT a FROM t')).toHaveLength(1);
    database.close();
  });
});

it('is whole after a kill at any moment of writing', async () => {
  const folder = tempFolder();
  const script = `
    const { openState } = await import('${built('state/state.js')}');
    const { database } = openState(${JSON.stringify(folder)}, new Date());
    console.log('writing');
    for (let round = 0; ; round += 1) database.transaction(() => {
      const add = database.change("INSERT INTO outbox VALUES (NULL, ?, ?, 0, 0, '')");
      for (let row = 0; row < 10; row += 1) add(String(round), 'x'.repeat(3000));
    });`;
  for (let kill = 0; kill < 10; kill += 1) {
    const { child } = await elsewhere(script);
    await new Promise((resolve) => setTimeout(resolve, kill * 7));
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { database, note } = openState(folder, NOW);
    expect(note).toBe('');
    expect(Number(database.first('SELECT count(*) FROM outbox')?.[0]) % 10).toBe(0);
    database.close();
  }
});

it.skipIf(process.getuid?.() !== 0)('says that a disk is full, and goes on when it is not', () => {
  const folder = tempFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k,mode=700', 'tmpfs', folder]);
  try {
    const { database } = openState(folder, NOW);
    const fill = () =>
      database.transaction(() => {
        const add = database.change("INSERT INTO outbox VALUES (NULL, 'x', ?, 0, 0, '')");
        for (let row = 0; row < 500; row += 1) add('x'.repeat(3000));
      });
    expect(fill).toThrow(/full/);
    expect(database.first('SELECT count(*) FROM outbox')?.[0]).toBe(0);
    database.change("INSERT INTO outbox VALUES (NULL, 'x', 'y', 0, 0, '')")();
    database.close();
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
});

function checkpoint(folder: string): void {
  const database = new Sqlite(join(folder, 'history.db'), 0);
  database.run('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

function overwrite(file: string, start: number, end: number): void {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xff, start, end));
}
