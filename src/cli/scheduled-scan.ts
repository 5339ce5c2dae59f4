import { dirname, isAbsolute, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { SigsweepError } from '../errors.js';
import { withConfigOptions } from './config/configuration.js';
import { addScanCommand } from './scan-command.js';

/** Options of `scan` that name something it writes: a file, or a folder. */
const WRITTEN_FILES = ['output', 'metrics'];
const WRITTEN_FOLDERS = ['state'];

/** Options of `scan` that name something it reads. */
const READ = ['root', 'revoked', 'config', 'exemptions'];

/**
 * What a scan at night will be asked to do, checked today.
 * @returns the folders that it writes to, besides its usual state
 * @throws SigsweepError USAGE when `scan` would refuse the arguments, or would look for a file where it is not.
 */
export function foldersWrittenBy(scanArguments: readonly string[]): string[] {
  const { webRoot, given } = parse(scanArguments);
  const texts = (names: readonly string[]) =>
    names.map((name) => given[name]).filter((value) => typeof value === 'string');
  const files = texts(WRITTEN_FILES);
  const folders = texts(WRITTEN_FOLDERS);
  // A path inside of --root may do without a slash before it.
  const read = [...texts(READ), ...(webRoot === undefined || given.root !== undefined ? [] : [webRoot])];
  const relative = [...files, ...folders, ...read].find((path) => !isAbsolute(path));
  if (relative !== undefined) {
    throw new SigsweepError('USAGE', `${relative} is no absolute path, and a scheduled scan starts in another folder`);
  }
  return [
    ...new Set([...files.map((file) => dirname(resolve(file))), ...folders.map((folder) => resolve(folder))]),
  ].sort();
}

function parse(words: readonly string[]): { webRoot: string | undefined; given: Record<string, unknown> } {
  let parsed: ReturnType<typeof parse> = { webRoot: undefined, given: {} };
  const program = new Command()
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  addScanCommand(program);
  for (const command of program.commands) withConfigOptions(command);
  program.commands[0]?.action((webRoot: string | undefined, given: Record<string, unknown>) => {
    parsed = { webRoot, given };
  });
  try {
    program.parse(['scan', ...words], { from: 'user' });
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    const why = cause.message.replace(/^error: /, '').replaceAll('\n', ' ');
    throw new SigsweepError('USAGE', `sigsweep scan would not take what is handed to it: ${why}`, { cause });
  }
  return parsed;
}
