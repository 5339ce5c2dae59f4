import type { Command } from 'commander';
import { parsePath, parseThreads, withTrustOptions } from './arguments.js';
import type { PackArguments } from './pack.js';
import { withProgressOption } from './progress-option.js';
import { withSignerOptions } from './signer-options.js';

/** `sigsweep pack DIR`. What it does is loaded when it runs. */
export function addPackCommand(program: Command): void {
  const command = program
    .command('pack')
    .summary("check a module's folder, sign it, and make a package of it")
    .description(
      'Checks a module, signs it where a key can, and writes <rawname>-<version>.tgz:\n' +
        'the same bytes for the same files and signature. A signature that lists just\n' +
        'these files is kept. Without a key that counts the package has no signature,\n' +
        'and that is said.',
    )
    .argument('<dir>', "the module's folder, called as its module.xml says", parsePath)
    .option('--output <package-dir>', 'the folder that the package is written to', parsePath, '.')
    .option('--gpg', 'write <rawname>-<version>.tgz.gpg too, signed, as mirrors hand it out')
    .option('--require-signature', 'no signature is an error')
    .option('--allow-uncertified', 'sign with a key that no anchor has certified, for a test of your own')
    .option('--threads <n>', 'worker threads that hash (default: the cores this process may use)', parseThreads);
  withProgressOption(withSignerOptions(withTrustOptions(command))).action(
    async (folder: string, given: PackArguments) => (await import('./pack.js')).pack(folder, given),
  );
}
