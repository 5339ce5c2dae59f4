import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION_FORM, parseDuration } from '../duration.js';
import { thisMachine } from '../schedule/machine.js';
import type { ScheduleSettings } from '../schedule/settings.js';
import { isSystemdRunning } from '../schedule/systemctl.js';
import { parsePath } from './arguments.js';
import { print } from './output.js';
import { statusInWords } from './schedule-status.js';
import { scheduledScan } from './scheduled-scan.js';

const DEFAULT_SPLAY_MINUTES = 30;
const MOST_SPLAY_HOURS = 12;

interface PlaceArguments {
  readonly dir?: string;
}

interface ScheduleArguments extends PlaceArguments {
  readonly at: string;
  readonly splay: number;
  readonly systemd?: true;
  readonly cron?: true;
  readonly network?: true;
  readonly sendmail?: true;
}

/** `sigsweep schedule install|remove|status|print`. */
export function addScheduleCommand(program: Command): void {
  const schedule = program
    .command('schedule')
    .summary('scan every night, by systemd or cron')
    .description('Has this machine scan itself every night, by a systemd timer or by cron.')
    // What stands behind -- is for the commands below.
    .enablePositionalOptions();
  addInstall(schedule);
  addRemove(schedule);
  addStatus(schedule);
  addPrint(schedule);
}

function addInstall(schedule: Command): void {
  const command = schedule
    .command('install')
    .summary('write the units or the crontab, and start them')
    .description(
      'Writes a service and a timer for systemd, or a file for cron, and starts them. Once more, it changes nothing.\n' +
        'What stands behind -- is handed to sigsweep scan as it is, and the configuration by its name: once its alerts or\n' +
        'the places that it writes to have changed, install the schedule again.',
    );
  withDir(withSettings(command)).action(async (scan: readonly string[], given: ScheduleArguments, self: Command) => {
    const settings = await settingsOf(scan, given, self);
    const { installSchedule } = await loadSchedule();
    const files = installSchedule(settings, thisMachine(), folderOf(given));
    await print(files.map((file) => `wrote ${file}\n`));
  });
}

function addRemove(schedule: Command): void {
  const command = schedule
    .command('remove')
    .summary('stop and remove what install wrote')
    .description('Stops the timer and removes the files that install wrote. What scans have found stays.');
  withDir(command).action(async (given: PlaceArguments) => {
    const { removeSchedule } = await loadSchedule();
    const files = removeSchedule(folderOf(given));
    await print(files.length === 0 ? ['nothing is scheduled\n'] : files.map((file) => `removed ${file}\n`));
  });
}

function addStatus(schedule: Command): void {
  const command = schedule
    .command('status')
    .summary('tell what is scheduled, and when it runs next')
    .description('Tells what is scheduled, whether this sigsweep would write it so, and when it runs next.');
  withDir(command).action(async (given: PlaceArguments) => {
    const { scheduleStatus } = await import('../schedule/status.js');
    await print([statusInWords(scheduleStatus(thisMachine(), folderOf(given)))]);
  });
}

function addPrint(schedule: Command): void {
  const command = schedule
    .command('print')
    .summary('print what install would write')
    .description('Prints the units or the crontab that install would write. Writes nothing.');
  withSettings(command).action(async (scan: readonly string[], given: ScheduleArguments, self: Command) => {
    const { filesOf } = await import('../schedule/files.js');
    const files = filesOf(await settingsOf(scan, given, self), thisMachine(), undefined);
    await print([files.map(({ path, text }) => (files.length === 1 ? text : `# ${path}\n${text}`)).join('\n')]);
  });
}

function withSettings(command: Command): Command {
  return command
    .argument('[options...]', 'options and web root for sigsweep scan, behind --')
    .option('--at <HH:MM>', 'when, by the clock of this machine', parseTime, '02:30')
    .addOption(
      new Option('--splay <duration>', 'how much later it may be; each machine keeps its own delay')
        .argParser(parseSplay)
        .default(DEFAULT_SPLAY_MINUTES * 60, `${DEFAULT_SPLAY_MINUTES}m`),
    )
    .option('--systemd', 'a systemd timer (default: where systemd runs)')
    .addOption(new Option('--cron', 'a file for cron').conflicts('systemd'))
    .option('--network', 'alerts need the network (default: where those of the configuration do)')
    .option('--sendmail', 'alerts need the local mail system (default: as they do)');
}

function withDir(command: Command): Command {
  return command.option('--dir <dir>', 'write there, and check and start nothing: for packages', parsePath);
}

async function settingsOf(
  words: readonly string[],
  given: ScheduleArguments,
  self: Command,
): Promise<ScheduleSettings> {
  const { scan, writable, needs } = await scheduledScan(words, self);
  const byDefault = isSystemdRunning() ? 'systemd' : 'cron';
  return {
    scheduler: given.cron ? 'cron' : given.systemd ? 'systemd' : byDefault,
    at: given.at,
    splaySeconds: given.splay,
    needs: { ...needs, network: given.network ?? needs.network, sendmail: given.sendmail ?? needs.sendmail },
    writable,
    scan,
  };
}

/** Every start of the program would pay for what it needs. */
function loadSchedule() {
  return import('../schedule/schedule.js');
}

function folderOf({ dir }: PlaceArguments): string | undefined {
  return dir === undefined ? undefined : resolve(dir);
}

function parseTime(text: string): string {
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)) throw new InvalidArgumentError('give HH:MM, as 02:30.');
  return text;
}

function parseSplay(text: string): number {
  const seconds = text === '0' ? 0 : (parseDuration(text) ?? Number.NaN) / 1000;
  if (!(seconds <= MOST_SPLAY_HOURS * 3600)) {
    throw new InvalidArgumentError(`give 0 or ${DURATION_FORM}, at most ${MOST_SPLAY_HOURS}h.`);
  }
  return seconds;
}
