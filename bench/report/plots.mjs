/** Plots of the results, one SVG each. One without figures is not drawn. */
import { filesPlot, memoryPlot } from './plot-files.mjs';
import { peersPlot } from './plot-peers.mjs';
import { coldPlot, threadsPlot } from './plot-threads.mjs';
import { svg } from './svg.mjs';

/** @type {readonly (readonly [file: string, make: (results: import('../measure/bench.mjs').Results) => import('./svg.mjs').Plot | null])[]} */
const PLOTS = [
  ['peers.svg', peersPlot],
  ['threads.svg', threadsPlot],
  ['files.svg', filesPlot],
  ['memory.svg', memoryPlot],
  ['cold.svg', coldPlot],
];

/** What the plots' files are called, those that were not drawn included. */
export const PLOT_FILES = PLOTS.map(([file]) => file);

/** @param {import('../measure/bench.mjs').Results} results */
export function drawPlots(results) {
  return PLOTS.flatMap(([file, make]) => {
    const plot = make(results);
    return plot === null ? [] : [{ file, title: plot.title, svg: svg(plot) }];
  });
}
