import { SigsweepError } from '../errors.js';
import { type ScheduledProgram, wordsOf } from './program.js';
import { sandbox } from './sandbox.js';
import { markOf, requireWords, type ScheduleSettings } from './settings.js';
import { argument, quoted } from './words.js';

/** The two units, as the text of their files. */
export interface SystemdUnits {
  readonly service: string;
  readonly timer: string;
}

/** A scan that hangs (on a dead network file system) has to fail before the next one is due. */
const LONGEST_RUN = '12h';

/**
 * The service and the timer of a schedule.
 * @throws SigsweepError SCHEDULE_FAILED when a word cannot stand in a unit.
 */
export function systemdUnits(settings: ScheduleSettings, program: ScheduledProgram): SystemdUnits {
  requireWords([...wordsOf(program), ...settings.writable, ...settings.scan]);
  if (/["'\\]/.test(program.node)) {
    throw new SigsweepError(
      'SCHEDULE_FAILED',
      `${program.node} cannot be scheduled: systemd runs no program of such a name`,
    );
  }
  return { service: serviceOf(settings, program), timer: timerOf(settings) };
}

function serviceOf(settings: ScheduleSettings, program: ScheduledProgram): string {
  const { needs } = settings;
  const { sendmail } = needs;
  const online = needs.network || sendmail;
  const [node = '', ...main] = wordsOf(program);
  const words = [...main, 'scan', '--quiet', ...settings.scan].map(argument);
  return `${markOf(settings)}
[Unit]
Description=Integrity scan of FreePBX
# The web root may lie on a network file system.
After=remote-fs.target${online ? ' network-online.target\nWants=network-online.target' : ''}

[Service]
Type=oneshot
ExecStart=${quoted(node)} ${words.join(' ')}
SyslogIdentifier=sigsweep
# Findings (exit code 1) fail the unit as an incomplete scan (3) and one that could not run (2) do: where nobody set up
# alerts, "systemctl --failed" is all that tells. Where alerts tell, SuccessExitStatus=1 in a drop-in keeps it to 2 and 3.
TimeoutStartSec=${LONGEST_RUN}

${sandbox({ sendmail, writable: settings.writable })}
${needs.command ? COMMAND_NOTE : ''}${network(online)}`;
}

const COMMAND_NOTE = `# An alert runs a program, which can do what this service can and nothing else. Where that is too little,
# "sigsweep schedule install" gives it more: --network, or --sendmail for a program that hands mail to the local system.
`;

/** The unix sockets are those of the system's log. */
function network(online: boolean): string {
  if (online) return '# For alerts.\nRestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\n';
  return 'PrivateNetwork=yes\nIPAddressDeny=any\n# For the log.\nRestrictAddressFamilies=AF_UNIX\n';
}

function timerOf(settings: ScheduleSettings): string {
  return `${markOf(settings)}
[Unit]
Description=Integrity scan of FreePBX, every night

[Timer]
OnCalendar=*-*-* ${settings.at}:00
# Many machines do not start at once, and each one keeps its time.
RandomizedDelaySec=${settings.splaySeconds}s
FixedRandomDelay=yes
AccuracySec=1min
# What a machine that was off has missed, it does when it is on again.
Persistent=true

[Install]
WantedBy=timers.target
`;
}
