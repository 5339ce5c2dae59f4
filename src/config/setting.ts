/**
 * How a setting is written: a flag is true or false, a text one value, `joined` one value made of several with commas in
 * between, a list any number of values, a map any number of values by a name.
 */
export type SettingForm = 'flag' | 'text' | 'joined' | 'list' | 'map';

/** What somebody said of a setting: true or false, or the texts that would stand behind its option. */
export type Said = boolean | readonly string[];

/** One option that can be configured, whoever takes it on the command line. */
export interface Setting {
  /** The command whose section it stands in; `null` at the top level. */
  readonly section: string | null;
  /** The option's name, as `fail-on`. */
  readonly key: string;
  readonly form: SettingForm;
  /** Whether it may be `false`, as by `--no-…`, besides having a value. */
  readonly canBeOff: boolean;
  /** Whether its texts are paths. */
  readonly isPath: boolean;
  /** What the program takes where nobody said anything. */
  readonly defaultValue: unknown;
  /** How help writes the default, where the value does not read like that: `7d`. */
  readonly defaultInWords?: string;
  /**
   * What the program takes for what was said: the same as for an option that is typed.
   * @throws RefusedValue
   */
  parse(said: Said): unknown;
}

/** A value that the option does not take. */
export class RefusedValue extends Error {
  override readonly name = 'RefusedValue';

  /**
   * @param message what to give instead; never the value itself.
   * @param index of the refused text, from 0.
   */
  constructor(
    message: string,
    readonly index = 0,
  ) {
    super(message);
  }
}

/** Where a value comes from. */
export type Source =
  | { readonly kind: 'default' }
  | { readonly kind: 'file'; readonly file: string; readonly line: number }
  | { readonly kind: 'environment'; readonly variable: string };

/** A value as the program takes it. */
export interface Value {
  readonly value: unknown;
  /** How it was written, where it does not read like that any more: `7d`. */
  readonly written?: string;
}

/** A value and who gave it. */
export interface Given extends Value {
  readonly source: Source;
}

/** What one source says, by setting. */
export type Layer = ReadonlyMap<Setting, Given>;

/**
 * What the program takes for what was said.
 * @throws RefusedValue
 */
export function parseSaid(setting: Setting, said: Said): Value {
  const value = setting.parse(said);
  const [text] = setting.form === 'text' && typeof said !== 'boolean' ? said : [];
  return text === undefined || text === String(value) ? { value } : { value, written: text };
}

/** What counts: the first of the layers that says anything, else the default. */
export function resolve(setting: Setting, layers: readonly Layer[]): Given {
  const given = layers.map((layer) => layer.get(setting)).find((layer) => layer !== undefined);
  if (given !== undefined) return given;
  const { defaultValue: value, defaultInWords: written } = setting;
  return { value, ...(written === undefined ? {} : { written }), source: { kind: 'default' } };
}

/** `fail-on`, `bench.seconds`. */
export function nameOf({ section, key }: Pick<Setting, 'section' | 'key'>): string {
  return section === null ? key : `${section}.${key}`;
}
