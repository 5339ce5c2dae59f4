import type { Command } from 'commander';
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
import { type AuditArguments, auditOptions, withAuditOptions } from './audit-options.js';
import { configurationOf } from './config/configuration.js';
import { beGentle, type LimitedArguments, rateOptions, withGentleOptions, withMaxRate } from './gentle.js';
import { runReport } from './run-report.js';

interface ScanArguments extends CommonArguments, SystemArguments, LimitedArguments, AuditArguments {
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
  withExemptions(withAuditOptions(withCommonOptions(command))).action(
    async (webRoot: string | undefined, given: ScanArguments, self: Command) => {
      beGentle(given);
      await runReport(given, async ({ interrupted, ...hooks }) => {
        const { audit } = await import('../audit/audit.js');
        const options = {
          ...runOptions(given),
          ...systemOptions(given),
          ...rateOptions(given),
          ...hooks,
          ...(webRoot === undefined ? {} : { webRoot }),
          ...(given.module === undefined ? {} : { modules: given.module }),
        };
        const { alerts } = configurationOf(self);
        return audit({
          scan: options,
          ...auditOptions(given, alerts),
          attended: process.stderr.isTTY === true,
          interrupted,
        });
      });
    },
  );
}
