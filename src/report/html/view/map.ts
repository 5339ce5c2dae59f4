import { countInWords, groupDigits } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import { type Rectangle, treemap } from '../model/treemap.js';
import { clipped } from '../model/words.js';
import type { ShownArea } from '../shown/types.js';

/** Width of a character of a label, in pixels. */
const CHARACTER = 8.8;
/** A label of fewer characters tells nothing. */
const LEAST_ROOM = 4;
/** Of an area with a label, and of one with two lines, in pixels. */
const LEAST_HEIGHT = 22;
const HEIGHT_OF_TWO = 40;

/** The web root by folder: as large as the files in it, as dark as the worst of what was found. */
export function mapMarkup(areas: readonly ShownArea[], width: number, height: number): Markup {
  const rectangles = treemap(
    areas.map(({ files }) => files),
    width,
    height,
  );
  const bad = areas.filter(({ severity }) => severity !== null).length;
  return h(
    'svg',
    {
      class: 'map',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-label': `Map of ${countInWords(areas.length, 'folder')}, ${groupDigits(bad)} of them with findings. The tables below say the same.`,
    },
    ...areas.map((area, index) => cell(area, index, rectangles[index])),
  );
}

function cell(area: ShownArea, index: number, rectangle: Rectangle | undefined): Markup | null {
  if (rectangle === undefined) return null;
  const { x, y, width, height } = rectangle;
  return h(
    'g',
    { class: `cell ${area.severity === null ? 'clean' : `s-${area.severity}`}`, 'data-area': index },
    h('title', {}, titleOf(area)),
    h('rect', {
      x: round(x),
      y: round(y),
      width: round(Math.max(1, width - 1)),
      height: round(Math.max(1, height - 1)),
    }),
    labels(area, rectangle),
  );
}

function titleOf({ label, files, findings, severity }: ShownArea): string {
  const found = severity === null ? 'nothing found' : `${countInWords(findings, 'finding')}, the worst ${severity}`;
  return `${clipped(label, 120)}: ${countInWords(files, 'file')}, ${found}`;
}

/** In a window of their own, which cuts off what a font makes wider than expected. */
function labels({ label, files, findings, severity }: ShownArea, { x, y, width, height }: Rectangle): Markup | null {
  const room = Math.floor((width - 10) / CHARACTER);
  if (room < LEAST_ROOM || height < LEAST_HEIGHT) return null;
  const second = severity === null ? groupDigits(files) : `${groupDigits(findings)} ${severity}`;
  return h(
    'svg',
    { x: round(x), y: round(y), width: round(width - 2), height: round(height - 1) },
    h('text', { x: 6, y: 17, class: 'label' }, begun(label, room)),
    height >= HEIGHT_OF_TWO && second.length <= room && h('text', { x: 6, y: 33, class: 'number' }, second),
  );
}

/** A text that ends where there is no more room for it. */
function begun(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** What the colours mean. */
export function mapLegend(): Markup {
  const entry = (name: string, ...children: (Markup | string)[]) => h('li', { class: name }, ...children);
  return h(
    'ul',
    { class: 'legend' },
    ...(['critical', 'high', 'medium', 'low'] as const).map((severity) =>
      entry(`cell-key s-${severity}`, h('span', { class: 'swatch' }), severity),
    ),
    entry('cell-key', h('span', { class: 'swatch' }), 'nothing found'),
  );
}

/** Tenths are enough for a screen, and the same on every machine. */
function round(number: number): number {
  return Math.round(number * 10) / 10;
}
