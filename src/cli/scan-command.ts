import type { Command } from 'commander';
import { applyExemptions } from '../exempt/apply.js';
import type { ExemptionEntry } from '../exempt/entry.js';
import { readExemptions } from '../exempt/read.js';
import type { Report } from '../model.js';
import { exitCodeOf } from '../scan/exit-code.js';
import { scan } from '../scan/scan.js';
import type { Severity } from '../types.js';
import {
  type CommonArguments,
  collect,
  parsePath,
  runOptions,
  type SystemArguments,
  systemOptions,
  withCommonOptions,
  withExemptions,
  withSystemOptions,
} from './arguments.js';
import { beGentle, type LimitedArguments, rateOptions, withGentleOptions, withMaxRate } from './gentle.js';
import { runReport } from './run-report.js';

interface ScanArguments extends CommonArguments, SystemArguments, LimitedArguments {
  readonly module?: readonly string[];
  readonly exemptions?: string;
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
  withExemptions(withMaxRate(withGentleOptions(withSystemOptions(command))));
  withCommonOptions(command).action(async (webRoot: string | undefined, given: ScanArguments) => {
    beGentle(given);
    // What is wrong with them is said before anything is read.
    const exemptions = await readExemptions(given.exemptions, new Date());
    await runReport(given, async (hooks) => {
      const report = await scan({
        ...runOptions(given),
        ...systemOptions(given),
        ...rateOptions(given),
        ...hooks,
        ...(webRoot === undefined ? {} : { webRoot }),
        ...(given.module === undefined ? {} : { modules: given.module }),
      });
      return exempt(report, exemptions, given.failOn);
    });
  });
}

/** Marks what the administrator exempted, and says anew what the scan comes to. */
function exempt(report: Report, exemptions: readonly ExemptionEntry[], failOn: Severity): Report {
  const marked = applyExemptions(report, exemptions, report.startedAt);
  return { ...marked, exitCode: exitCodeOf(marked.summary, marked.complete, failOn) };
}
