import { SigsweepError } from '../errors.js';
import { type ScheduledProgram, wordsOf } from './program.js';
import { markOf, requireWords, type ScheduleSettings } from './settings.js';

/** The two units, as the text of their files. */
export interface SystemdUnits {
  readonly service: string;
  readonly timer: string;
}

/**
 * A million files take 330 MB (README.md). The page cache counts too, but gives way before anything is killed, so that
 * a scan cannot push out what the phone system has cached.
 */
const MEMORY_MAX = '2G';

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

# Calls come first.
Nice=19
IOSchedulingClass=idle
OOMScoreAdjust=500
MemoryMax=${MEMORY_MAX}

# It reads everything and writes its state.
StateDirectory=sigsweep
StateDirectoryMode=0700
UMask=0077
ProtectSystem=strict
${readWritePaths(settings)}# Not "yes": keys, or the web root, may lie there.
ProtectHome=read-only
PrivateTmp=yes
PrivateMounts=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
# Its own /proc/self/fd, through which files are opened, is still there.
ProtectProc=invisible
ProcSubset=pid

# Root without root's rights, but for reading what belongs to others. PrivateUsers= would take that one too: in a user
# namespace it does not count for files of users outside.
CapabilityBoundingSet=CAP_DAC_READ_SEARCH${sendmail ? ` ${SENDMAIL_CAPABILITIES}` : ''}
AmbientCapabilities=
${sendmail ? '# A sendmail becomes another user by its own set-user-ID or set-group-ID bit.\n' : ''}NoNewPrivileges=${sendmail ? 'no' : 'yes'}
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
# No MemoryDenyWriteExecute=: V8 compiles JavaScript into memory that it then runs.
SystemCallArchitectures=native
SystemCallFilter=@system-service
${sendmail ? '' : '# @resources stays: it only lowers its own priority, and to raise one takes a right that it has not.\nSystemCallFilter=~@privileged\n'}SystemCallErrorNumber=EPERM

${needs.command ? COMMAND_NOTE : ''}${network(online)}`;
}

const COMMAND_NOTE = `# An alert runs a program, which can do what this service can and nothing else. Where that is too little,
# "sigsweep schedule install" gives it more: --network, or --sendmail for a program that hands mail to the local system.
`;

/** What a mail system needs to become its own user and write into its queue, when root calls it. */
const SENDMAIL_CAPABILITIES = 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID';

/** Where mail systems keep their queues and logs; those that are not there are passed over. */
const SENDMAIL_FOLDERS = ['-/var/spool', '-/var/mail', '-/var/log'];

function readWritePaths({ needs, writable }: ScheduleSettings): string {
  const folders = [...(needs.sendmail ? SENDMAIL_FOLDERS : []), ...writable.map(quoted)];
  return folders.length === 0 ? '' : `ReadWritePaths=${folders.join(' ')}\n`;
}

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

/** A word of a command line: `%` begins a specifier there, `$` a variable. */
function argument(word: string): string {
  return quoted(word.replaceAll('$', '$$$$'));
}

/** A program or a folder, where a dollar sign is one. */
function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
