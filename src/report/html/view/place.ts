import { countInWords } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import type { ShownPlace } from '../shown/types.js';
import { COLUMNS, restOfRow } from './finding.js';
import { adviceMarkup, nameOf, proseOf } from './name.js';

/** The heading of a module's findings in their table. */
export function placeRow(place: ShownPlace, number: number, continued: boolean): Markup {
  return h(
    'tr',
    { class: 'group' },
    h(
      'th',
      { scope: 'rowgroup', colspan: COLUMNS },
      h('span', { class: 'group-name' }, place.verdict === null ? place.name : nameOf(place.name)),
      place.verdict !== null && h('span', { class: 'verdict' }, place.verdict),
      h('span', { class: 'aside' }, `${countInWords(number, 'finding')}${continued ? ', continued' : ''}`),
      !continued && place.verdict === 'tampered' && h('span', { class: 'remark' }, proseOf(place.reason)),
      !continued &&
        place.advice !== '' &&
        h('span', { class: 'next' }, h('b', {}, 'Next: '), ...adviceMarkup(place.advice)),
    ),
    ...restOfRow(),
  );
}
