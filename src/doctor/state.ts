import { accessSync, constants, lstatSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BytePath } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { requireTrusted } from '../files/trusted.js';
import { type Check, fail, ok, warn } from '../health-check.js';
import { unusable } from '../state/folder.js';
import { holderOf } from '../state/lock.js';
import { lastScans, lastSuccess } from '../state/scans.js';
import { databaseErrorInWords, isDatabaseError } from '../state/sqlite.js';
import { openExistingState } from '../state/state.js';
import { bytesInWords, minuteOf } from '../words.js';
import { attempt } from './attempt.js';

/** A history of a year takes some tens of megabytes; below it SQLite can do nothing. */
const LITTLE_SPACE = 100e6;
const NO_SPACE = 5e6;

/** A nightly scan that did not succeed for so long has become silent. */
const LONG_AGO = 2 * 86_400_000;

/** What the history says of scans, for other checks. */
export interface Remembered {
  readonly lastBegan: Date | null;
  readonly lastSuccess: Date | null;
}

/** @param bytes free where the history lies */
export function judgeSpace(folder: string, bytes: number): Check {
  const found = `${bytesInWords(bytes)} free in ${folder}`;
  if (bytes < NO_SPACE) return fail('free space', found, 'make room: scans cannot be remembered');
  return bytes < LITTLE_SPACE ? warn('free space', found, 'make room before it is full') : ok('free space', found);
}

/** @param succeeded when the last complete scan ended; `null` where none is remembered */
export function judgeLastScan(succeeded: Date | null, now: Date): Check {
  if (succeeded === null) return warn('last scan', 'no complete scan is remembered', 'scan once: sigsweep scan');
  const found = `the last complete one ended ${minuteOf(succeeded)}`;
  if (now.getTime() - succeeded.getTime() <= LONG_AGO) return ok('last scan', found);
  return warn('last scan', found, 'look at sigsweep history and sigsweep schedule status');
}

/**
 * The place where scans are remembered, and what it says of them. Makes nothing that is not there.
 * @param webRoot whose last success counts: that of a copy says nothing of this system. `null` for any.
 */
export async function checkState(
  folder: string | false,
  webRoot: BytePath | null,
  now: Date,
): Promise<{ checks: Check[] } & Remembered> {
  const none: Remembered = { lastBegan: null, lastSuccess: null };
  if (folder === false) return { checks: [ok('state', 'scans are not remembered (--no-state)')], ...none };
  if (isMissing(folder)) {
    return { checks: [ok('state', `${folder} is not made yet`), judgeSpace(folder, freeBytes(folder))], ...none };
  }
  let remembered = none;
  const state = await attempt('state', 'put it right as the message says: scans do not run before', () => {
    const stat = statOf(folder);
    if (typeof stat === 'string') return fail('state', stat, 'give another one with --state DIR');
    if (!stat.isDirectory()) return fail('state', `${folder} is no folder`, 'give another one with --state DIR');
    requireTrusted(folder, stat);
    if (!canWrite(folder))
      return fail('state', `this user may not write to ${folder}`, 'scan as root, or give --state DIR');
    remembered = readRemembered(folder, webRoot) ?? none;
    return ok('state', `${folder} is usable, and nobody else can write there`);
  });
  const checks = [state, judgeSpace(folder, freeBytes(folder)), judgeHolder(holderOf(folder))];
  if (state.status === 'ok') checks.push(judgeLastScan(remembered.lastSuccess, now));
  return { checks, ...remembered };
}

/** @param holder who took the lock and has not released it, and whether that process is there */
export function judgeHolder(
  holder: { readonly pid: string; readonly since: Date; readonly runs: boolean } | null,
): Check {
  if (holder === null) return ok('lock', 'no scan is running');
  const found = `process ${holder.pid} since ${minuteOf(holder.since)}`;
  if (holder.runs) return ok('lock', `a scan is running: ${found}`);
  return warn('lock', `the last scan did not end: ${found}`, 'nothing if it was stopped; else look why it was killed');
}

function readRemembered(folder: string, webRoot: BytePath | null): Remembered | null {
  const database = openExistingState(folder);
  if (database === null) return null;
  try {
    return { lastBegan: lastScans(database, 1)[0]?.startedAt ?? null, lastSuccess: lastSuccess(database, webRoot) };
  } catch (error) {
    throw isDatabaseError(error) ? unusable(folder, databaseErrorInWords(error), error) : error;
  } finally {
    database.close();
  }
}

/** What cannot even be looked at is there: what is wrong with it comes out where it is used. */
function isMissing(folder: string): boolean {
  try {
    return lstatSync(folder, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function statOf(folder: string): Stats | string {
  try {
    return statSync(folder);
  } catch (error) {
    return `cannot look at ${folder}: ${errorInWords(error)}`;
  }
}

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where the folder lies, or would. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return folder === '/' ? 0 : freeBytes(dirname(folder));
  }
}
