import { type Argument, type Command, InvalidArgumentError, type Option } from 'commander';
import { RefusedValue, type Setting, type SettingForm } from '../../config/setting.js';
import { collect, parsePath, REPEATABLE_PARSERS } from '../arguments.js';

/** An option as it is typed: `--state <dir>` and `--no-state` are one. */
export interface OptionPair {
  readonly key: string;
  /** Where commander keeps the value. */
  readonly attribute: string;
  readonly positive: Option | undefined;
  readonly negative: Option | undefined;
}

/** The options of a command. */
export function pairsOf(command: Command): OptionPair[] {
  const attributes = new Set(command.options.map((option) => option.attributeName()));
  return [...attributes].map((attribute) => {
    const [positive, negative] = [false, true].map((negate) =>
      command.options.find((option) => option.attributeName() === attribute && option.negate === negate),
    );
    const key = positive?.name() ?? negative?.name().replace(/^no-/, '') ?? attribute;
    return { key, attribute, positive, negative };
  });
}

/** What tells whether options of two commands are the same. */
export function flagsOf({ positive, negative }: OptionPair): string {
  return [positive?.flags, negative?.flags].join(' ').trim();
}

/** The setting that an option makes. */
export function optionSetting(section: string | null, { key, positive, negative }: OptionPair): Setting {
  const valued = positive?.required ? positive : undefined;
  return {
    section,
    key,
    form: valued === undefined ? 'flag' : formOf(valued),
    canBeOff: negative !== undefined,
    isPath: valued !== undefined && /<.*\b(?:file|dir)\b/.test(valued.flags),
    defaultValue: positive === undefined ? true : positive.defaultValue,
    ...(typeof positive?.defaultValueDescription === 'string'
      ? { defaultInWords: positive.defaultValueDescription }
      : {}),
    parse(said) {
      if (said === true) return true;
      // A flag without --no is off by not being typed.
      if (said === false) return negative === undefined ? undefined : false;
      return typed(valued, said);
    },
  };
}

/** The setting that an argument without a dash makes. */
export function argumentSetting(argument: Argument): Setting {
  return {
    section: null,
    key: argument.name(),
    form: 'text',
    canBeOff: false,
    isPath: argument.parseArg === parsePath,
    defaultValue: argument.defaultValue,
    parse: (said) => typed(argument, said as readonly string[]),
  };
}

function formOf(option: Option): SettingForm {
  if (option.variadic || REPEATABLE_PARSERS.has(option.parseArg))
    return /<\w+=\w+>/.test(option.flags) ? 'map' : 'list';
  return option.flags.includes('<list>') ? 'joined' : 'text';
}

/** What commander would make of texts that are typed one after another. */
function typed(target: Option | Argument | undefined, texts: readonly string[]): unknown {
  const keep = (text: string, previous: unknown) => (target?.variadic ? collect(text, previous as string[]) : text);
  const parse = target?.parseArg ?? keep;
  return texts.reduce<unknown>((previous, text, index) => {
    try {
      return parse(text, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      throw new RefusedValue(inSentence(error.message), index);
    }
  }, target?.defaultValue);
}

/** The option's own words, to stand behind a name and a colon. */
function inSentence(message: string): string {
  return message.replace(/\.$/, '').replace(/^./, (first) => first.toLowerCase());
}
