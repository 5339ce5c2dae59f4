import { lstatSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { CONFIG_VARIABLE, VARIABLE_PREFIX } from '../../config/environment.js';
import { SigsweepError } from '../../errors.js';
import { parsePath } from '../arguments.js';
import type { Configuration } from './configure.js';
import { isConfigurable, isDoctor, withSubcommands } from './sections.js';

/** Read where no other file is named, if it is there. */
const DEFAULT_FILE = '/etc/sigsweep/config.yaml';

const configurations = new WeakMap<Command, Configuration>();

/**
 * Lets the environment and a file say what is not typed: the action of every command gets it with its options, as if it
 * had been. To be called when all commands are there.
 */
export function withConfiguration(program: Command, environment = process.env): void {
  for (const command of withSubcommands(program)) withConfigOptions(command);
  const mandatory = takeMandatory(program);
  program.hook('preAction', async (_, command) => {
    if (!isConfigurable(command)) return;
    await applyConfiguration(program, command, environment).catch((error: unknown) => {
      // Whoever asks what is wrong has to be told of more than this.
      if (!isDoctor(command) || !(error instanceof SigsweepError)) throw error;
      configurations.set(command, { file: undefined, alerts: {}, problem: error });
    });
    requireMandatory(command, mandatory);
  });
}

async function applyConfiguration(program: Command, command: Command, environment: NodeJS.ProcessEnv): Promise<void> {
  const file = configFile(typedConfig(command), environment);
  if (file === undefined && !hasVariables(environment)) return;
  // Most runs have none, and need nothing that reads it.
  const { configure } = await import('./configure.js');
  configurations.set(command, await configure(program, command, file, environment));
}

/**
 * Adds the options that say which configuration is read: they may stand before a command and behind it, and the help of
 * the program has them, once. They are no settings: nothing in a configuration names it.
 */
export function withConfigOptions(command: Command): void {
  const isHidden = command.parent !== null;
  const file = new Option('--config <file>', `configuration (default: ${DEFAULT_FILE}, if there)`).argParser(parsePath);
  command.addOption(file.hideHelp(isHidden));
  command.addOption(new Option('--no-config', 'read no configuration').hideHelp(isHidden));
}

/** What was typed of `--config`, before the command or behind it; `false` for `--no-config`. */
export function typedConfig(command: Command): string | false | undefined {
  return command.opts().config ?? (command.parent === null ? undefined : typedConfig(command.parent));
}

/** The configuration of a command whose action runs. */
export function configurationOf(command: Command): Configuration {
  return configurations.get(command) ?? { file: undefined, alerts: {} };
}

/**
 * The file to read: what was typed, else what the environment says, else the usual one, if it is there.
 * @param typed the value of `--config`; false for `--no-config`.
 * @throws SigsweepError USAGE
 */
export function configFile(
  typed: string | false | undefined,
  environment: NodeJS.ProcessEnv,
  usual = DEFAULT_FILE,
): string | undefined {
  if (typed !== undefined) return typed === false ? undefined : typed;
  const said = environment[CONFIG_VARIABLE];
  if (said === 'false') return undefined;
  if (said === '') throw new SigsweepError('USAGE', `${CONFIG_VARIABLE} is empty: unset it, name a file, or say false`);
  return said ?? (isThere(usual) ? usual : undefined);
}

/** True for what cannot be looked at, or leads nowhere, too: whoever reads it says so, and a scan does not go on without. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function hasVariables(environment: NodeJS.ProcessEnv): boolean {
  return Object.keys(environment).some((name) => name.startsWith(VARIABLE_PREFIX) && name !== CONFIG_VARIABLE);
}

/** commander asks for mandatory options before its hooks run: from here on it is asked after them. */
function takeMandatory(program: Command): ReadonlyMap<Command, readonly Option[]> {
  const commands = withSubcommands(program).filter(isConfigurable);
  const mandatory = commands.map((command) => [command, command.options.filter((option) => option.mandatory)] as const);
  for (const option of mandatory.flatMap(([, options]) => options)) option.makeOptionMandatory(false);
  return new Map(mandatory);
}

function requireMandatory(command: Command, mandatory: ReadonlyMap<Command, readonly Option[]>): void {
  const missing = mandatory
    .get(command)
    ?.find((option) => command.getOptionValue(option.attributeName()) === undefined);
  if (missing !== undefined) command.error(`error: required option '${missing.flags}' not specified`);
}
