import { type Check, ok, warn } from '../health-check.js';
import type { ScheduleStatus } from '../schedule/status.js';

/** Whether scans run by themselves, as they would be scheduled now. */
export function judgeSchedule(schedules: readonly ScheduleStatus[]): Check {
  const again = 'sigsweep schedule install writes it anew; sigsweep schedule status tells more';
  if (schedules.length === 0) return warn('schedule', 'nothing is scheduled', 'sigsweep schedule install -- WEB-ROOT');
  for (const { scheduler, files, timer } of schedules) {
    const odd = files.find(({ state }) => state !== 'current');
    if (odd !== undefined) return warn('schedule', `${scheduler}: ${odd.path} is ${odd.state}`, again);
    if (timer !== null && timer.state !== 'active') {
      return warn('schedule', `${scheduler}: the timer is ${timer.state}`, 'systemctl enable --now sigsweep.timer');
    }
  }
  const [{ scheduler, timer } = { scheduler: '', timer: null }] = schedules;
  return ok('schedule', timer === null ? `by ${scheduler}` : `by ${scheduler}, next run ${timer.next || 'never'}`);
}
