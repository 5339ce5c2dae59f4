import type { Report } from '../../../model.js';
import { groupDigits } from '../../../words.js';
import { type Child, h, type Markup } from '../markup.js';
import { type Step, stepsOf } from '../shown/steps.js';
import type { ShownPlace } from '../shown/types.js';
import { adviceMarkup, nameOf } from '../view/name.js';
import { severityMark } from '../view/severity.js';

/** So many are seen at once; more would be no order of what comes first. */
const MOST_STEPS = 6;
/** The rest can be opened; a thousand broken modules have one cause. */
const MOST_MORE = 100;
const MOST_NAMES = 8;

/** What to do next, the gravest first. */
export function stepsSection(report: Report, places: readonly ShownPlace[]): Markup {
  const steps = stepsOf(report, places);
  const more = steps.slice(MOST_STEPS, MOST_STEPS + MOST_MORE);
  const left = steps.length - MOST_STEPS - more.length;
  return h(
    'section',
    { 'aria-labelledby': 'next' },
    h('h2', { id: 'next' }, 'What to do next'),
    steps.length === 0 && h('p', {}, report.complete ? 'Nothing.' : 'Scan again, to the end.'),
    steps.length > 0 && list(steps.slice(0, MOST_STEPS), places),
    more.length > 0 &&
      h(
        'details',
        { class: 'more' },
        h('summary', {}, `${groupDigits(steps.length - MOST_STEPS)} more steps`),
        list(more, places),
        left > 0 &&
          h('p', { class: 'aside' }, `And ${groupDigits(left)} more: each stands with its module's findings.`),
      ),
  );
}

function list(steps: readonly Step[], places: readonly ShownPlace[]): Markup {
  return h(
    'ol',
    { class: 'steps' },
    ...steps.map((step) =>
      h('li', {}, severityMark(step.severity), h('div', {}, title(step, places), h('p', {}, sentence(step.advice)))),
    ),
  );
}

function title({ places, severity }: Step, all: readonly ShownPlace[]): Markup {
  const named = places.slice(0, MOST_NAMES).flatMap((place, index): Child[] => {
    const name = all[place]?.name ?? '';
    return [
      index > 0 && ', ',
      h('a', { href: '#findings', 'data-place': place }, place === 0 ? name : nameOf(name, 60)),
    ];
  });
  const left = places.length - MOST_NAMES;
  return h(
    'h3',
    {},
    h('span', { class: 'hidden' }, `${severity}: `),
    ...(places.length === 0 ? ['The whole system'] : named),
    left > 0 && ` and ${groupDigits(left)} more`,
  );
}

/** Advice as a sentence of its own. */
function sentence(advice: string): (Markup | string)[] {
  const [first, ...rest] = adviceMarkup(advice);
  return typeof first === 'string'
    ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest, '.']
    : [...(first === undefined ? [] : [first]), ...rest];
}
