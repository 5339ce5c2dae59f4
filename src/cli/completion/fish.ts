import {
  allCommands,
  type InterfaceArgument,
  type InterfaceCommand,
  type InterfaceOption,
  type InterfaceValue,
  pathOf,
} from '../interface/interface.js';

/** The completion for fish: a rule for each command, option and argument. Starts no program. */
export function fishCompletion(program: InterfaceCommand): string {
  const commands = allCommands(program);
  const valued = commands.flatMap((command) =>
    [...command.options, ...command.hiddenOptions]
      .filter(({ value }) => value !== undefined)
      .map(({ long }) => quoted(`${pathOf(command)} ${long}`)),
  );
  return [
    '# fish completion for sigsweep, printed by: sigsweep completion fish',
    `set -g __sigsweep_commands ${commands
      .slice(1)
      .map((command) => quoted(pathOf(command)))
      .join(' ')}`,
    `set -g __sigsweep_valued ${valued.join(' ')}`,
    `set -g __sigsweep_delegating ${commands
      .filter(isDelegating)
      .map((command) => quoted(pathOf(command)))
      .join(' ')}`,
    FOLLOW,
    ...commands.flatMap((command) => [...rulesOf(command)]),
    '',
  ].join('\n');
}

function isDelegating(command: InterfaceCommand): boolean {
  return command.arguments.some(({ value }) => value.kind === 'scan');
}

function* rulesOf(command: InterfaceCommand): Generator<string> {
  const path = pathOf(command);
  for (const child of command.commands) {
    const name = child.path.at(-1) ?? '';
    yield `complete -c sigsweep -n ${at(path, 0)} -a ${quoted(name)} -d ${quoted(child.summary)}`;
  }
  for (const [place, argument] of command.arguments.entries()) yield* argumentRule(path, place, argument);
  for (const option of command.options) yield optionRule(path, option);
}

function* argumentRule(path: string, place: number, { value, variadic, description }: InterfaceArgument) {
  const words = wordsOf(value);
  if (words === '') return;
  const condition = variadic ? at(path) : at(path, place);
  yield `complete -c sigsweep -n ${condition} ${words} -d ${quoted(description)}`;
}

function optionRule(path: string, { short, long, summary, value }: InterfaceOption): string {
  const names = `${short === undefined ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  return `complete -c sigsweep -n ${at(path)} ${names}${value === undefined ? '' : ` ${takes(value)}`} -d ${quoted(summary)}`;
}

/** -x: takes a value, and no files are offered besides. */
function takes(value: InterfaceValue): string {
  return value.kind === 'file' ? '-r -F' : `-x ${wordsOf(value)}`.trimEnd();
}

function wordsOf({ kind, choices }: InterfaceValue): string {
  if (choices.length > 0) return `-a ${quoted(choices.join(' '))}`;
  if (kind === 'file') return '-F';
  return kind === 'folder' || kind === 'scan' ? "-a '(__fish_complete_directories)'" : '';
}

function at(path: string, place?: number): string {
  return quoted(`__sigsweep_at "${path}"${place === undefined ? '' : ` ${place}`}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

const FOLLOW = `complete -c sigsweep -f

# Finds which command the words before the cursor name, and how many arguments it has got.
function __sigsweep_follow
    set -l words (commandline -opc)
    test "$words" = "$__sigsweep_words"; and return
    set -g __sigsweep_words $words
    set -g __sigsweep_path ''
    set -g __sigsweep_place 0
    set -l awaits
    set -l literal
    for word in $words[2..]
        set -l below (string trim "$__sigsweep_path $word")
        if set -q awaits[1]
            set -e awaits
        else if test -z "$literal" -a "$word" = --
            contains -- "$__sigsweep_path" $__sigsweep_delegating; and set -g __sigsweep_path scan; or set literal 1
        else if test -z "$literal"; and string match -q -- '-?*' "$word"
            contains -- "$__sigsweep_path $word" $__sigsweep_valued; and set awaits 1
        else if test "$__sigsweep_place" = 0; and contains -- "$below" $__sigsweep_commands
            set -g __sigsweep_path $below
        else
            set -g __sigsweep_place (math $__sigsweep_place + 1)
        end
    end
end

# Whether what is typed next belongs to a command, and is its argument in that place.
function __sigsweep_at --argument-names path place
    __sigsweep_follow
    test "$__sigsweep_path" = "$path"; or return
    test -z "$place" -o "$__sigsweep_place" = "$place"
end
`;
