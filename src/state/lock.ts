import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { touchPrivate, unusable } from './folder.js';
import { databaseErrorInWords, isBusy, Sqlite } from './sqlite.js';

const LOCK_FILE = 'scan.lock';
/** Who holds the lock, for people: nothing depends on it. */
const HOLDER_FILE = 'scan.pid';

/** How long a holder that is just ending is waited for, in milliseconds. */
const PATIENCE = 250;

/**
 * Only one scan at a time works with one state folder. The lock is the kernel's: however its holder ends, it is free at
 * that moment, so there are no stale ones.
 */
export class ScanLock {
  private constructor(private readonly file: Sqlite) {}

  /** @throws SigsweepError SCAN_RUNNING while another process holds it, STATE_UNUSABLE */
  static take(folder: string): ScanLock {
    const path = join(folder, LOCK_FILE);
    let file: Sqlite;
    try {
      touchPrivate(path);
      file = new Sqlite(path, PATIENCE);
      file.run('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (cause) {
      if (!isBusy(cause)) throw unusable(folder, `${LOCK_FILE}: ${databaseErrorInWords(cause)}`, cause);
      throw new SigsweepError(
        'SCAN_RUNNING',
        `another scan is running with ${folder}${holderIn(folder)}; wait for its end, or give this one a folder of ` +
          'its own with --state DIR',
        { cause },
      );
    }
    try {
      writeFileSync(join(folder, HOLDER_FILE), `${process.pid} ${new Date().toISOString()}\n`, { mode: 0o600 });
    } catch {
      // Only the words of another scan's error need it.
    }
    return new ScanLock(file);
  }

  release(): void {
    this.file.run('ROLLBACK');
    this.file.close();
  }
}

function holderIn(folder: string): string {
  try {
    const [, pid, since] = /^(\d+) (\S+)\n$/.exec(readFileSync(join(folder, HOLDER_FILE), 'utf8')) ?? [];
    return pid === undefined ? '' : `, process ${pid} since ${since}`;
  } catch {
    return '';
  }
}
