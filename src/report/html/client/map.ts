import type { ShownArea } from '../shown/types.js';
import { mapMarkup } from '../view/map.js';
import { fill, near } from './dom.js';

const PROPORTION = 0.42;
const LEAST_HEIGHT = 240;
const MOST_HEIGHT = 420;

/** Draws the map to the width that there is, so that its labels stay readable, and tells which area is chosen. */
export function drawMap(box: HTMLElement, areas: readonly ShownArea[], chosen: (area: ShownArea) => void): void {
  let drawn = 0;
  const draw = () => {
    const width = Math.floor(box.clientWidth);
    if (width === 0 || width === drawn) return;
    drawn = width;
    fill(box, mapMarkup(areas, width, Math.round(Math.min(MOST_HEIGHT, Math.max(LEAST_HEIGHT, width * PROPORTION)))));
  };
  draw();
  new ResizeObserver(draw).observe(box);
  box.addEventListener('click', (event) => {
    const area = areas[Number(near(event, 'data-area')?.value)];
    if (area !== undefined && area.severity !== null && (area.place !== 0 || area.folder !== null)) chosen(area);
  });
}
