import { type Command, InvalidArgumentError, Option } from 'commander';
import { DAY_MILLISECONDS } from '../duration.js';
import {
  type LookArguments,
  parsePath,
  type SystemArguments,
  withExemptions,
  withLookOptions,
  withSystemOptions,
  withThreads,
  withTrustOptions,
} from './arguments.js';
import { type AuditArguments, parseAge, withAuditOptionsButQuick } from './audit-options.js';
import { configurationOf } from './config/configuration.js';
import { type QueueArguments, withQueueOptions } from './fleet/queue-options.js';
import { type LimitedArguments, withGentleOptions, withMaxRate } from './gentle.js';

export interface AgentArguments
  extends QueueArguments,
    LookArguments,
    SystemArguments,
    LimitedArguments,
    Omit<AuditArguments, 'quick'> {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly agentFolder?: string;
  readonly store?: string;
  readonly lock: number;
}

const DEFAULT_LOCK_SECONDS = 60;

/** Timers run by it, and take no more than 24 days: beyond that they fire without a pause. */
const LONGEST_LOCK = DAY_MILLISECONDS;

function parseLock(text: string): number {
  const milliseconds = parseAge(text);
  if (milliseconds > LONGEST_LOCK) throw new InvalidArgumentError('give 1d at most.');
  return milliseconds;
}

/** `sigsweep agent [web-root]`. */
export function addAgentCommand(program: Command): void {
  const command = program
    .command('agent')
    .summary('make this system one of a fleet, and scan when it asks')
    .description(
      'Takes scans from the queue of a fleet, runs them with the options and the\n' +
        'configuration of this machine, and hands in the reports. What is asked may\n' +
        'choose modules and how much of the machine is used, never whose signatures\n' +
        'count or where anything lies. Runs until it is ended.\n' +
        'Exit codes: 0 ended by SIGTERM or Ctrl-C, 2 could not run.',
    )
    .argument('[web-root]', 'the web root, found as by scan; with --root, inside it', parsePath);
  withQueueOptions(command)
    .addOption(
      new Option('--token <token>', 'what sigsweep fleet enroll printed for this host; needed once').conflicts(
        'tokenFile',
      ),
    )
    .option('--token-file <file>', 'the same, from a file that nobody else can read', parsePath)
    .option(
      '--agent-folder <dir>',
      'where its key and waiting reports are (default: /var/lib/sigsweep/agent, not as root ~/.local/state)',
      parsePath,
    )
    .option('--store <dir>', 'a web root to scan together with others, for sigsweep scan DIR --queue there', parsePath)
    .addOption(
      new Option('--lock <duration>', 'a job whose agent was not heard of for so long is taken again')
        .argParser(parseLock)
        .default(DEFAULT_LOCK_SECONDS * 1000, `${DEFAULT_LOCK_SECONDS}s`),
    );
  withMaxRate(withGentleOptions(withSystemOptions(command)));
  withExemptions(withAuditOptionsButQuick(withLookOptions(withThreads(withTrustOptions(command))))).action(
    async (webRoot: string | undefined, given: AgentArguments, self: Command) => {
      // Nothing of BullMQ is loaded by other commands.
      const { runAgentCommand } = await import('./fleet/agent.js');
      await runAgentCommand(webRoot, given, configurationOf(self).alerts);
    },
  );
}
