import type { Command } from 'commander';
import { readEnvironment } from '../../config/environment.js';
import { readConfigFile } from '../../config/file.js';
import { configJson, renderConfig } from '../../config/print.js';
import { print } from '../output.js';
import { configFile } from './configuration.js';
import { Settings } from './settings.js';

/** Prints what a scan would take from the configuration and the environment. */
export async function printConfiguration(program: Command, json: boolean): Promise<void> {
  const settings = new Settings(program);
  const environment = readEnvironment(process.env, settings.all);
  const file = configFile(program.opts().config, process.env);
  const config = file === undefined ? undefined : readConfigFile(file, settings.all);
  const layers = config === undefined ? [environment] : [environment, config.layer];
  await print([(json ? configJson : renderConfig)(settings.all, layers, config)]);
}
