import type { ScheduledProgram } from '../../src/schedule/program.js';
import type { ScheduleSettings } from '../../src/schedule/settings.js';

export const PROGRAM: ScheduledProgram = {
  node: '/usr/bin/node',
  main: '/usr/lib/node_modules/sigsweep/dist/program/cli/main.js',
};

/** What `sigsweep schedule install` makes of no options. */
export function settings(changes: Partial<ScheduleSettings> = {}): ScheduleSettings {
  return {
    scheduler: 'systemd',
    at: '02:30',
    splaySeconds: 1800,
    needs: { network: false, sendmail: false, command: false },
    writable: [],
    scan: [],
    ...changes,
  };
}

/** Words that mean something to systemd, cron or a shell, and have to arrive as they are. */
export const ODD_WORDS = [
  'plain',
  '',
  ' two  words ',
  "it's",
  'a "quoted" word',
  '%n %% 100%',
  `$HOME \${HOME} $$`,
  '`id` $(id)',
  ';',
  '&& || | < > & # !',
  '*.php ?[a-z] {a,b} ~',
  '-',
  '--x=%i',
  '@ü€𝒳',
] as const;
