import { statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { writeWhole } from '../files/write.js';
import { filesOf, type Machine, presentFiles, requireOwn, SCHEDULERS, SERVICE, TIMER } from './files.js';
import type { Scheduler, ScheduleSettings } from './settings.js';
import { isSystemdRunning, systemctl } from './systemctl.js';
import { requireTrustedProgram } from './trusted-program.js';
import { requireWritable } from './writable.js';

/** Units and crontabs are read by everybody. */
const MODE = 0o644;

/**
 * Writes the files of a schedule and starts it; once more, it changes nothing.
 * @param dir instead of the scheduler's own folder: then nothing of this machine is looked at, and nothing is started
 * @returns the files
 * @throws SigsweepError SCHEDULE_FAILED, OUTPUT_FAILED
 */
export function installSchedule(settings: ScheduleSettings, machine: Machine, dir: string | undefined): string[] {
  const files = filesOf(settings, machine, dir);
  if (dir === undefined) {
    requireRoot('install');
    requireTrustedProgram(machine.program);
    requireWritable(settings);
  }
  requireOwn(presentFiles(settings.scheduler, dir));
  requireNoOther(settings.scheduler, dir);
  for (const { path, text } of files) {
    requireFolder(dirname(path));
    writeWhole(path, [text], { mode: MODE });
  }
  if (dir === undefined && settings.scheduler === 'systemd') startTimer();
  return files.map(({ path }) => path);
}

/**
 * Stops what was scheduled and removes its files: those that {@link installSchedule} wrote, and nothing else.
 * @returns the files that were there
 * @throws SigsweepError SCHEDULE_FAILED
 */
export function removeSchedule(dir: string | undefined): string[] {
  if (dir === undefined) requireRoot('remove');
  return SCHEDULERS.flatMap((scheduler) => {
    const own = presentFiles(scheduler, dir).filter((file) => file.own);
    const live = dir === undefined && scheduler === 'systemd';
    if (live && own.some(({ path }) => path.endsWith(TIMER))) stopTimer();
    for (const { path } of own) remove(path);
    if (live && own.length > 0) forgetUnits();
    return own.map(({ path }) => path);
  });
}

function startTimer(): void {
  const running = isSystemdRunning();
  if (running) systemctl('daemon-reload');
  systemctl('enable', TIMER);
  // Not start: a timer that runs already would keep its old time.
  if (running) systemctl('restart', TIMER);
}

function stopTimer(): void {
  const running = isSystemdRunning();
  systemctl('disable', ...(running ? ['--now'] : []), TIMER);
  // When it ran last: a later installation would think that it had missed a night.
  if (running) attempt('clean', '--what=state', TIMER);
}

function forgetUnits(): void {
  if (!isSystemdRunning()) return;
  systemctl('daemon-reload');
  attempt('reset-failed', SERVICE);
}

/** For what there may be nothing to do: systemctl calls that a failure. */
function attempt(...args: readonly string[]): void {
  try {
    systemctl(...args);
  } catch {
    // What mattered is done.
  }
}

function requireRoot(command: string): void {
  if (process.getuid?.() === 0) return;
  throw new SigsweepError(
    'SCHEDULE_FAILED',
    `only root can ${command} a schedule: sudo sigsweep schedule ${command} (sigsweep schedule print shows what it is)`,
  );
}

function requireFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new SigsweepError('SCHEDULE_FAILED', `there is no folder ${folder}: is that scheduler installed here?`);
}

/** Two schedules would scan twice. */
function requireNoOther(scheduler: Scheduler, dir: string | undefined): void {
  for (const other of SCHEDULERS.filter((candidate) => candidate !== scheduler)) {
    const present = presentFiles(other, dir).find(({ own }) => own);
    if (present === undefined) continue;
    throw new SigsweepError(
      'SCHEDULE_FAILED',
      `${present.path} schedules scans already, with ${other}: sigsweep schedule remove first`,
    );
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    throw new SigsweepError('SCHEDULE_FAILED', `cannot remove ${path}: ${errorInWords(cause)}`, { cause });
  }
}
