import { realpathSync, statSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import type { ScheduleSettings } from './settings.js';

/** A service has folders of its own under these names, which are gone when it ends. */
const PRIVATE_FOLDERS = ['/tmp', '/var/tmp', '/dev'];

const WRITABLE_BY_ALL = 0o002;

/**
 * Requires that the scheduled scan will be able to write where it is told to, so that it does not fail every night.
 * @throws SigsweepError SCHEDULE_FAILED with what to do.
 */
export function requireWritable({ scheduler, writable }: ScheduleSettings): void {
  for (const folder of writable) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat?.isDirectory() !== true) throw refusal(`there is no folder ${folder}: make it first`);
    if (scheduler === 'cron') continue;
    const real = realpathSync(folder);
    if (PRIVATE_FOLDERS.some((hidden) => `${real}/`.startsWith(`${hidden}/`))) {
      throw refusal(`what a service writes to ${folder} is gone when it ends: choose another folder`);
    }
    // The service may write below this folder, and nowhere else but in its state.
    if (real.split('/').length < 3) {
      throw refusal(`a service that may write to ${folder} may write too much: choose a folder below it`);
    }
    if (stat.uid !== 0 && (stat.mode & WRITABLE_BY_ALL) === 0) {
      throw refusal(
        `the service has no right to write to ${folder}, which belongs to user ${stat.uid}: chown it to root`,
      );
    }
  }
}

function refusal(message: string): SigsweepError {
  return new SigsweepError('SCHEDULE_FAILED', message);
}
