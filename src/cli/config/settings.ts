import type { Command } from 'commander';
import type { Setting } from '../../config/setting.js';
import { argumentSetting, flagsOf, optionSetting, pairsOf } from './option-setting.js';
import { isConfigurable, isMain, sectionOf, withSubcommands } from './sections.js';

/**
 * Options that are none of what is configured: which configuration is read, and a descriptor that whoever starts the
 * program has opened for it.
 */
const NO_SETTINGS: readonly string[] = ['config', 'passphrase-fd'];

/**
 * With whom a scan is shared is said each time. A queue that is configured is that of an agent or a coordinator, and must
 * not make the nightly scan another one.
 */
const NO_SETTINGS_OF_MAIN: readonly string[] = ['queue', 'queue-password-file', 'queue-ca', 'insecure', 'fleet-folder'];

/** Files that the main command writes: what is run by hand in between must not put something else in their place. */
const WRITTEN_BY_MAIN: readonly string[] = ['output', 'report'];

/** One setting, and where a command keeps its value: in an option's attribute, or as its argument with an index. */
export interface Taken {
  readonly setting: Setting;
  readonly place: string | number;
}

/**
 * Everything that can be configured, made from the commands' own options: one that is added to a command is a key of the
 * file and a variable of the environment without further work.
 */
export class Settings {
  readonly #byName = new Map<string, { readonly setting: Setting; readonly flags: string }>();
  readonly #byCommand = new Map<Command, readonly Taken[]>();

  constructor(program: Command) {
    const commands = program.commands.flatMap(withSubcommands).filter(isConfigurable);
    // What the main command has is meant for the others too, so it comes first.
    for (const command of commands.filter(isMain)) this.#add(command);
    for (const command of commands.filter((one) => !isMain(one))) this.#add(command);
  }

  /** The main command's first. */
  get all(): readonly Setting[] {
    return [...this.#byName.values()].map(({ setting }) => setting);
  }

  /** What a command takes. */
  takenBy(command: Command): readonly Taken[] {
    return this.#byCommand.get(command) ?? [];
  }

  #add(command: Command): void {
    const section = isMain(command) ? null : sectionOf(command);
    const taken: Taken[] = [];
    for (const [index, argument] of command.registeredArguments.entries()) {
      const flags = argumentFlags(argument.name());
      // Others' arguments say what to do, not how.
      if (argument.required || (section !== null && !this.#isMains(argument.name(), flags))) continue;
      taken.push({ setting: this.#setting(argument.name(), flags, () => argumentSetting(argument)), place: index });
    }
    const left = section === null ? [...NO_SETTINGS, ...NO_SETTINGS_OF_MAIN] : NO_SETTINGS;
    for (const pair of pairsOf(command).filter(({ key }) => !left.includes(key))) {
      // What is an argument of the main command may be an option of another, where the argument is something else.
      const argument = argumentFlags(pair.key);
      const flags = section !== null && this.#isMains(pair.key, argument) ? argument : flagsOf(pair);
      if (section !== null && WRITTEN_BY_MAIN.includes(pair.key) && this.#isMains(pair.key, flags)) continue;
      const name = section === null || this.#isMains(pair.key, flags) ? pair.key : `${section}.${pair.key}`;
      taken.push({ setting: this.#setting(name, flags, () => optionSetting(section, pair)), place: pair.attribute });
    }
    this.#byCommand.set(command, taken);
  }

  /**
   * An option that looks like one of the main command means the same. One that means something else needs another
   * placeholder for its value, for whoever reads its help too.
   */
  #isMains(key: string, flags: string): boolean {
    return this.#byName.get(key)?.flags === flags;
  }

  #setting(name: string, flags: string, make: () => Setting): Setting {
    const known = this.#byName.get(name);
    if (known !== undefined && known.flags !== flags) throw new Error(`${name} means ${known.flags} and ${flags}`);
    if (known !== undefined) return known.setting;
    const setting = make();
    this.#byName.set(name, { setting, flags });
    return setting;
  }
}

function argumentFlags(name: string): string {
  return `[${name}]`;
}
