import { EXIT_STATUS } from '../../explain/exit-codes.js';
import {
  allCommands,
  type InterfaceArgument,
  type InterfaceCommand,
  type InterfaceOption,
  pathOf,
} from '../interface/interface.js';
import { bold, described, italic, item, line, literal, paragraph, roff, section, subsection } from './roff.js';
import { DESCRIPTION, ENVIRONMENT, EXAMPLES, FILES, SEE_ALSO } from './texts.js';

/** The command whose options others share. */
const MAIN_COMMAND = 'scan';

/** The manual page `sigsweep(1)`, in roff. */
export function manualPage(program: InterfaceCommand, version: string, date: string): string {
  return withoutEmptyParagraphs([
    `.\\" Printed by: sigsweep man`,
    `.TH SIGSWEEP 1 ${date} "sigsweep ${version}" "User Commands"`,
    // Neither stretched lines nor words taken apart: options and paths are to be copied.
    '.ad l',
    '.nh',
    section('NAME'),
    'sigsweep \\- integrity scanner for FreePBX systems',
    section('SYNOPSIS'),
    `.B sigsweep\n[${italic('options')}] ${italic('command')} [${italic('options')}] [${italic('arguments')}]`,
    section('DESCRIPTION'),
    ...DESCRIPTION.flatMap(paragraph),
    section('OPTIONS'),
    ...program.options.flatMap(optionItem),
    ...paragraph('--config and --no-config may stand behind a command, too.'),
    section('COMMANDS'),
    ...commandsOf(program),
    section('"EXIT STATUS"'),
    ...Object.entries(EXIT_STATUS).flatMap(([code, { title, meaning }]) =>
      item(bold(code), `${capital(title)}. ${meaning}`),
    ),
    ...paragraph('Commands that use other codes, or these for other things, say so above.'),
    section('FILES'),
    ...Object.entries(FILES).flatMap(([file, text]) => item(bold(file), text)),
    section('ENVIRONMENT'),
    ...Object.entries(ENVIRONMENT).flatMap(([variable, text]) => item(bold(variable), text)),
    section('EXAMPLES'),
    ...EXAMPLES.flatMap(([says, command]) => [...paragraph(says), ...literal([command])]),
    section('"SEE ALSO"'),
    SEE_ALSO.map(reference).join(',\n'),
    '',
  ]).join('\n');
}

/** A title is followed by a paragraph as it is. */
function withoutEmptyParagraphs(lines: readonly string[]): string[] {
  return lines.filter((line, index) => line !== '.PP' || !/^\.S[HS] /.test(lines[index - 1] ?? ''));
}

function* commandsOf(program: InterfaceCommand): Generator<string> {
  const shared = new Set(program.commands.find((command) => pathOf(command) === MAIN_COMMAND)?.options.map(keyOf));
  for (const command of allCommands(program)) {
    if (command.path.length === 0 || command.path.at(-1) === 'help') continue;
    const isMain = pathOf(command) === MAIN_COMMAND;
    const own = command.options.filter((option) => isMain || !shared.has(keyOf(option)));
    const borrowed = command.options.filter((option) => !own.includes(option) && option.long !== '--help');
    yield subsection(command.usage);
    yield* described(command.description === '' ? command.summary : command.description);
    yield* command.arguments.flatMap(argumentItem);
    yield* own.filter(({ long }) => long !== '--help').flatMap(optionItem);
    if (borrowed.length > 0) {
      yield '.PP';
      yield `As ${bold(MAIN_COMMAND)} takes them: ${borrowed.map(flags).join(', ')}.`;
    }
  }
}

/** Options are the same where they are typed and described the same. */
function keyOf({ flags, description }: InterfaceOption): string {
  return `${flags}\n${description}`;
}

function argumentItem({ name, description, value }: InterfaceArgument): string[] {
  const choices = value.choices.length === 0 ? '' : ` (choices: ${value.choices.join(', ')})`;
  return item(italic(name), description + choices);
}

function optionItem(option: InterfaceOption): string[] {
  return item(flags(option), option.description);
}

function flags({ short, long, value }: InterfaceOption): string {
  const names = [short, long].flatMap((name) => (name === undefined ? [] : [bold(name)]));
  return `${names.join(', ')}${value === undefined ? '' : ` ${italic(value.placeholder)}`}`;
}

function reference(page: string): string {
  const [, name = page, volume = ''] = /^(.+)(\(\d\))$/.exec(page) ?? [];
  return line(`${bold(name)}${roff(volume)}`);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
