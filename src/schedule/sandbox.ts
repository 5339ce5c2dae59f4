import { quoted } from './words.js';

/**
 * A million files take 330 MB (README.md). The page cache counts too, but gives way before anything is killed, so that
 * a scan cannot push out what the phone system has cached.
 */
const MEMORY_MAX = '2G';

/** What a service that scans needs besides reading everything. */
export interface SandboxNeeds {
  /** Whether it hands mail to the local system. */
  readonly sendmail: boolean;
  /** Folders that it writes to, besides its own state; absolute. */
  readonly writable: readonly string[];
}

/** What a mail system needs to become its own user and write into its queue, when root calls it. */
const SENDMAIL_CAPABILITIES = 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETUID';

/** Where mail systems keep their queues and logs; those that are not there are passed over. */
const SENDMAIL_FOLDERS = ['-/var/spool', '-/var/mail', '-/var/log'];

/** The lines of a service that scans which keep it from doing anything else; the network is the service's own matter. */
export function sandbox(needs: SandboxNeeds): string {
  const { sendmail } = needs;
  return `# Calls come first.
Nice=19
IOSchedulingClass=idle
OOMScoreAdjust=500
MemoryMax=${MEMORY_MAX}

# It reads everything and writes its state.
StateDirectory=sigsweep
StateDirectoryMode=0700
UMask=0077
ProtectSystem=strict
${readWritePaths(needs)}# Not "yes": keys, or the web root, may lie there.
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
`;
}

function readWritePaths({ sendmail, writable }: SandboxNeeds): string {
  const folders = [...(sendmail ? SENDMAIL_FOLDERS : []), ...writable.map(quoted)];
  return folders.length === 0 ? '' : `ReadWritePaths=${folders.join(' ')}\n`;
}
