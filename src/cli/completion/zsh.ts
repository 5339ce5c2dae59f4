import {
  allCommands,
  type InterfaceArgument,
  type InterfaceCommand,
  type InterfaceOption,
  type InterfaceValue,
} from '../interface/interface.js';

/** The completion for zsh: a function for each command. To be sourced, or to lie as `_sigsweep` in a folder of `fpath`. */
export function zshCompletion(program: InterfaceCommand): string {
  return [
    '#compdef sigsweep',
    '# zsh completion for sigsweep, printed by: sigsweep completion zsh',
    ...allCommands(program).map(functionOf),
    // zsh runs a file of fpath as the function itself, and a sourced one outside of any.
    'if [[ $funcstack[1] == _sigsweep ]]; then',
    '  _sigsweep "$@"',
    'else',
    '  compdef _sigsweep sigsweep',
    'fi',
    '',
  ].join('\n');
}

function functionOf(command: InterfaceCommand): string {
  const isGroup = command.commands.length > 0;
  const specs = [
    ...command.options.flatMap(optionSpecs),
    ...(isGroup ? ["'1:command:->commands'", "'*:: :->below'"] : command.arguments.map(argumentSpec)),
  ];
  const call = ['  _arguments -S -C', ...specs].join(' \\\n    ');
  return `\n${nameOf(command)}() {\n  local curcontext=$curcontext state line\n  typeset -A opt_args\n${call}\n${isGroup ? below(command) : ''}}`;
}

/** What follows the name of a command is for the function of that command. */
function below(command: InterfaceCommand): string {
  const names = command.commands.map(({ path, summary }) => quoted(`${escaped(path.at(-1) ?? '')}:${summary}`));
  const cases = command.commands.map((child) => `        ${child.path.at(-1)}) ${nameOf(child)} ;;`);
  return [
    '  case $state in',
    '    commands)',
    `      local -a commands=(\n        ${names.join('\n        ')}\n      )`,
    '      _describe -t commands command commands',
    '      ;;',
    '    below)',
    '      case $words[1] in',
    ...cases,
    '      esac',
    '      ;;',
    '  esac',
    '',
  ].join('\n');
}

function nameOf(command: InterfaceCommand): string {
  return `_${['sigsweep', ...command.path].join('_')}`;
}

function optionSpecs({ short, long, summary, repeatable, value }: InterfaceOption): string[] {
  const takes = value === undefined ? '' : `:${escaped(value.placeholder)}:${actionOf(value)}`;
  const what = `[${escaped(summary)}]${takes}`;
  const names = short === undefined ? [long] : [short, long];
  const excludes = repeatable ? '*' : `(${names.join(' ')})`;
  return names.map((name) => quoted(`${excludes}${name}${value !== undefined && name === long ? '=' : ''}${what}`));
}

function argumentSpec({ name, variadic, value }: InterfaceArgument, place: number): string {
  if (value.kind === 'scan') return quoted('*:: :_sigsweep_scan');
  return quoted(`${variadic ? '*' : place + 1}:${escaped(name)}:${actionOf(value)}`);
}

function actionOf({ kind, choices }: InterfaceValue): string {
  if (choices.length > 0) return `(${choices.join(' ')})`;
  if (kind === 'file') return '_files';
  return kind === 'folder' ? '_files -/' : ' ';
}

/** What stands in a specification of `_arguments`. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
