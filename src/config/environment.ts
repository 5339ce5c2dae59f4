import { SigsweepError } from '../errors.js';
import { nearest } from './nearest.js';
import { type Given, type Layer, parseSaid, RefusedValue, type Said, type Setting, type Value } from './setting.js';

export const VARIABLE_PREFIX = 'SIGSWEEP_';

/** Says which configuration is read, so it is none of what is configured. */
export const CONFIG_VARIABLE = 'SIGSWEEP_CONFIG';

const TRUE = /^(?:true|yes|1)$/i;
const FALSE = /^(?:false|no|0)$/i;

/** `SIGSWEEP_FAIL_ON`, `SIGSWEEP_BENCH_SECONDS`. */
export function variableOf({ section, key }: Setting): string {
  const name = section === null ? key : `${section}_${key}`;
  return VARIABLE_PREFIX + name.replaceAll('-', '_').toUpperCase();
}

/**
 * What the environment says.
 * @throws SigsweepError USAGE for a variable of ours that no setting has: a slip in one that names keys would make a
 * scan trust others than it should. Also for a value that the option does not take.
 */
export function readEnvironment(environment: NodeJS.ProcessEnv, settings: readonly Setting[]): Layer {
  const byVariable = new Map(settings.map((setting) => [variableOf(setting), setting]));
  const layer = new Map<Setting, Given>();
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(VARIABLE_PREFIX) || variable === CONFIG_VARIABLE || text === undefined) continue;
    const setting = byVariable.get(variable);
    if (setting === undefined) throw unknownVariable(variable, [CONFIG_VARIABLE, ...byVariable.keys()]);
    layer.set(setting, { ...parsed(variable, text, setting), source: { kind: 'environment', variable } });
  }
  return layer;
}

function unknownVariable(variable: string, known: readonly string[]): SigsweepError {
  const meant = nearest(variable, known);
  const advice =
    meant === undefined ? 'unset it; sigsweep config print names those there are' : `did you mean ${meant}?`;
  return new SigsweepError('USAGE', `the environment variable ${variable} sets nothing: ${advice}`);
}

function parsed(variable: string, text: string, setting: Setting): Value {
  try {
    return parseSaid(setting, saidBy(text, setting));
  } catch (error) {
    if (!(error instanceof RefusedValue)) throw error;
    throw new SigsweepError('USAGE', `the environment variable ${variable}: ${error.message}`);
  }
}

function saidBy(text: string, { form, canBeOff }: Setting): Said {
  // Most often it comes from another variable that is not set.
  if (text === '') throw new RefusedValue('it is empty: unset it, or give it a value');
  if (form === 'flag') {
    if (TRUE.test(text)) return true;
    if (FALSE.test(text)) return false;
    throw new RefusedValue('give true or false');
  }
  if (canBeOff && text === 'false') return false;
  return form === 'list' || form === 'map' ? partsOf(text) : [text];
}

/** One part a line, or else with commas in between: so values with commas can be written too, each on its line. */
function partsOf(text: string): string[] {
  const parts = text.includes('\n') ? text.split('\n').filter((line) => line.trim() !== '') : text.split(',');
  return parts.map((part) => part.trim());
}
