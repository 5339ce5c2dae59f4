import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { crontab } from './crontab.js';
import type { ScheduledProgram } from './program.js';
import { isMarked, type Scheduler, type ScheduleSettings } from './settings.js';
import { systemdUnits } from './systemd.js';

export const SCHEDULERS: readonly Scheduler[] = ['systemd', 'cron'];

export const TIMER = 'sigsweep.timer';
export const SERVICE = 'sigsweep.service';

/** Where each scheduler looks. */
const FOLDERS: Readonly<Record<Scheduler, string>> = { systemd: '/etc/systemd/system', cron: '/etc/cron.d' };
const NAMES: Readonly<Record<Scheduler, readonly string[]>> = { systemd: [SERVICE, TIMER], cron: ['sigsweep'] };

/** What a schedule runs, and what tells this machine from others. */
export interface Machine {
  readonly program: ScheduledProgram;
  /** See {@link crontab}. */
  readonly id: string;
}

export interface ScheduleFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** What stands where a file of a schedule would. */
export interface PresentFile extends ScheduleFile {
  /** Whether sigsweep made it: only then it is replaced or removed. */
  readonly own: boolean;
}

/**
 * The files that a schedule is made of.
 * @param dir instead of the folder where the scheduler looks
 */
export function filesOf(settings: ScheduleSettings, machine: Machine, dir: string | undefined): ScheduleFile[] {
  const { scheduler } = settings;
  return pathsOf(scheduler, dir).map((path) => ({ path, text: textOf(path, settings, machine) }));
}

/** The files of a schedule that are there, whoever made them. */
export function presentFiles(scheduler: Scheduler, dir: string | undefined): PresentFile[] {
  return pathsOf(scheduler, dir).flatMap((path) => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    const text = stat.isFile() ? readFileSync(path, 'utf8') : '';
    return [{ path, text, own: isMarked(text) }];
  });
}

/** @throws SigsweepError SCHEDULE_FAILED when somebody else made one of them. */
export function requireOwn(files: readonly PresentFile[]): void {
  const foreign = files.find(({ own }) => !own);
  if (foreign === undefined) return;
  throw new SigsweepError(
    'SCHEDULE_FAILED',
    `${foreign.path} was not made by sigsweep schedule: move it away first, if nobody needs it`,
  );
}

function pathsOf(scheduler: Scheduler, dir: string | undefined): string[] {
  return NAMES[scheduler].map((name) => join(dir ?? FOLDERS[scheduler], name));
}

function textOf(path: string, settings: ScheduleSettings, { program, id }: Machine): string {
  if (settings.scheduler === 'cron') return crontab(settings, program, id);
  const { service, timer } = systemdUnits(settings, program);
  return path.endsWith(TIMER) ? timer : service;
}
