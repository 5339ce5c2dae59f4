import type { Command } from 'commander';
import { type Check, fail, ok } from '../health-check.js';
import { ExitCode } from '../scan/exit-code.js';
import { thisMachine } from '../schedule/machine.js';
import { defaultStateFolder } from '../state/folder.js';
import {
  parsePath,
  type SystemArguments,
  systemOptions,
  type TrustArguments,
  trustOptions,
  withExemptions,
  withSystemOptions,
  withTrustOptions,
} from './arguments.js';
import { configurationOf } from './config/configuration.js';
import type { Configuration } from './config/configure.js';
import { print } from './output.js';
import { type StateArguments, withStateFolder } from './remembered.js';
import { screenOf } from './terminal/screen.js';

interface DoctorArguments extends SystemArguments, TrustArguments, StateArguments {
  readonly exemptions?: string;
  readonly json?: true;
}

/** `sigsweep doctor [web-root]`. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command('doctor')
    .summary('check this machine, and say what to fix')
    .description(
      'Checks what scans depend on: Node, threads, /proc, limits, clock, configuration, web root,\n' +
        'keys, exemptions, history, schedule. Changes nothing. Takes the options that scan is given.\n' +
        'Exit codes: 0 scans work, 1 a check failed, 2 could not run.',
    )
    .argument('[web-root]', 'the web root, found as by scan; with --root, inside it', parsePath)
    .option('--json', 'print JSON');
  withStateFolder(withExemptions(withTrustOptions(withSystemOptions(command)))).action(
    async (webRoot: string | undefined, given: DoctorArguments, self: Command) => {
      const [{ examine }, { doctorJson, doctorLines, isHealthy }] = await Promise.all([
        import('../doctor/doctor.js'),
        import('../report/doctor.js'),
      ]);
      const checks = await examine({
        system: { ...systemOptions(given), ...(webRoot === undefined ? {} : { webRoot }) },
        trust: trustOptions(given),
        state: given.state ?? defaultStateFolder(),
        exemptions: given.exemptions,
        machine: thisMachine(),
        configuration: configurationCheck(configurationOf(self)),
      });
      process.exitCode = checks.every(isHealthy) ? ExitCode.clean : ExitCode.findings;
      await print(given.json ? [doctorJson(checks)] : [...doctorLines(checks, screenOf())].map((line) => `${line}\n`));
    },
  );
}

function configurationCheck({ file, problem }: Configuration): Check {
  if (problem === undefined) return ok('configuration', file ?? 'none: the defaults apply');
  const todo = 'put it right, and check it: sigsweep config check. What is checked below is without it';
  return fail('configuration', `${problem.message} [${problem.code}]`, todo);
}
