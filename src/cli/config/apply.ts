import type { Command, Option } from 'commander';
import { type Given, type Layer, nameOf } from '../../config/setting.js';
import { SigsweepError } from '../../errors.js';
import type { Settings, Taken } from './settings.js';

/** What commander calls the sources. */
const SOURCE = { default: 'default', file: 'config', environment: 'env' } as const;

/**
 * Gives a command the values that the layers say, the first of them before the others, where nothing was typed. A list
 * takes the place of another, it is not added to it.
 * @throws SigsweepError USAGE where two settings of one layer exclude each other. One that excludes what was typed, or
 * what a layer before says, is left out.
 */
export function applyLayers(command: Command, settings: Settings, layers: readonly Layer[]): void {
  const taken = settings.takenBy(command);
  const settled = taken.filter((one) => isTyped(command, one));
  for (const layer of layers) {
    const fresh = taken.filter((one) => layer.has(one.setting) && !settled.includes(one));
    const fitting = fresh.filter((one) => excludedAmong(command, one, settled) === undefined);
    for (const one of fitting) put(command, one, layer.get(one.setting) as Given);
    for (const one of fitting) requireNoneExcluded(command, one, fitting);
    settled.push(...fitting);
  }
}

function isTyped(command: Command, { place }: Taken): boolean {
  if (typeof place === 'number') return command.args[place] !== undefined;
  const source = command.getOptionValueSource(place);
  return source === 'cli' || source === 'implied';
}

function put(command: Command, { place }: Taken, { value, source }: Given): void {
  if (typeof place === 'number') command.processedArgs[place] = value;
  else command.setOptionValueWithSource(place, value, SOURCE[source.kind]);
}

function requireNoneExcluded(command: Command, one: Taken, others: readonly Taken[]): void {
  const excluded = excludedAmong(command, one, others);
  if (excluded === undefined || !isOn(command, one)) return;
  const names = `${nameOf(one.setting)} and ${nameOf(excluded.setting)}`;
  throw new SigsweepError('USAGE', `${names} are both configured, and exclude each other`);
}

function excludedAmong(command: Command, one: Taken, others: readonly Taken[]): Taken | undefined {
  return others.find((other) => isOn(command, other) && exclude(command, one, other));
}

/** Whether the option is there as if it had been typed. */
function isOn(command: Command, { place }: Taken): boolean {
  return command.getOptionValue(String(place)) !== undefined;
}

function exclude(command: Command, one: Taken, other: Taken): boolean {
  return excludedBy(command, one).includes(other.place) || excludedBy(command, other).includes(one.place);
}

function excludedBy(command: Command, { place }: Taken): (string | number)[] {
  const own = command.options.filter((option) => option.attributeName() === place);
  // Public, but left out of commander's types.
  return own.flatMap((option) => (option as Option & { conflictsWith: string[] }).conflictsWith);
}
