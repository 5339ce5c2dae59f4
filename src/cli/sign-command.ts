import type { Command } from 'commander';
import { parsePath, parseThreads, withTrustOptions } from './arguments.js';
import type { SignArguments } from './sign.js';
import { withSignerOptions } from './signer-options.js';

/** `sigsweep sign DIR`. What it does is loaded when it runs. */
export function addSignCommand(program: Command): void {
  const command = program
    .command('sign')
    .summary("sign a module's folder")
    .description(
      "Lists and hashes a module's files, signs the list, and writes module.sig, whole\n" +
        'or not at all. Names that begin with a dot are not signed; links, special files\n' +
        'and names that no list can hold are refused.',
    )
    .argument('<dir>', "the module's folder, called as its module.xml says", parsePath)
    .option('--allow-uncertified', 'sign with a key that no anchor has certified, for a test of your own')
    .option('--local', 'write the list to /etc/freepbx.secure, and a module.sig that names it (as root)')
    .option('--root <path>', 'with --local: the / of the system whose /etc/freepbx.secure is meant', parsePath, '/')
    .option('--dry-run', 'print the list that would be signed, and write nothing')
    .option('--threads <n>', 'worker threads that hash (default: the cores this process may use)', parseThreads);
  withSignerOptions(withTrustOptions(command)).action(async (folder: string, given: SignArguments) =>
    (await import('./sign.js')).sign(folder, given),
  );
}
