import type { PlacedFinding } from '../../../changes.js';
import type { Report } from '../../../model.js';
import { countInWords, groupDigits } from '../../../words.js';
import { changesInWords, kindInWords, moduleChangeLines, sinceInWords } from '../../changes.js';
import { shortForTerminal } from '../../shorten.js';
import { h, type Markup } from '../markup.js';
import { nameOf, proseOf, withTimes } from '../view/name.js';
import { severityWord } from '../view/severity.js';

/** So many lines are seen at once, and so many when opened. */
const MOST_LINES = 6;
const MOST_MORE = 200;

/** What is not as the last complete scan found it. */
export function changesSection({ changes, scan }: Report): Markup {
  const title = h('h2', { id: 'changes' }, 'Since the last scan');
  if (changes === null) {
    const why =
      scan === null
        ? 'No scan is remembered: nobody can say what is new.'
        : 'This is the first complete scan that is remembered.';
    return h('section', { 'aria-labelledby': 'changes' }, title, h('p', {}, why));
  }
  const modules = [...moduleChangeLines(changes)].map((line) => h('li', {}, proseOf(line)));
  const gone = changes.gone.map(goneItem);
  return h(
    'section',
    { 'aria-labelledby': 'changes' },
    title,
    h('p', {}, h('b', {}, changesInWords(changes)), withTimes(` since ${sinceInWords(changes)}.`)),
    ...listOf('Modules', modules),
    ...listOf('Gone', gone),
  );
}

function listOf(title: string, items: readonly Markup[]): Markup[] {
  if (items.length === 0) return [];
  const more = items.slice(MOST_LINES, MOST_LINES + MOST_MORE);
  const left = items.length - MOST_LINES - more.length;
  return [
    h('h3', {}, title),
    h('ul', { class: 'plain' }, ...items.slice(0, MOST_LINES)),
    ...(more.length === 0
      ? []
      : [
          h(
            'details',
            { class: 'more' },
            h('summary', {}, `${groupDigits(items.length - MOST_LINES)} more`),
            h('ul', { class: 'plain' }, ...more),
            left > 0 && h('p', { class: 'aside' }, `${countInWords(left, 'line')} left out: sigsweep diff names all.`),
          ),
        ]),
  ];
}

function goneItem({ module, finding }: PlacedFinding): Markup {
  const place = module === null ? finding.path : `${module}/${finding.path}`;
  return h('li', {}, severityWord(finding.severity), ` ${kindInWords(finding)} `, nameOf(shortForTerminal(place)));
}
