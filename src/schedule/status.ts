import { filesOf, type Machine, type PresentFile, presentFiles, SCHEDULERS, SERVICE, TIMER } from './files.js';
import { type Scheduler, settingsIn } from './settings.js';
import { isSystemdRunning, systemctl } from './systemctl.js';

/** What is scheduled with one scheduler. */
export interface ScheduleStatus {
  readonly scheduler: Scheduler;
  /** `missing`: other files of the same schedule are there. */
  readonly files: readonly {
    readonly path: string;
    readonly state: 'current' | 'outdated' | 'foreign' | 'missing';
  }[];
  /** What systemd says; `null` where it has nothing to say. */
  readonly timer: {
    /** `active` where it will run. */
    readonly state: string;
    /** In systemd's words; '' when none is due. */
    readonly next: string;
    /** When the last scan ended; '' when none has since this machine started. */
    readonly last: string;
    /** `success`, or why the last one failed. */
    readonly result: string;
  } | null;
}

/** What is scheduled, compared with what this program would write now from the same settings. */
export function scheduleStatus(machine: Machine, dir: string | undefined): ScheduleStatus[] {
  return SCHEDULERS.flatMap((scheduler) => {
    const present = presentFiles(scheduler, dir);
    if (present.length === 0) return [];
    const timed = dir === undefined && scheduler === 'systemd' && isSystemdRunning();
    return [{ scheduler, files: statesOf(present, machine, dir), timer: timed ? timerState() : null }];
  });
}

function statesOf(present: readonly PresentFile[], machine: Machine, dir: string | undefined): ScheduleStatus['files'] {
  const settings = present.map(({ text }) => settingsIn(text)).find((found) => found !== null);
  const wanted = settings === undefined ? [] : filesOf(settings, machine, dir);
  const states = present.map(({ path, text, own }) => {
    if (!own) return { path, state: 'foreign' as const };
    const isCurrent = wanted.some((file) => file.path === path && file.text === text);
    return { path, state: isCurrent ? ('current' as const) : ('outdated' as const) };
  });
  const missing = wanted.filter(({ path }) => present.every((file) => file.path !== path));
  return [...states, ...missing.map(({ path }) => ({ path, state: 'missing' as const }))];
}

function timerState(): NonNullable<ScheduleStatus['timer']> {
  const timer = propertiesOf(TIMER, 'ActiveState', 'NextElapseUSecRealtime');
  const service = propertiesOf(SERVICE, 'Result', 'ExecMainStatus', 'ExecMainExitTimestamp');
  const result = service.Result === 'exit-code' ? `exit code ${service.ExecMainStatus}` : service.Result;
  return {
    state: timer.ActiveState ?? '',
    next: timer.NextElapseUSecRealtime ?? '',
    last: service.ExecMainExitTimestamp ?? '',
    result: result ?? '',
  };
}

function propertiesOf(unit: string, ...names: readonly string[]): Record<string, string | undefined> {
  const lines = systemctl('show', unit, `--property=${names.join(',')}`)
    .trim()
    .split('\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
