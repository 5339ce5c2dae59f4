import { type Command, Option } from 'commander';
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
import { type FolderArguments, withFleetFolder } from './fleet/fleet-options.js';
import { type QueueArguments, withQueueAccess } from './fleet/queue-options.js';
import { beGentle, type LimitedArguments, rateOptions, withGentleOptions, withMaxRate } from './gentle.js';
import { runReport } from './run-report.js';

interface ScanArguments
  extends CommonArguments,
    SystemArguments,
    LimitedArguments,
    AuditArguments,
    FolderArguments,
    Partial<QueueArguments> {
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
  withMaxRate(withGentleOptions(withSharing(withSystemOptions(command))));
  withExemptions(withAuditOptions(withCommonOptions(command))).action(
    async (webRoot: string | undefined, given: ScanArguments, self: Command) => {
      beGentle(given);
      const shared = given.queue === undefined ? undefined : await loadSharing(given, given.queue);
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
          ...(shared === undefined ? {} : { scanWith: shared }),
          ...auditOptions(given, alerts),
          attended: process.stderr.isTTY === true,
          interrupted,
        });
      });
    },
  );
}

/** Adds the options that say with whom a scan is shared. */
function withSharing(command: Command): Command {
  const queue = new Option(
    '--queue <url>',
    'scan together with the agents of a fleet that have this web root as their --store: its Redis',
  );
  return withFleetFolder(withQueueAccess(command.addOption(queue.conflicts('quick'))));
}

/** Nothing of the queue is loaded by a scan on one machine. */
async function loadSharing(given: ScanArguments, queue: string) {
  const { scanShared } = await import('./fleet/shared-scan.js');
  return scanShared({ ...given, queue });
}
