import type { Command } from 'commander';
import { scan } from '../scan/scan.js';
import {
  collect,
  parsePath,
  runOptions,
  type SystemArguments,
  systemOptions,
  withCommonOptions,
  withSystemOptions,
} from './arguments.js';
import { beGentle, type LimitedArguments, rateOptions, withGentleOptions, withMaxRate } from './gentle.js';
import { runReport } from './run-report.js';

interface ScanArguments extends SystemArguments, LimitedArguments {
  readonly module?: readonly string[];
}

/** `sigsweep scan [web-root]`. */
export function addScanCommand(program: Command): void {
  const command = program
    .command('scan')
    .summary('scan a FreePBX system')
    .description(
      "Verifies every module's signature, hashes every listed file, and finds what nobody signed. Reads only.\n" +
        'The web root is the argument, else what /etc/freepbx.conf or /etc/amportal.conf say, else /var/www/html.',
    )
    .argument('[web-root]', 'the web root, for example /var/www/html; with --root, inside it', parsePath)
    .option('--module <name>', 'only this module, and nothing outside of modules (repeatable)', collect);
  withMaxRate(withGentleOptions(withSystemOptions(command)));
  withCommonOptions(command).action(async (webRoot: string | undefined, given: ScanArguments) => {
    beGentle(given);
    await runReport(given, (hooks) =>
      scan({
        ...runOptions(given),
        ...systemOptions(given),
        ...rateOptions(given),
        ...hooks,
        ...(webRoot === undefined ? {} : { webRoot }),
        ...(given.module === undefined ? {} : { modules: given.module }),
      }),
    );
  });
}
