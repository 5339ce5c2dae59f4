import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAPPABLE_FOLDERS, type MappableFolder } from '../scan/layout.js';
import type { RunOptions } from '../scan/options.js';
import { type Policy, SEVERITIES, type Severity } from '../types.js';

/** What `scan` and `verify` share, as commander parses it. */
export interface CommonArguments {
  readonly root?: string;
  readonly map: Partial<Record<MappableFolder, string>>;
  readonly keyring: readonly string[];
  readonly anchor: readonly string[];
  readonly revoked?: string;
  readonly policy: Policy;
  readonly threads?: number;
  readonly all: boolean;
  readonly deep: boolean;
  readonly failOn: Severity;
  readonly format: Format;
  readonly output?: string;
  readonly quiet: boolean;
  readonly progress: boolean;
  readonly color: boolean;
}

export const FORMATS = ['text', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** More threads than any machine that runs a phone system has. */
const MAX_THREADS = 256;

/** Adds the options that `scan` and `verify` share. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--root <dir>', 'the / of a system that is mounted or copied elsewhere')
    .option(
      '--map <FOLDER=dir>',
      `where a single folder lies: ${MAPPABLE_FOLDERS.join(', ')} (repeatable)`,
      parseMap,
      {},
    )
    .option('--keyring <file|dir|gnupg:dir>', 'public keys besides those in the tree (repeatable)', collect, [])
    .option(
      '--anchor <fingerprint>',
      "trust what this primary key certifies, besides FreePBX's own (repeatable)",
      collect,
      [],
    )
    .option('--revoked <file>', 'fingerprints that no longer count, one a line')
    .addOption(
      new Option('--policy <policy>', 'compat accepts SHA-1 signatures, strict refuses them')
        .choices(['compat', 'strict'])
        .default('compat'),
    )
    .option('--threads <n>', 'worker threads that hash (default: the cores this process may use)', parseThreads)
    .option('--all', 'list every finding and every module, nothing folded or only counted', false)
    .option('--deep', 'look for PHP in whole files and in dependencies too', false)
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('high'),
    )
    .addOption(new Option('--format <format>', 'of the report').choices(FORMATS).default('text'))
    .option('--output <file>', 'write the report to a file, whole or not at all')
    .option('--quiet', 'print nothing when clean', false)
    .option('--no-progress', 'no progress bars')
    .option('--no-color', 'no colours (NO_COLOR does the same)');
}

/** The library's options for the arguments given. */
export function runOptions(given: CommonArguments): RunOptions & { root?: string; map: CommonArguments['map'] } {
  return {
    map: given.map,
    keyrings: given.keyring,
    anchors: given.anchor,
    policy: given.policy,
    all: given.all,
    deep: given.deep,
    failOn: given.failOn,
    ...(given.root === undefined ? {} : { root: given.root }),
    ...(given.revoked === undefined ? {} : { revoked: given.revoked }),
    ...(given.threads === undefined ? {} : { threads: given.threads }),
  };
}

/** One more value of a repeatable option. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function parseThreads(text: string): number {
  const threads = Number(text);
  if (!/^\d+$/.test(text) || threads < 1 || threads > MAX_THREADS) {
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_THREADS}.`);
  }
  return threads;
}

function parseMap(text: string, previous: CommonArguments['map']): CommonArguments['map'] {
  const [, name, folder] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const known = MAPPABLE_FOLDERS.find((candidate) => candidate === name);
  if (known === undefined || folder === undefined) {
    throw new InvalidArgumentError(`give FOLDER=DIR, with FOLDER one of ${MAPPABLE_FOLDERS.join(', ')}.`);
  }
  return { ...previous, [known]: folder };
}
