import { createHash } from 'node:crypto';
import { SigsweepError } from '../errors.js';
import { type ScheduledProgram, wordsOf } from './program.js';
import { markOf, requireWords, type ScheduleSettings } from './settings.js';

/** Longest command that every cron takes whole (Vixie's `MAX_COMMAND`, less the zero at its end), in bytes. */
const MAX_COMMAND_BYTES = 999;

const DAY_MINUTES = 24 * 60;

/**
 * A file for `/etc/cron.d`: what cron mails is a scan with findings, one that is incomplete, and one that could not run.
 * @param machine what tells this machine from others: its delay, the same every night, comes from it.
 * @throws SigsweepError SCHEDULE_FAILED when the command cannot stand in a crontab.
 */
export function crontab(settings: ScheduleSettings, program: ScheduledProgram, machine: string): string {
  const words = [...wordsOf(program), 'scan', '--quiet', '--nice', '19', '--io-idle', ...settings.scan];
  requireWords(words);
  const odd = words.find((word) => word.includes('\\'));
  if (odd !== undefined) {
    throw new SigsweepError('SCHEDULE_FAILED', `${odd} cannot be scheduled: crons disagree on what a backslash means`);
  }
  const command = commandOf(words.map(shellWord).join(' '));
  if (Buffer.byteLength(command) > MAX_COMMAND_BYTES) {
    throw new SigsweepError(
      'SCHEDULE_FAILED',
      `the command is longer than the ${MAX_COMMAND_BYTES} bytes that cron takes: put options into a configuration file`,
    );
  }
  const minute = minuteOfDay(settings, machine);
  return `${markOf(settings)}
SHELL=/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
MAILTO=root
# Cron mails whatever is printed. Notes of a scan that found nothing go to the system's log.
${minute % 60} ${Math.floor(minute / 60)} * * * root ${command}
`;
}

/** `echo` would obey backslashes in what it prints; a percent sign would end the command. */
function commandOf(scan: string): string {
  const tell = String.raw`printf '\%s\n' "$said"`;
  // One that was killed says nothing by itself.
  const tellBad = String.raw`printf '\%s\n' "${'$'}{said:-sigsweep ended with exit code $?}"`;
  return `said=$(${scan} 2>&1) && { [ -z "$said" ] || ${tell} | logger -t sigsweep; } || ${tellBad}`;
}

function minuteOfDay({ at, splaySeconds }: ScheduleSettings, machine: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const delay = createHash('sha256').update(machine).digest().readUInt32BE() % (Math.floor(splaySeconds / 60) + 1);
  return (hours * 60 + minutes + delay) % DAY_MINUTES;
}

/** A word for the shell, in which cron finds no percent sign of its own. */
function shellWord(word: string): string {
  const quoted = /^[\w./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
  return quoted.replaceAll('%', '\\%');
}
