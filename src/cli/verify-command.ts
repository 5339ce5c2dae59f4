import type { Command } from 'commander';
import { verifyModule } from '../scan/verify-module.js';
import {
  type CommonArguments,
  parsePath,
  runOptions,
  type SystemArguments,
  systemOptions,
  withCommonOptions,
  withSystemOptions,
} from './arguments.js';
import { beGentle, type LimitedArguments, rateOptions, withGentleOptions, withMaxRate } from './gentle.js';
import { runReport } from './run-report.js';

interface VerifyArguments extends CommonArguments, SystemArguments, LimitedArguments {}

/** `sigsweep verify PATH`. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .summary("verify one module's folder, one package, or one module.sig alone")
    .description(
      'A folder: its signature, its listed files, and what nobody listed.\n' +
        'A package (.tgz, .tgz.gpg): the same, without unpacking it.\n' +
        'A module.sig: its signature and its text only; every listed file counts as not checked.',
    )
    .argument('<path>', "a module's folder, a package, or a module.sig", parsePath);
  withMaxRate(withGentleOptions(withSystemOptions(command)));
  withCommonOptions(command).action(async (path: string, given: VerifyArguments) => {
    beGentle(given);
    await runReport(given, (hooks) =>
      verifyModule(path, { ...runOptions(given), ...systemOptions(given), ...rateOptions(given), ...hooks }),
    );
  });
}
