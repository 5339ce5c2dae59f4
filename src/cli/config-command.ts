import type { Command } from 'commander';
import { parsePath } from './arguments.js';
import { typedConfig } from './config/configuration.js';

/** `sigsweep config check|print`. */
export function addConfigCommand(program: Command): void {
  const command = program
    .command('config')
    .summary('check or print the configuration')
    .description('What --config names, else SIGSWEEP_CONFIG, else /etc/sigsweep/config.yaml, if it is there.');
  command
    .command('check')
    .summary('check a configuration, and the files that it names')
    .description('Checks the configuration and the modes of the files that it names. Sends nothing.')
    .argument('[file]', 'the configuration', parsePath)
    .action(async (file: string | undefined, _given: object, self: Command) => {
      const { checkConfiguration } = await import('./config/check.js');
      checkConfiguration(program, file, typedConfig(self));
    });
  command
    .command('print')
    .summary('print every setting, and where it comes from')
    .description('Prints every setting, its value, and where it comes from; channels of alerts without secrets.')
    .option('--json', 'print it as JSON')
    .action(async ({ json }: { readonly json?: true }, self: Command) => {
      const { printConfiguration } = await import('./config/print.js');
      await printConfiguration(program, typedConfig(self), json === true);
    });
}
