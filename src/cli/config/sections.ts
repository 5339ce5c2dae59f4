import type { Command } from 'commander';

/** The command whose options stand outside of sections: most of the others' are its own too. */
const MAIN_COMMAND = 'scan';

/** Those for which nothing in a configuration can be meant: the one that reads it itself, and what tells of the program. */
const WITHOUT_CONFIGURATION: ReadonlySet<string> = new Set(['config', 'completion', 'man']);

export function isMain(command: Command): boolean {
  return sectionOf(command) === MAIN_COMMAND;
}

/** The command that goes on with a broken configuration, to say what is wrong besides. */
export function isDoctor(command: Command): boolean {
  return sectionOf(command) === 'doctor';
}

/** Whether a configuration is for it. */
export function isConfigurable(command: Command): boolean {
  return !WITHOUT_CONFIGURATION.has(sectionOf(command));
}

/** The name of the command directly behind the program's. */
export function sectionOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : sectionOf(parent);
}

/** A command and all below it. */
export function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
