import { dirname, isAbsolute, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { SigsweepError } from '../errors.js';
import type { ScheduleSettings } from '../schedule/settings.js';
import { SYSTEM_STATE_FOLDER } from '../state/folder.js';
import { configFile, typedConfig, withConfigOptions } from './config/configuration.js';
import type { ReportArguments } from './report-options.js';
import { addScanCommand } from './scan-command.js';

/** Options of `scan` that name something it writes: a file, or a folder. */
const WRITTEN_FILES = ['output', 'metrics'];
const WRITTEN_FOLDERS = ['state'];

/** Options of `scan` that name something it reads. */
const READ = ['root', 'revoked', 'config', 'exemptions'];

/** What of a schedule the scan itself decides. */
type ScheduledScan = Pick<ScheduleSettings, 'scan' | 'writable' | 'needs'>;

/** Values of options by their names. */
type Given = Readonly<Record<string, unknown>>;

/**
 * What a scan at night will be asked to do, checked today: by the words that it is given, and by the configuration that
 * is read now. What only this environment says is not there at night.
 * @param self the command that schedules it.
 * @throws SigsweepError USAGE when `scan` would refuse the arguments, or would look for a file where it is not; what
 * {@link readConfigFile} throws.
 */
export async function scheduledScan(words: readonly string[], self: Command): Promise<ScheduledScan> {
  const { webRoot, given } = parse(words);
  requireAbsolute(webRoot, given);
  const behind = given.config as string | false | undefined;
  const before = typedConfig(self);
  const named = configFile(behind ?? before, process.env);
  const file = named === undefined ? undefined : resolve(named);
  const { said, needs } = await configured(file, self);
  const config = file === undefined ? (before === false ? ['--no-config'] : []) : ['--config', file];
  return {
    scan: behind === undefined ? [...config, ...words] : words,
    writable: foldersWritten({ ...said, ...given }),
    needs,
  };
}

/** What a configuration says of places that a scan writes to, and what its alerts need. */
async function configured(
  file: string | undefined,
  self: Command,
): Promise<{ said: Given; needs: ScheduledScan['needs'] }> {
  if (file === undefined) return { said: {}, needs: { network: false, sendmail: false, command: false } };
  const [{ Settings }, { readConfigFile }, { needsOf }] = await Promise.all([
    import('./config/settings.js'),
    import('../config/file.js'),
    import('../config/channels.js'),
  ]);
  const { layer, alerts } = readConfigFile(file, new Settings(programOf(self)).all);
  const ofScan = [...layer].filter(([{ section }]) => section === null);
  return { said: Object.fromEntries(ofScan.map(([{ key }, { value }]) => [key, value])), needs: needsOf(alerts) };
}

function programOf(command: Command): Command {
  return command.parent === null ? command : programOf(command.parent);
}

/** Besides the usual state, which a service has in any case. */
function foldersWritten(given: Given): string[] {
  const folders = [
    ...filesWritten(given).map((file) => dirname(resolve(file))),
    ...textsOf(given, WRITTEN_FOLDERS).map((folder) => resolve(folder)),
  ];
  return [...new Set(folders)].filter((folder) => folder !== SYSTEM_STATE_FOLDER).sort();
}

function requireAbsolute(webRoot: string | undefined, given: Given): void {
  // A path inside of --root may do without a slash before it.
  const read = [...textsOf(given, READ), ...(webRoot === undefined || given.root !== undefined ? [] : [webRoot])];
  const relative = [...filesWritten(given), ...textsOf(given, WRITTEN_FOLDERS), ...read].find(
    (path) => !isAbsolute(path),
  );
  if (relative !== undefined) {
    throw new SigsweepError('USAGE', `${relative} is no absolute path, and a scheduled scan starts in another folder`);
  }
}

function filesWritten(given: Given): string[] {
  const reports = Object.values((given.report ?? {}) as NonNullable<ReportArguments['report']>);
  return [...textsOf(given, WRITTEN_FILES), ...reports];
}

function textsOf(given: Given, names: readonly string[]): string[] {
  return names.map((name) => given[name]).filter((value) => typeof value === 'string');
}

function parse(words: readonly string[]): { webRoot: string | undefined; given: Given } {
  let parsed: ReturnType<typeof parse> = { webRoot: undefined, given: {} };
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  addScanCommand(program);
  for (const command of program.commands) {
    withConfigOptions(command);
    command.action((webRoot: string | undefined, given: Given) => {
      parsed = { webRoot, given };
    });
  }
  try {
    program.parse(['scan', ...words], { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    const why = cause.message.replace(/^error: /, '').replaceAll('\n', ' ');
    throw new SigsweepError('USAGE', `sigsweep scan would not take what is handed to it: ${why}`, { cause });
  }
  return parsed;
}
