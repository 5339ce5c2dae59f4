import { type Command, InvalidArgumentError, Option } from 'commander';
import { PRIORITIES } from '../fleet/priorities.js';
import { SEVERITIES } from '../types.js';
import { collect, parsePath, withThreads } from './arguments.js';
import type { CompareArguments } from './fleet/compare.js';
import type { EnrollArguments } from './fleet/enroll.js';
import { parseTime, withFleetFolder, withSelection, withSilence } from './fleet/fleet-options.js';
import type { ListArguments } from './fleet/list.js';
import { withQueueOptions } from './fleet/queue-options.js';
import type { RemoveArguments } from './fleet/remove.js';
import type { FleetReportArguments } from './fleet/report.js';
import type { FleetScanArguments } from './fleet/scan.js';
import type { StatusArguments } from './fleet/status.js';
import type { WatchArguments } from './fleet/watch.js';
import { withMaxRate } from './gentle.js';
import { withReportOptions } from './report-options.js';

const DEFAULT_VALID_HOURS = 24;
const DEFAULT_DEADLINE_HOURS = 4;
const DEFAULT_KEEP_DAYS = 400;

/** `sigsweep fleet …`: the coordinator of many hosts. What each command does is loaded when it runs. */
export function addFleetCommand(program: Command): void {
  const fleet = program
    .command('fleet')
    .summary('many hosts: enrol them, have them scan, see what they found')
    .description(
      'The coordinator of a fleet of hosts that each run sigsweep agent. What is asked\n' +
        'and answered goes through Redis, signed, and Redis is not believed. One service,\n' +
        'sigsweep fleet watch, takes the reports in.',
    );
  addMembers(fleet);
  addScanning(fleet);
  addReading(fleet);
}

function addMembers(fleet: Command): void {
  const enroll = fleet
    .command('enroll')
    .summary('make a token with which a host becomes one of the fleet')
    .description(
      'Prints a token that is good for one host, once, and what to do with it. A host\n' +
        'that is enrolled already gets another key by it.\n' +
        'Exit codes: 0, 2 could not run.',
    )
    .argument('<host>', 'how it is called in the fleet');
  withSelection(withFleetFolder(withQueueOptions(enroll)), 'a group that it is in', 'something to select it by')
    .addOption(
      new Option('--valid <duration>', 'how long the token can be used')
        .argParser(parseTime)
        .default(DEFAULT_VALID_HOURS * 3_600_000, `${DEFAULT_VALID_HOURS}h`),
    )
    .option('--store', 'it may take parts of a large store of modules, too')
    .option('--wait', 'end when the host has enrolled')
    .option('--json', 'print it as JSON')
    .action(async (host: string, given: EnrollArguments) => (await import('./fleet/enroll.js')).enroll(host, given));
  const remove = fleet
    .command('remove')
    .summary('take hosts out of the fleet, or end a nightly scan')
    .description(
      'The key of the host counts no more, and what lies in its queue is removed.\n' +
        'Its reports are kept. Exit codes: 0, 2 could not run.',
    )
    .argument('[host...]', 'which hosts', collect)
    .option('--night <id>', 'end a nightly scan, by its name in sigsweep fleet list --nights');
  withFleetFolder(withQueueOptions(remove)).action(
    async (hosts: readonly string[] | undefined, given: RemoveArguments) =>
      (await import('./fleet/remove.js')).remove(hosts ?? [], given),
  );
  const list = fleet
    .command('list')
    .summary('the hosts of the fleet, and its nightly scans')
    .option('--nights', 'the nightly scans instead');
  withFleetFolder(withSelection(list, 'only those in a group', 'only those with this')).option('--json', 'print JSON');
  list.action(async (given: ListArguments) => (await import('./fleet/list.js')).list(given));
}

