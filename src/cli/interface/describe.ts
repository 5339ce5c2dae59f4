import type { Argument, Command, Help, Option } from 'commander';
import { EXPLANATIONS } from '../../explain/explain.js';
import { REPEATABLE_PARSERS } from '../arguments.js';
import type { InterfaceArgument, InterfaceCommand, InterfaceOption, InterfaceValue } from './interface.js';
import { valueKindOf } from './value-kind.js';

/** Describes a command by the table from which its help is made, so that nothing can tell of options that are not there. */
export function describeInterface(command: Command, path: readonly string[] = []): InterfaceCommand {
  const help = command.createHelp();
  const visible = help.visibleOptions(command);
  return {
    path,
    usage: help.commandUsage(command),
    summary: help.subcommandDescription(command),
    description: help.commandDescription(command),
    arguments: command.registeredArguments.map((argument) => describeArgument(argument)),
    options: visible.map((option) => describeOption(option, help)),
    hiddenOptions: command.options.filter(({ hidden }) => hidden).map((option) => describeOption(option, help)),
    commands: help.visibleCommands(command).map((child) => {
      const described = describeInterface(child, [...path, child.name()]);
      return command.commands.includes(child) ? described : helpCommand(described, command);
    }),
  };
}

/** The command that commander makes of itself: it takes the names of the others. */
function helpCommand(described: InterfaceCommand, { commands }: Command): InterfaceCommand {
  const choices = commands.map((command) => command.name());
  return {
    ...described,
    usage: `sigsweep ${[...described.path, '[command]'].join(' ')}`,
    arguments: described.arguments.map((argument) => ({ ...argument, value: { ...argument.value, choices } })),
    options: [],
  };
}

function describeArgument(argument: Argument): InterfaceArgument {
  return {
    name: argument.name(),
    description: argument.description,
    variadic: argument.variadic,
    value: describeValue(argument.name(), argument.argChoices),
  };
}

function describeOption(option: Option, help: Help): InterfaceOption {
  const [, placeholder] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? [];
  return {
    flags: option.flags,
    short: option.short,
    long: option.long ?? option.flags,
    summary: option.description,
    description: help.optionDescription(option),
    repeatable: option.variadic || REPEATABLE_PARSERS.has(option.parseArg),
    value: placeholder === undefined ? undefined : describeValue(placeholder, option.argChoices),
  };
}

function describeValue(placeholder: string, choices: readonly string[] | undefined): InterfaceValue {
  return { placeholder, kind: valueKindOf(placeholder), choices: choices ?? (placeholder === 'code' ? codes() : []) };
}

/** What `--explain` takes: no choices for commander, which would name them all in the help. */
function codes(): string[] {
  return EXPLANATIONS.flatMap(({ explanations }) => explanations.map(({ code }) => code));
}
