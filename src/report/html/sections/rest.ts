import type { Report } from '../../../model.js';
import { countInWords, groupDigits } from '../../../words.js';
import { shortForTerminal } from '../../shorten.js';
import { h, type Markup } from '../markup.js';
import { shownModule } from '../shown/place.js';
import { shownScans } from '../shown/scans.js';
import type { ShownPlace } from '../shown/types.js';
import { historyMarkup } from '../view/history.js';
import { modulesTable } from '../view/modules.js';
import { proseOf } from '../view/name.js';

const MOST_NOTE = 600;

/** Findings from night to night, where nights are remembered. */
export function historySection(report: Report): Markup {
  const scans = shownScans(report);
  return h(
    'section',
    { 'aria-labelledby': 'history' },
    h('h2', { id: 'history' }, 'From scan to scan'),
    scans.length === 0 ? h('p', {}, 'No earlier scan of the whole web root is remembered.') : historyMarkup(scans),
  );
}

/** Genuine systems have about a hundred; whoever may write the web root makes as many as he wants, to fill the page. */
const MOST_MODULES = 1000;

/** The modules with their signers. */
export function modulesSection({ modules }: Report, places: readonly ShownPlace[]): Markup {
  const shown = modules.flatMap((module, index) => {
    const place = places[index + 1];
    return place === undefined ? [] : [shownModule(module, place, index + 1)];
  });
  const left = modules.length - MOST_MODULES;
  return h(
    'section',
    { 'aria-labelledby': 'modules' },
    h('h2', { id: 'modules' }, countInWords(modules.length, 'module')),
    modules.length === 0
      ? h('p', {}, 'None was found.')
      : h(
          'div',
          { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': 'modules' },
          modulesTable(shown, MOST_MODULES),
        ),
    left > 0 &&
      h(
        'p',
        { class: 'aside' },
        `The worst ${groupDigits(MOST_MODULES)}; ${groupDigits(left)} are left out here. What is wrong with them stands among the findings.`,
      ),
  );
}

/** What a reader should know that is no finding. */
export function notesSection({ notes }: Report): Markup | null {
  if (notes.length === 0) return null;
  return h(
    'section',
    { 'aria-labelledby': 'notes' },
    h('h2', { id: 'notes' }, 'Notes'),
    h('ul', { class: 'plain' }, ...notes.map((note) => h('li', {}, proseOf(shortForTerminal(note), MOST_NOTE)))),
  );
}
