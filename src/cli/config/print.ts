import type { Command } from 'commander';
import { readEnvironment } from '../../config/environment.js';
import { readConfigFile } from '../../config/file.js';
import { configJson, renderConfig } from '../../config/print.js';
import { print } from '../output.js';
import { configFile } from './configuration.js';
import { Settings } from './settings.js';

/**
 * Prints what a scan would take from the configuration and the environment.
 * @param typed as {@link configFile} takes it.
 */
export async function printConfiguration(
  program: Command,
  typed: string | false | undefined,
  json: boolean,
): Promise<void> {
  const settings = new Settings(program);
  const environment = readEnvironment(process.env, settings.all);
  const file = configFile(typed, process.env);
  const config = file === undefined ? undefined : readConfigFile(file, settings.all);
  const layers = config === undefined ? [environment] : [environment, config.layer];
  await print([(json ? configJson : renderConfig)(settings.all, layers, config)]);
}
