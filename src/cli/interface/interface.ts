import type { ValueKind } from './value-kind.js';

/** What the program takes, as plain data: everything that its help says, for whatever else tells of it. */
export interface InterfaceCommand {
  /** The words behind `sigsweep`; none for the program itself. */
  readonly path: readonly string[];
  /** As `sigsweep scan [options] [web-root]`. */
  readonly usage: string;
  /** One line. */
  readonly summary: string;
  /** Paragraphs and lines as the help has them. */
  readonly description: string;
  readonly arguments: readonly InterfaceArgument[];
  readonly options: readonly InterfaceOption[];
  /** Taken, but told in the help of the program only. */
  readonly hiddenOptions: readonly InterfaceOption[];
  readonly commands: readonly InterfaceCommand[];
}

export interface InterfaceArgument {
  readonly name: string;
  readonly description: string;
  readonly variadic: boolean;
  readonly value: InterfaceValue;
}

export interface InterfaceOption {
  /** As `-V, --version` or `--state <dir>`. */
  readonly flags: string;
  readonly short: string | undefined;
  readonly long: string;
  /** What it does, without the values it takes and its default. */
  readonly summary: string;
  /** As the help has it: with the values it takes and its default. */
  readonly description: string;
  readonly repeatable: boolean;
  /** `undefined` where it takes none. */
  readonly value: InterfaceValue | undefined;
}

export interface InterfaceValue {
  /** As `file`. */
  readonly placeholder: string;
  readonly kind: ValueKind;
  /** All that can be given; empty where anything can. */
  readonly choices: readonly string[];
}

/** A command and all below it, in the order of the help. */
export function allCommands(command: InterfaceCommand): InterfaceCommand[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** `scan`, `keys list`; '' for the program itself. */
export function pathOf({ path }: InterfaceCommand): string {
  return path.join(' ');
}
