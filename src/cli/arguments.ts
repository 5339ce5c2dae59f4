import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_EXEMPTIONS_FILE } from '../exempt/read.js';
import { defaultKeyFolder, usualKeyFolder } from '../keys/folder.js';
import { MAX_THREADS } from '../limits.js';
import type { RunOptions, TrustOptions } from '../scan/options.js';
import { type LayoutOptions, MAPPABLE_FOLDERS, type MappableFolder } from '../scan/system/layout.js';
import { type Policy, SEVERITIES, type Severity, VERDICTS, type Verdict } from '../types.js';
import { parseReport, type ReportArguments, withReportOptions } from './report-options.js';

/** Whose signatures count. What was not given is not there, as commander parses it. */
export interface TrustArguments {
  /** `false`: none, not even the usual one. */
  readonly keyFolder?: string | false;
  readonly keyring?: readonly string[];
  readonly anchor?: readonly string[];
  readonly revoked?: string;
  readonly policy: Policy;
}

/** What every command takes that scans. */
export interface LookArguments extends TrustArguments {
  readonly threads?: number;
  readonly deep?: true;
  readonly oneFileSystem?: true;
  readonly failOn: Severity;
}

/** What every command takes that makes a report. */
export interface CommonArguments extends LookArguments, ReportArguments {
  readonly quiet?: true;
  readonly progress: boolean;
}

/** Where the system lies. */
export interface SystemArguments {
  readonly root?: string;
  readonly map?: Partial<Record<MappableFolder, string>>;
}

/** Verdicts by which a module may be disabled. */
export const DISABLING_VERDICTS = VERDICTS.filter((verdict) => verdict !== 'good' && verdict !== 'unverified');

/** Adds the options that say where a system lies. */
export function withSystemOptions(command: Command): Command {
  return command
    .option('--root <dir>', 'the / of a system that is mounted or copied elsewhere', parsePath)
    .option(
      '--map <FOLDER=dir>',
      `where one of ${MAPPABLE_FOLDERS.join(', ')} lies on this machine (repeatable)`,
      parseMap,
    );
}

/** Adds the options that say whose signatures count. */
export function withTrustOptions(command: Command): Command {
  return command
    .option(
      '--key-folder <dir>',
      'keys kept by sigsweep keys (default: /etc/sigsweep/keys, not as root ~/.config/sigsweep/keys)',
      parsePath,
    )
    .option('--no-key-folder', 'use no keys kept by sigsweep keys')
    .option('--keyring <file|dir|gnupg:dir>', 'public keys besides those in the tree (repeatable)', collect)
    .option('--anchor <fingerprint>', "trust what this key certifies, besides FreePBX's own two (repeatable)", collect)
    .option('--revoked <file>', 'fingerprints that no longer count, one a line')
    .addOption(
      new Option('--policy <policy>', 'compat accepts SHA-1 signatures, strict refuses them')
        .choices(['compat', 'strict'])
        .default('compat'),
    );
}

/** Adds the option that says how many threads hash. */
export function withThreads(command: Command): Command {
  return command.option(
    '--threads <n>',
    'worker threads that hash (default: the cores this process may use)',
    parseThreads,
  );
}

/** Adds the options that every command takes which makes a report. */
export function withCommonOptions(command: Command): Command {
  return withLookOptions(withReportOptions(withThreads(withTrustOptions(command))))
    .option('--quiet', 'print no report when clean; notes still go to standard error')
    .option('--no-progress', 'no progress bars');
}

/** Adds the options that say how closely is looked, and what of it counts. */
export function withLookOptions(command: Command): Command {
  return command
    .option('--deep', 'look for PHP in whole files and in dependencies too')
    .option('--one-file-system', 'look for what nobody signed on the file system of the web root only')
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('high'),
    );
}

/** Adds the option that says where exemptions are. */
export function withExemptions(command: Command): Command {
  return command.option(
    '--exemptions <file>',
    `findings that may be there (default: ${DEFAULT_EXEMPTIONS_FILE})`,
    parsePath,
  );
}

/** The library's options for whose signatures count. */
export function trustOptions(given: TrustArguments): TrustOptions {
  // Of one that was named it is said when it is not there; the usual one may not have been made yet.
  const keyFolder = given.keyFolder === undefined ? usualKeyFolder() : keyFolderOf(given);
  return {
    ...(keyFolder === undefined ? {} : { keyFolder }),
    keyrings: given.keyring ?? [],
    anchors: given.anchor ?? [],
    policy: given.policy,
    ...(given.revoked === undefined ? {} : { revoked: given.revoked }),
  };
}

/** Where keys are kept; `undefined` with `--no-key-folder`. */
export function keyFolderOf({ keyFolder }: TrustArguments): string | undefined {
  return keyFolder === false ? undefined : (keyFolder ?? defaultKeyFolder());
}

/** The library's options for the arguments given. */
export function runOptions(given: LookArguments & { readonly all?: true }): RunOptions {
  return {
    ...trustOptions(given),
    all: given.all ?? false,
    deep: given.deep ?? false,
    oneFileSystem: given.oneFileSystem ?? false,
    failOn: given.failOn,
    ...(given.threads === undefined ? {} : { threads: given.threads }),
  };
}

/** The library's options for the place of the system. */
export function systemOptions(given: SystemArguments): Pick<LayoutOptions, 'root' | 'map'> {
  return { map: given.map ?? {}, ...(given.root === undefined ? {} : { root: given.root }) };
}

/** One more value of a repeatable option. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** One more verdict by which modules are disabled. Of one that could not be verified nothing is known. */
export function collectVerdict(value: string, previous: readonly Verdict[] = []): Verdict[] {
  const known = DISABLING_VERDICTS.find((verdict) => verdict === value);
  if (known === undefined) throw new InvalidArgumentError(`give one of ${DISABLING_VERDICTS.join(', ')}.`);
  return [...previous, known];
}

/** Those that take one more value each time, so that an option with one of them can be given again. */
export const REPEATABLE_PARSERS: ReadonlySet<unknown> = new Set([collect, collectVerdict, parseMap, parseReport]);

/** A path; an empty one would mean the current folder, and most often comes from a variable that is not set. */
export function parsePath(text: string): string {
  if (text === '') throw new InvalidArgumentError('it is empty.');
  return text;
}

export function parseThreads(text: string): number {
  const threads = Number(text);
  if (!/^\d+$/.test(text) || threads < 1 || threads > MAX_THREADS) {
    throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_THREADS}.`);
  }
  return threads;
}

function parseMap(text: string, previous: SystemArguments['map']): SystemArguments['map'] {
  const [, name, folder] = /^(\w+)=(.+)$/.exec(text) ?? [];
  const known = MAPPABLE_FOLDERS.find((candidate) => candidate === name);
  if (known === undefined || folder === undefined) {
    throw new InvalidArgumentError(`give FOLDER=DIR, with FOLDER one of ${MAPPABLE_FOLDERS.join(', ')}.`);
  }
  return { ...previous, [known]: folder };
}
