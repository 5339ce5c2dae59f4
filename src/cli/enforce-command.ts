import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Enforcement } from '../enforcement.js';
import { SigsweepError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import { enforcementJson, enforcementLines } from '../report/enforcement.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { defaultStateFolder } from '../state/folder.js';
import type { Verdict } from '../types.js';
import {
  collectVerdict,
  DISABLING_VERDICTS,
  parsePath,
  type SystemArguments,
  systemOptions,
  type TrustArguments,
  trustOptions,
  withSystemOptions,
  withThreads,
  withTrustOptions,
} from './arguments.js';
import { Interrupt } from './interrupt.js';
import { print } from './output.js';
import { type StateArguments, withStateFolder } from './remembered.js';
import { fitted } from './terminal/screen.js';

const LOG_FILE = 'enforce.log';

interface EnforceArguments extends SystemArguments, TrustArguments, StateArguments {
  readonly yes?: true;
  readonly dryRun?: true;
  readonly verdict?: readonly Verdict[];
  readonly command?: readonly string[];
  readonly log?: string;
  readonly json?: true;
  readonly threads?: number;
}

/** `sigsweep enforce [web-root]`: the only command that ever changes what it looks at, and only when it is told so. */
export function addEnforceCommand(program: Command): void {
  const command = program
    .command('enforce')
    .summary('disable modules whose signer was revoked')
    .description(
      'Verifies every module and lists those whose signer was revoked. With --yes each\n' +
        'of them is disabled, one after the other, by FreePBX (fwconsole ma disable NAME)\n' +
        'or the program that --command names, and all of it is logged.\n' +
        'Exit codes: 0 nothing to disable, or all disabled, 1 there are modules to\n' +
        'disable, 2 could not run, 3 one is not disabled or the scan is incomplete.',
    )
    .argument('[web-root]', 'the web root, found as by scan; with --root, inside it', parsePath)
    .option('--yes', 'disable them')
    .option('--dry-run', 'run nothing, whatever else says yes')
    .addOption(
      new Option('--verdict <verdict>', 'those with this verdict too, besides revoked (repeatable)')
        .choices(DISABLING_VERDICTS)
        .argParser(collectVerdict),
    )
    .option('--command <words>', 'program that disables a module, and its arguments; the name is the last', parseWords)
    .option('--log <file>', `the log (default: ${LOG_FILE} where scans are remembered)`, parsePath)
    .option('--json', 'print JSON');
  withStateFolder(withThreads(withTrustOptions(withSystemOptions(command)))).action(
    async (webRoot: string | undefined, given: EnforceArguments) => {
      const isMeant = given.yes === true && given.dryRun !== true;
      if (isMeant && given.root !== undefined && given.command === undefined) {
        throw new SigsweepError(
          'USAGE',
          'fwconsole acts on this machine, not on what --root names: leave --yes out, or give --command',
        );
      }
      await runEnforce(webRoot, given, isMeant ? logFileOf(given) : null);
    },
  );
}

async function runEnforce(webRoot: string | undefined, given: EnforceArguments, log: string | null): Promise<void> {
  const interrupt = new Interrupt();
  let current: BytePath | undefined;
  interrupt.signal.addEventListener('abort', () => {
    if (current === undefined) return;
    const name = shortForTerminal(current);
    process.stderr.write(`sigsweep: interrupted: waiting until ${name} is disabled; a second signal ends that, too\n`);
  });
  try {
    // Every start of the program would pay for it.
    const { enforce } = await import('../enforce/enforce.js');
    const enforcement = await enforce({
      scan: {
        ...trustOptions(given),
        ...systemOptions(given),
        ...(given.threads === undefined ? {} : { threads: given.threads }),
        ...(webRoot === undefined ? {} : { webRoot }),
      },
      verdicts: [...new Set<Verdict>(['revoked', ...(given.verdict ?? [])])],
      ...(given.command === undefined ? {} : { command: given.command }),
      log,
      signal: interrupt.signal,
      onBegin: (module) => {
        current = module;
      },
    });
    current = undefined;
    await tell({ ...enforcement, exitCode: interrupt.exitCode ?? enforcement.exitCode }, given);
  } finally {
    interrupt.release();
  }
}

async function tell(enforcement: Enforcement, { json }: EnforceArguments): Promise<void> {
  process.exitCode = enforcement.exitCode;
  if (enforcement.problem !== null) process.stderr.write(`sigsweep: ${escapeControls(enforcement.problem)}\n`);
  await print(json ? [enforcementJson(enforcement)] : fitted(enforcementLines(enforcement)));
}

function logFileOf({ log, state = defaultStateFolder() }: EnforceArguments): string {
  if (log !== undefined) return log;
  if (state !== false) return join(state, LOG_FILE);
  throw new SigsweepError('USAGE', 'nothing is disabled that is not written down (state is false): give --log FILE');
}

function parseWords(text: string): string[] {
  const words = text.split(/[ \t]+/).filter((word) => word !== '');
  if (words[0]?.startsWith('/') !== true) {
    throw new InvalidArgumentError('give the absolute path of a program, then its arguments.');
  }
  return words;
}
