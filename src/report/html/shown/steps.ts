import type { Report } from '../../../model.js';
import type { Severity } from '../../../types.js';
import { isExempted } from '../../advice.js';
import { rankOf } from './rank.js';
import type { ShownPlace } from './types.js';

/** One thing to do, for one place or for all of which the same is to be said. */
export interface Step {
  readonly severity: Severity;
  /** Places whose findings it concerns; none where it concerns the whole system. */
  readonly places: readonly number[];
  /** For several modules, with `MODULE` where the name of each belongs. */
  readonly advice: string;
}

/** What to do next, the gravest first. */
export function stepsOf(report: Report, places: readonly ShownPlace[]): Step[] {
  const groups = new Map<string, { place: number; shown: ShownPlace }[]>();
  for (const [place, shown] of places.entries()) {
    if (shown.advice === '') continue;
    const same = groups.get(templateOf(shown));
    if (same === undefined) groups.set(templateOf(shown), [{ place, shown }]);
    else same.push({ place, shown });
  }
  const steps = [...groups].map(([template, members]): Step => {
    const severities = members.map(({ shown }) => shown.severity ?? 'info').sort((a, b) => rankOf(a) - rankOf(b));
    const [first] = members;
    const advice = members.length === 1 && first !== undefined ? first.shown.advice : template;
    return { severity: severities[0] ?? 'info', places: members.map(({ place }) => place), advice };
  });
  steps.sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
  return isBreakIn(report) ? [BREAK_IN, ...steps] : steps;
}

/** The advice without the module's name at the end of its commands: what many modules have in common. */
function templateOf({ name, advice }: ShownPlace): string {
  return advice
    .split(/(?<=fwconsole ma \w+ )/)
    .map((part) => (part.startsWith(name) ? `MODULE${part.slice(name.length)}` : part))
    .join('');
}

const BREAK_IN: Step = {
  severity: 'critical',
  places: [],
  advice:
    'code that nobody signed lies where it runs: unless it is yours, treat the system as broken into; take it off the network and keep a copy of the files before you clean up',
};

/** Whether something lies there that runs and that no signer and no administrator knows. */
function isBreakIn({ modules, tree }: Report): boolean {
  return [tree.findings, ...modules.map(({ findings }) => findings)].some((list) =>
    list.some(
      (finding) =>
        finding.severity === 'critical' &&
        finding.kind === 'unlisted' &&
        finding.uncovered === undefined &&
        !isExempted(finding),
    ),
  );
}
