import type { Command } from 'commander';
import { scan } from '../scan/scan.js';
import { type CommonArguments, collect, runOptions, withCommonOptions } from './arguments.js';
import { runReport } from './run-report.js';

interface ScanArguments extends CommonArguments {
  readonly module: readonly string[];
}

/** `sigsweep scan [webroot]`. */
export function addScanCommand(program: Command): void {
  const command = program
    .command('scan')
    .summary('scan a FreePBX system')
    .description(
      "Verifies every module's signature, hashes every listed file, and finds what nobody signed. Reads only.\n" +
        'The web root is the argument, else what /etc/freepbx.conf or /etc/amportal.conf say, else /var/www/html.',
    )
    .argument('[webroot]', 'the web root, for example /var/www/html')
    .option('--module <name>', 'only this module, and nothing outside of modules (repeatable)', collect, []);
  withCommonOptions(command).action(async (webRoot: string | undefined, given: ScanArguments) => {
    await runReport(given, (hooks) =>
      scan({
        ...runOptions(given),
        ...hooks,
        ...(webRoot === undefined ? {} : { webRoot }),
        ...(given.module.length === 0 ? {} : { modules: given.module }),
      }),
    );
  });
}
