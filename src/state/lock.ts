import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, SigsweepError } from '../errors.js';
import { touchPrivate, unusable } from './folder.js';
import { databaseErrorInWords, isBusy, Sqlite } from './sqlite.js';

const LOCK_FILE = 'scan.lock';
/** Who holds the lock, for people; it stays where a holder was killed. */
const HOLDER_FILE = 'scan.pid';

/** How long a holder that is just ending is waited for, in milliseconds. */
const PATIENCE = 250;

/**
 * Only one scan at a time works with one state folder. The lock is the kernel's: however its holder ends, it is free at
 * that moment, so there are no stale ones.
 */
export class ScanLock {
  private constructor(
    private readonly file: Sqlite,
    private readonly holderFile: string,
    /** How many that held it before, one after the other, did not release it: they were killed. */
    readonly unfinished: number,
  ) {
    // A second Ctrl-C ends the program at once: that is no scan that was killed.
    process.once('exit', this.forget);
  }

  private readonly forget = (): void => rmSync(this.holderFile, { force: true });

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
    const holder = join(folder, HOLDER_FILE);
    const left = readHolder(folder);
    const unfinished = left === null ? 0 : left.unfinished + 1;
    try {
      const line = `${process.pid} ${new Date().toISOString()} ${unfinished}\n`;
      writeFileSync(holder, line, { mode: 0o600 });
    } catch {
      // A full disk: this one will not be known to have held it.
    }
    return new ScanLock(file, holder, unfinished);
  }

  release(): void {
    process.off('exit', this.forget);
    this.forget();
    this.file.run('ROLLBACK');
    this.file.close();
  }
}

/**
 * How long ago the present holder took the lock of a folder, in milliseconds, or how far ahead its clock was, which is
 * wrong one way or the other; 0 where that is not known.
 */
export function holderAge(folder: string, now: Date): number {
  const holder = readHolder(folder);
  return holder === null ? 0 : Math.abs(now.getTime() - holder.since.getTime());
}

/** Who took the lock of a folder and has not released it, and whether that process is there; `null` for nobody. */
export function holderOf(
  folder: string,
): { readonly pid: string; readonly since: Date; readonly runs: boolean } | null {
  const holder = readHolder(folder);
  return holder === null ? null : { pid: holder.pid, since: holder.since, runs: isRunning(Number(holder.pid)) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

function holderIn(folder: string): string {
  const holder = readHolder(folder);
  return holder === null ? '' : `, process ${holder.pid} since ${holder.since.toISOString()}`;
}

interface Holder {
  readonly pid: string;
  readonly since: Date;
  readonly unfinished: number;
}

/** Who holds the lock, or held it and did not release it; `null` where nobody did or nobody can tell. */
function readHolder(folder: string): Holder | null {
  try {
    const text = readFileSync(join(folder, HOLDER_FILE), 'utf8');
    const [, pid, since, unfinished] = /^(\d{1,10}) ([\d-]{10}T[\d:.]{12}Z) (\d{1,6})\n$/.exec(text) ?? [];
    const time = new Date(String(since));
    return pid === undefined || Number.isNaN(time.getTime())
      ? null
      : { pid, since: time, unfinished: Number(unfinished) };
  } catch {
    return null;
  }
}
