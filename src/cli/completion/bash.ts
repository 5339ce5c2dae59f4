import { allCommands, type InterfaceCommand, type InterfaceValue, pathOf } from '../interface/interface.js';

/**
 * The completion for bash: tables of what can stand where, and one function that follows the words typed so far. Starts
 * no program, so that it costs nothing at the prompt.
 */
export function bashCompletion(program: InterfaceCommand): string {
  const commands = allCommands(program);
  const groups = commands.filter((command) => command.commands.length > 0);
  return [
    '# bash completion for sigsweep, printed by: sigsweep completion bash',
    table('The commands below one.', '_sigsweep_commands', groups.map(commandsBelow)),
    table('The options of one.', '_sigsweep_options', commands.map(optionsOf)),
    table('What an option takes: file, folder, text, or words to choose from.', '_sigsweep_value', [
      ...commands.flatMap(valuesOfOptions),
    ]),
    table(
      'What an argument is, by its place. scan: what follows -- is for that command.',
      '_sigsweep_argument',
      commands.flatMap(valuesOfArguments),
    ),
    FOLLOW,
  ].join('\n');
}

type Case = readonly [pattern: string, answer: string];

/** A function that leaves its answer in `reply`, and fails where there is none. */
function table(comment: string, name: string, entries: readonly Case[]): string {
  const byAnswer = new Map<string, string[]>();
  for (const [pattern, text] of entries) byAnswer.set(text, [...(byAnswer.get(text) ?? []), pattern]);
  const cases = [...byAnswer].map(([text, patterns]) => `    ${patterns.join(' | ')}) reply='${text}' ;;`);
  return `# ${comment}\n${name}() {\n  case "$1" in\n${cases.join('\n')}\n    *) reply= && return 1 ;;\n  esac\n}\n`;
}

function commandsBelow(command: InterfaceCommand): Case {
  return [`'${pathOf(command)}'`, command.commands.map(({ path }) => path.at(-1)).join(' ')];
}

function optionsOf(command: InterfaceCommand): Case {
  return [`'${pathOf(command)}'`, command.options.map(({ long }) => long).join(' ')];
}

function valuesOfOptions(command: InterfaceCommand): Case[] {
  const options = [...command.options, ...command.hiddenOptions];
  return options.flatMap(({ long, value }) =>
    value === undefined ? [] : [[`'${pathOf(command)} ${long}'`, answer(value)] as const],
  );
}

function valuesOfArguments(command: InterfaceCommand): Case[] {
  return command.arguments.map(({ variadic, value }, place) => [
    variadic ? `'${pathOf(command)} '*` : `'${pathOf(command)} ${place}'`,
    answer(value),
  ]);
}

function answer({ kind, choices }: InterfaceValue): string {
  return choices.length > 0 ? `words ${choices.join(' ')}` : kind;
}

const FOLLOW = `# Completes with what "reply" says can stand here.
_sigsweep_offer() {
  case "$reply" in
    file) compopt -o default ;;
    folder) compopt -o dirnames ;;
    words\\ *) mapfile -t COMPREPLY < <(compgen -W "\${reply#words }" -- "$1") ;;
  esac
}

_sigsweep() {
  local word typed reply path= option= place=0 joins= literal=
  local -a words=()
  COMPREPLY=()
  # bash takes words apart at = and at colons.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if ((\${#words[@]} > 0)) && [[ $joins || $word =~ ^[=:]+$ ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    joins=
    [[ $word =~ ^[=:]+$ ]] && joins=1
  done
  typed=\${COMP_WORDS[COMP_CWORD]}
  [[ $joins ]] && typed=
  for word in "\${words[@]:0:\${#words[@]}-1}"; do
    if [[ $option ]]; then
      option=
    elif [[ -z $literal && $word == -- ]]; then
      if _sigsweep_argument "$path $place" && [[ $reply == scan ]]; then
        path=scan
      else
        literal=1
      fi
    elif [[ -z $literal && $word == -?* ]]; then
      _sigsweep_value "$path $word" && option=$word
    elif [[ -z $literal && $place == 0 ]] && _sigsweep_commands "$path" && [[ " $reply " == *" $word "* ]]; then
      path=\${path:+$path }$word
    else
      place=$((place + 1))
    fi
  done
  word=\${words[-1]}
  if [[ $option ]]; then
    _sigsweep_value "$path $option"
    _sigsweep_offer "$typed"
  elif [[ -z $literal && $word == --*=* ]]; then
    _sigsweep_value "$path \${word%%=*}"
    _sigsweep_offer "$typed"
  elif [[ -z $literal && $word == -* ]]; then
    _sigsweep_options "$path"
    mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$typed")
  elif _sigsweep_commands "$path" && [[ $place == 0 ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$typed")
  elif _sigsweep_argument "$path $place" && [[ $reply != scan ]]; then
    _sigsweep_offer "$typed"
  elif [[ -z $literal && -z $typed ]] && _sigsweep_options "$path"; then
    mapfile -t COMPREPLY < <(compgen -W "$reply" -- "$typed")
  fi
}

complete -F _sigsweep sigsweep
`;
