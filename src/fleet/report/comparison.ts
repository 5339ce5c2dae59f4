import type { ModuleState, PlacedFinding } from '../../changes.js';
import { findingInWords } from '../../report/changes.js';
import { type FitOptions, fitLines } from '../../report/layout/fit.js';
import { shortForTerminal } from '../../report/shorten.js';
import { countInWords, minuteOf } from '../../words.js';
import type { ComparedModule, ComparedReport, FleetComparison, ModuleDifference } from '../findings/compare-hosts.js';

/** So many findings that both sides have are named. */
const MOST_SAME = 20;

/** Two hosts, or two reports of one, for a person, line by line. */
export function* comparisonText(compared: FleetComparison, options: FitOptions = {}): Generator<string> {
  for (const line of fitLines(lines(compared), options)) yield `${line}\n`;
}

/** What the two sides are called: in a column, and in a sentence. */
interface Names {
  readonly columns: readonly [string, string];
  readonly places: readonly [string, string];
}

function namesOf(one: string, other: string): Names {
  if (one === other) return { columns: ['before', 'now'], places: ['before', 'now'] };
  return { columns: [one, other], places: [`on ${one}`, `on ${other}`] };
}

function* lines({ one, other, modules, ...rest }: FleetComparison): Generator<string> {
  const names = namesOf(one.host, other.host);
  const [before, after] = names.places;
  for (const [index, side] of [one, other].entries()) yield `${names.columns[index]}  ${reportInWords(side)}`;
  if (modules.length > 0) yield '';
  for (const module of modules) yield moduleLine(module, names);
  yield* findings(`only ${before}`, rest.onlyOne);
  yield* findings(`only ${after}`, rest.onlyOther);
  yield* findings('both', rest.both, MOST_SAME);
  yield '';
  yield `modules   ${countInWords(modules.length, 'difference')}, ${countInWords(rest.sameModules, 'module')} the same`;
  const counts = [rest.onlyOne, rest.onlyOther, rest.both].map(({ length }) => length);
  yield `findings  ${counts[0]} only ${before}, ${counts[1]} only ${after}, ${counts[2]} in both`;
  if (!rest.complete)
    yield 'note      not everything was looked at: what one side has not, may only not have been seen';
}

function reportInWords({ report }: ComparedReport): string {
  return `${report.kind} scan that ended ${minuteOf(report.finishedAt)}${report.complete ? '' : ', incomplete'}`;
}

function moduleLine({ name, differences, one, other }: ComparedModule, { places }: Names): string {
  const module = shortForTerminal(name);
  const [before, after] = places;
  if (one === null || other === null) {
    return `${module}  only ${one === null ? after : before}: ${stateInWords(one ?? other)}`;
  }
  const both = (a: string, b: string) => `${a} ${before}, ${b} ${after}`;
  const parts = differences.map((difference) => differenceInWords(difference, one, other, both));
  return `${module}  ${parts.join('; ')}`;
}

function differenceInWords(
  difference: ModuleDifference,
  one: ModuleState,
  other: ModuleState,
  both: (one: string, other: string) => string,
): string {
  switch (difference) {
    case 'missing':
      return 'not on both';
    case 'version':
      return `version ${both(versionOf(one), versionOf(other))}`;
    case 'signer':
      return `signed by ${both(one.signer ?? 'nobody known', other.signer ?? 'nobody known')}`;
    case 'bytes':
      // Another version has other files.
      return one.version === other.version ? 'other files in the same version' : 'other files';
    case 'verdict':
      return both(one.verdict, other.verdict);
  }
}

function stateInWords(state: ModuleState | null): string {
  return state === null ? '' : `${versionOf(state)}, ${state.verdict}`;
}

function versionOf({ version }: ModuleState): string {
  return version === null ? 'no version' : shortForTerminal(version);
}

function* findings(title: string, placed: readonly PlacedFinding[], most = placed.length): Generator<string> {
  if (placed.length === 0) return;
  yield '';
  yield title;
  for (const each of placed.slice(0, most)) yield findingInWords(each);
  if (placed.length > most) yield `and ${countInWords(placed.length - most, 'finding')} more`;
}
