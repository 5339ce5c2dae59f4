import { escapeControls } from '../report/escape.js';
import type { ScheduleStatus } from '../schedule/status.js';

type FileState = ScheduleStatus['files'][number]['state'];

const STATES: Readonly<Record<FileState, string>> = {
  current: 'as this sigsweep would write it',
  outdated: 'OUTDATED: not as this sigsweep would write it; schedule install writes it anew',
  foreign: 'not made by sigsweep',
  missing: 'MISSING: schedule install writes it',
};

/** What is scheduled, for a person. */
export function statusInWords(schedules: readonly ScheduleStatus[]): string {
  if (schedules.length === 0) return 'nothing is scheduled: sigsweep schedule install\n';
  return schedules.map(scheduleInWords).join('');
}

function scheduleInWords({ scheduler, files, timer }: ScheduleStatus): string {
  const lines = files.map(({ path, state }) => `${path}: ${STATES[state]}`);
  if (timer !== null) {
    lines.push(`timer ${timer.state}, next run ${timer.next || 'never'}`);
    lines.push(timer.last === '' ? 'no run since this machine started' : `last run ${timer.last}: ${timer.result}`);
  }
  return lines.map((line) => `${scheduler}  ${escapeControls(line)}\n`).join('');
}
