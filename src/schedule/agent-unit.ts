import { type ScheduledProgram, wordsOf } from './program.js';
import { sandbox } from './sandbox.js';
import { requireWords } from './settings.js';
import { argument, quoted } from './words.js';

export const AGENT_SERVICE = 'sigsweep-agent.service';

/**
 * The service of a host of a fleet, which scans when its coordinator asks. All that it needs to know stands in the
 * configuration. It is held as the nightly service is, but that it connects to where the configuration says.
 * @throws SigsweepError SCHEDULE_FAILED when a word cannot stand in a unit.
 */
export function agentUnit(program: ScheduledProgram): string {
  requireWords(wordsOf(program));
  const [node = '', ...main] = wordsOf(program);
  return `[Unit]
Description=Integrity scans of FreePBX for a fleet
# The web root may lie on a network file system.
After=remote-fs.target network-online.target
Wants=network-online.target
# However often it fails, it is tried again: nobody looks at a PBX every day.
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${quoted(node)} ${[...main, 'agent'].map(argument).join(' ')}
SyslogIdentifier=sigsweep-agent
Restart=on-failure
RestartSec=1min
# A scan that runs is given up, and taken up again by the service that comes next.
TimeoutStopSec=30s

${sandbox({ sendmail: false, writable: [] })}
# It connects to the queue, and to where alerts go. Nobody connects to it.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
SystemCallFilter=~listen accept accept4

[Install]
WantedBy=multi-user.target
`;
}
