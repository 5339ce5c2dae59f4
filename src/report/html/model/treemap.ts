export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is small still has to be seen and met with a pointer: a part of what an equal share would be. */
const LEAST_SHARE = 1 / 8;

/**
 * Divides an area into rectangles of given sizes, as square as can be (Bruls, Huizing, van Wijk: Squarified Treemaps).
 * @returns a rectangle for each size, in their order
 */
export function treemap(sizes: readonly number[], width: number, height: number): Rectangle[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  const least = (sum / sizes.length) * LEAST_SHARE || 1;
  const raised = sizes.map((size) => Math.max(size, least));
  const scale = (width * height) / raised.reduce((total, size) => total + size, 0);
  const order = raised.map((_, index) => index).sort((a, b) => (raised[b] ?? 0) - (raised[a] ?? 0) || a - b);
  const rectangles: Rectangle[] = new Array(sizes.length);
  let free: Rectangle = { x: 0, y: 0, width, height };
  for (let start = 0; start < order.length; ) {
    const areas = order.slice(start).map((index) => (raised[index] ?? 0) * scale);
    const row = areas.slice(0, rowLength(areas, Math.min(free.width, free.height)));
    const placed = placeRow(row, free);
    for (const [offset, rectangle] of placed.entries()) rectangles[order[start + offset] ?? 0] = rectangle;
    free = rest(free, row);
    start += row.length;
  }
  return rectangles;
}

/** How many of the areas, from the first, make the squarest row along a side. */
function rowLength(areas: readonly number[], side: number): number {
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  for (const [index, area] of areas.entries()) {
    sum += area;
    const largest = areas[0] ?? area;
    const ratio = Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * area));
    if (ratio > worst) return index;
    worst = ratio;
  }
  return areas.length;
}

function placeRow(row: readonly number[], free: Rectangle): Rectangle[] {
  const thickness = thicknessOf(row, free);
  let offset = 0;
  return row.map((area) => {
    const length = area / thickness;
    const rectangle =
      free.width >= free.height
        ? { x: free.x, y: free.y + offset, width: thickness, height: length }
        : { x: free.x + offset, y: free.y, width: length, height: thickness };
    offset += length;
    return rectangle;
  });
}

function rest(free: Rectangle, row: readonly number[]): Rectangle {
  const thickness = thicknessOf(row, free);
  return free.width >= free.height
    ? { ...free, x: free.x + thickness, width: Math.max(0, free.width - thickness) }
    : { ...free, y: free.y + thickness, height: Math.max(0, free.height - thickness) };
}

/** How far a row along the shorter side reaches into the longer one. */
function thicknessOf(row: readonly number[], free: Rectangle): number {
  const side = Math.min(free.width, free.height);
  return row.reduce((total, area) => total + area, 0) / (side || 1);
}
