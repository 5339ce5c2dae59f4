import { z } from 'zod';
import { type AlertSettings, alertSettings } from '../alert/settings.js';
import type { Path } from '../yaml/document.js';
import { parseSaid, RefusedValue, type Said, type Setting, type Value } from './setting.js';

/** The section of the file that no option makes. */
export const ALERTS = 'alerts';

/** What a file says, checked. */
export interface ConfigDocument {
  /** With the values that the program takes. */
  readonly settings: ReadonlyMap<Setting, Value>;
  readonly alerts: AlertSettings;
}

/** An absolute path, behind the words that tell kinds of keyrings and names of folders. */
const ABSOLUTE = /^(?:\w+[:=])?\//;

/** What a configuration file may hold: a key for each setting, and the channels of alerts. */
export function configSchema(settings: readonly Setting[]): z.ZodType<ConfigDocument> {
  const names = new Set(settings.map(({ section }) => section));
  const shapes = [...names].map((name) => {
    const entries = settings.filter(({ section }) => section === name).map((setting) => [setting.key, entry(setting)]);
    return { name, shape: Object.fromEntries(entries) as Record<string, z.ZodType> };
  });
  const top = shapes.find(({ name }) => name === null)?.shape;
  const sections = shapes.flatMap(({ name, shape }) => (name === null ? [] : [[name, orEmpty(z.strictObject(shape))]]));
  return z
    .strictObject({ ...top, ...Object.fromEntries(sections), [ALERTS]: orEmpty(alertSettings) })
    .transform((document: Record<string, unknown>) => ({
      settings: new Map(
        settings.flatMap((setting) => {
          const given = valueAt(document, pathOf(setting)) as Value | undefined;
          return given === undefined ? [] : [[setting, given] as const];
        }),
      ),
      alerts: document[ALERTS] as AlertSettings,
    }));
}

/** Where a setting stands in the file. */
export function pathOf({ section, key }: Setting): Path {
  return section === null ? [key] : [section, key];
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce((value, part) => (value as Record<string, unknown>)[part], document);
}

/** A section whose every line is a comment is there, and empty. */
function orEmpty(section: z.ZodType): z.ZodType {
  return z.preprocess((value) => value ?? {}, section);
}

/** Wrapped, because a flag that is `false` is a value too, the one of an option not typed. */
function entry(setting: Setting): z.ZodType<Value | undefined> {
  return z
    .unknown()
    .transform((value, context): Value => {
      try {
        const said = saidBy(value, setting);
        if (setting.isPath) requireAbsolute(said);
        return parseSaid(setting, said);
      } catch (error) {
        if (!(error instanceof RefusedValue)) throw error;
        context.addIssue({
          code: 'custom',
          message: error.message,
          path: [...pathInside(value, setting.form, error.index)],
        });
        return z.NEVER;
      }
    })
    .optional();
}

/** Where the text with an index stands inside a value. */
function pathInside(value: unknown, form: Setting['form'], index: number): Path {
  if (form === 'list' && Array.isArray(value)) return [index];
  const key = form === 'map' && isMap(value) ? Object.keys(value)[index] : undefined;
  return key === undefined ? [] : [key];
}

function saidBy(value: unknown, { form, canBeOff }: Setting): Said {
  if (form === 'flag') {
    if (typeof value === 'boolean') return value;
    throw new RefusedValue('give true or false');
  }
  if (value === false && canBeOff) return false;
  const kind = canBeOff ? 'text, a number, or false' : 'text or a number';
  if (form === 'map') {
    if (!isMap(value)) throw new RefusedValue('give a map, with NAME: value on lines of their own');
    return Object.entries(value).map(([name, item], index) => `${name}=${textOf(item, kind, index)}`);
  }
  if (form === 'text' || !Array.isArray(value)) return [textOf(value, kind)];
  const texts = value.map((item, index) => textOf(item, kind, index));
  return form === 'joined' ? [texts.join(',')] : texts;
}

function textOf(value: unknown, kind: string, index = 0): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new RefusedValue(`give ${kind}`, index);
  return value;
}

/** A scan of every night starts wherever whoever starts it happens to be. */
function requireAbsolute(said: Said): void {
  if (typeof said === 'boolean') return;
  for (const [index, text] of said.entries()) {
    if (!ABSOLUTE.test(text)) throw new RefusedValue('give an absolute path', index);
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
