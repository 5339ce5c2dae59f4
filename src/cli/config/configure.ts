import type { Command } from 'commander';
import type { AlertSettings } from '../../alert/settings.js';
import { readEnvironment } from '../../config/environment.js';
import type { SigsweepError } from '../../errors.js';
import { applyLayers } from './apply.js';
import { Settings } from './settings.js';

/** What an action may need of the configuration besides its options, which it has already. */
export interface Configuration {
  /** The file that was read; `undefined` where there is none. */
  readonly file: string | undefined;
  readonly alerts: AlertSettings;
  /** Why there is none, for the one command that goes on without. */
  readonly problem?: SigsweepError;
}

/**
 * Gives a command what the environment and a file say.
 * @throws SigsweepError for a file or a variable that is not as it should be, whether or not the command needs it.
 */
export async function configure(
  program: Command,
  command: Command,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const settings = new Settings(program);
  const variables = readEnvironment(environment, settings.all);
  const read = file === undefined ? undefined : await readFile(file, settings);
  applyLayers(command, settings, read === undefined ? [variables] : [variables, read.layer]);
  return { file, alerts: read?.alerts ?? {} };
}

/** Loaded only where there is a file. */
async function readFile(file: string, settings: Settings) {
  const { readConfigFile } = await import('../../config/file.js');
  return readConfigFile(file, settings.all);
}
