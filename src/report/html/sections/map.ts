import { h, type Markup } from '../markup.js';
import type { ShownArea } from '../shown/types.js';
import { mapLegend, mapMarkup } from '../view/map.js';

/** Where the script has not drawn it to the size of the window, in pixels. */
const WIDTH = 760;
const HEIGHT = 320;

/** Where it is: the web root as a map. */
export function mapSection(areas: readonly ShownArea[]): Markup {
  return h(
    'section',
    { 'aria-labelledby': 'map', class: 'wide' },
    h('h2', { id: 'map' }, 'Where'),
    areas.length === 0
      ? h('p', {}, 'Nothing was found to draw.')
      : h(
          'figure',
          { class: 'map-figure' },
          h('div', { id: 'map-box' }, mapMarkup(areas, WIDTH, HEIGHT)),
          mapLegend(),
          h(
            'figcaption',
            {},
            'Each module as large as the files it lists and those found beside them, folders outside of modules as large as what was found there; coloured by the worst finding. Small ones are drawn larger than they are.',
          ),
        ),
  );
}