function addScanning(fleet: Command): void {
  const scan = fleet
    .command('scan')
    .summary('have hosts scan themselves, now or every night')
    .description(
      'Asks hosts to scan, and waits for their reports; Ctrl-C ends the waiting, and\n' +
        'the hosts go on. Without names and groups all are asked. Each scans with its own\n' +
        'configuration. Exit codes: 0 clean, 1 a host has findings, 2 could not run,\n' +
        '3 a host did not answer, or its scan is incomplete; with --detach and --nightly\n' +
        '0 when it was asked.',
    )
    .argument('[host...]', 'which hosts', collect);
  withSelection(withFleetFolder(withQueueOptions(scan)), 'the hosts of a group', 'of them those with this')
    .option('--quick', 'read only what has changed since the last scan there')
    .option('--module <name>', 'scan only this module (repeatable)', collect);
  withMaxRate(withThreads(scan))
    .addOption(
      new Option('--deadline <duration>', 'how long each scan may take')
        .argParser(parseTime)
        .default(DEFAULT_DEADLINE_HOURS * 3_600_000, `${DEFAULT_DEADLINE_HOURS}h`),
    )
    .option('--spread <duration>', 'have them begin at random moments of this time (default: at once)', parseTime)
    .option('--rate <n>', 'most hosts that begin in a minute', parseRate)
    .addOption(
      new Option('--priority <priority>', 'before or after other scans that a host was asked for')
        .choices(Object.keys(PRIORITIES))
        .default('normal'),
    )
    .option('--nightly <pattern>', 'every time this pattern of cron names, as "30 2 * * *"')
    .option('--tz <zone>', 'time zone of the pattern, as Europe/Berlin (default: that of this machine)')
    .option('--detach', 'do not wait for the reports')
    .option('--json', 'print JSON')
    .option('--no-progress', 'no progress bars')
    .action(async (hosts: readonly string[] | undefined, given: FleetScanArguments) =>
      (await import('./fleet/scan.js')).scan(hosts ?? [], given),
    );
  const watch = fleet
    .command('watch')
    .summary('the service: take reports in, and ask for nightly scans')
    .description(
      'Runs until it is ended. Says what happens in lines on standard error; on a\n' +
        'terminal it shows how far the fleet is.\n' +
        'Exit codes: 0 ended by SIGTERM or Ctrl-C, 2 could not run.',
    );
  withFleetFolder(withQueueOptions(watch))
    .addOption(
      new Option('--keep-reports <duration>', 'how long reports are kept that newer ones have followed')
        .argParser(parseTime)
        .default(DEFAULT_KEEP_DAYS * 86_400_000, `${DEFAULT_KEEP_DAYS}d`),
    )
    .option('--no-progress', 'no progress bars')
    .action(async (given: WatchArguments) => (await import('./fleet/watch.js')).watch(given));
}

function addReading(fleet: Command): void {
  const status = fleet
    .command('status')
    .summary('what the hosts do at present')
    .description(
      'Who scans and how far, who is asked and has not answered, who is silent.\n' +
        'Exit codes: 0, 2 could not run, 3 Redis was not reached, and only what is known\n' +
        'here is told.',
    );
  withSilence(withFleetFolder(withQueueOptions(status)))
    .option('--json', 'print JSON')
    .action(async (given: StatusArguments) => (await import('./fleet/status.js')).status(given));
  const report = fleet
    .command('report')
    .summary('the fleet, or the last report of one host, in any form')
    .description(
      'Without a host: what all hosts together show, which of them need a look, and what\n' +
        'they come to. With one: what it said last, in every form of sigsweep report.\n' +
        'Exit codes: of the fleet 0 clean, 1 findings at or above --fail-on, 3 not all is\n' +
        'known; of a host 0, whatever it found; 2 where it could not be given.',
    )
    .argument('[host]', 'which host (default: the fleet)');
  withSilence(withFleetFolder(withReportOptions(report)))
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('high'),
    )
    .option('--html <dir>', 'write the fleet as pages, index.html and one for each host', parsePath);
  withSelection(report, 'only the hosts of a group', 'only hosts with this').action(
    async (host: string | undefined, given: FleetReportArguments, self: Command) =>
      (await import('./fleet/report.js')).report(host, given, self.getOptionValueSource('format') === 'default'),
  );
  const compare = fleet
    .command('compare')
    .summary('what is not the same on two hosts')
    .description(
      'Modules and findings in which two hosts differ; with one host, what changed on it\n' +
        'between its last two reports of everything. Exit codes: 0, 2 could not run.',
    )
    .argument('<host>', 'which host')
    .argument('[other]', 'which other one (default: the same host, before)');
  withFleetFolder(compare)
    .option('--json', 'print JSON')
    .action(async (host: string, other: string | undefined, given: CompareArguments) =>
      (await import('./fleet/compare.js')).compare(host, other, given),
    );
}

function parseRate(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1 to 999999.');
  return Number(text);
}
