import type { Command } from 'commander';
import { problemsOfReferences } from '../../config/check.js';
import { readEnvironment } from '../../config/environment.js';
import { type ConfigFile, readConfigFile } from '../../config/file.js';
import { SigsweepError } from '../../errors.js';
import { escapeControls } from '../../report/escape.js';
import { ExitCode } from '../../scan/exit-code.js';
import { DocumentError, type Problem } from '../../yaml/document.js';
import { configFile } from './configuration.js';
import { Settings } from './settings.js';

/**
 * Checks a configuration file, by default the one that a scan would read, with the environment, and says `FILE: ok` or
 * every problem on a line of its own.
 * @param typed as {@link configFile} takes it.
 */
export function checkConfiguration(
  program: Command,
  named: string | undefined,
  typed: string | false | undefined,
): void {
  const settings = new Settings(program);
  readEnvironment(process.env, settings.all);
  const file = named ?? configFile(typed, process.env);
  if (file === undefined) {
    process.stdout.write('there is no configuration: the defaults apply\n');
    return;
  }
  const problems = problemsOf(file, settings);
  if (problems.length === 0) process.stdout.write(`${escapeControls(file)}: ok\n`);
  else process.exitCode = ExitCode.failed;
  for (const { line, message } of problems) {
    process.stderr.write(`sigsweep: ${escapeControls(`${file}: line ${line}: ${message}`)}\n`);
  }
}

function problemsOf(file: string, settings: Settings): readonly Problem[] {
  let config: ConfigFile;
  try {
    config = readConfigFile(file, settings.all);
  } catch (error) {
    if (error instanceof SigsweepError && error.cause instanceof DocumentError) return error.cause.problems;
    throw error;
  }
  return problemsOfReferences(config);
}
