import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DURATION_FORM, parseDuration } from '../../duration.js';
import { defaultStateFolder } from '../../state/folder.js';
import { collect, parsePath } from '../arguments.js';

/** Where the coordinator keeps what it knows. */
export interface FolderArguments {
  readonly fleetFolder?: string;
}

/** Which hosts are meant. */
export interface SelectionArguments {
  readonly group?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
}

/** A host that was not heard of for so long is silent: it missed a night, and the hours of a weekend's morning. */
const DEFAULT_SILENCE_HOURS = 36;

const LABEL = /^([^\p{C}=]{1,255})=([^\p{C}]{0,255})$/u;
const GROUP = /^[^\p{C}]{1,255}$/u;

/** Adds the option that says where the coordinator keeps its key and its database. */
export function withFleetFolder(command: Command): Command {
  return command.option(
    '--fleet-folder <dir>',
    "the coordinator's key and database (default: /var/lib/sigsweep/fleet, not as root ~/.local/state)",
    parsePath,
  );
}

export function fleetFolderOf({ fleetFolder }: FolderArguments): string {
  return fleetFolder ?? join(defaultStateFolder(), 'fleet');
}

/** Adds the options that say which hosts are meant, or what they are. */
export function withSelection(command: Command, group: string, label: string): Command {
  return command
    .option('--group <name>', `${group} (repeatable)`, collectGroup)
    .option('--label <KEY=value>', `${label} (repeatable)`, collectLabel);
}

/** Adds the option that says when a host is silent. */
export function withSilence(command: Command): Command {
  return command.addOption(
    new Option('--silent-after <duration>', 'a host not heard of for so long is silent')
      .argParser(parseTime)
      .default(DEFAULT_SILENCE_HOURS * 3_600_000, `${DEFAULT_SILENCE_HOURS}h`),
  );
}

export function parseTime(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError(`give ${DURATION_FORM}.`);
  return milliseconds;
}

export function collectGroup(text: string, previous: readonly string[] = []): string[] {
  if (!GROUP.test(text)) throw new InvalidArgumentError('give a name of 1 to 255 characters.');
  return collect(text, previous);
}

export function collectLabel(text: string, previous: SelectionArguments['label'] = {}): Record<string, string> {
  const [, label, value] = LABEL.exec(text) ?? [];
  if (label === undefined || value === undefined) throw new InvalidArgumentError('give KEY=VALUE.');
  return { ...previous, [label]: value };
}
