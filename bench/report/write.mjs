import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readableJson } from './json.mjs';
import { drawPlots, PLOT_FILES } from './plots.mjs';
import { withResults } from './readme.mjs';

/** @typedef {import('../measure/bench.mjs').Results} Results */

const README = fileURLToPath(new URL('../README.md', import.meta.url));

/** Times are taken to the microsecond at best; more digits only make files larger. */
const DIGITS = 6;

/** Writes `results.json` and the plots; plots of an earlier run do not stay beside them. @param {Results} results @param {string} folder */
export function writeResults(results, folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), readableJson(JSON.parse(JSON.stringify(results, rounded))));
  for (const file of PLOT_FILES) rmSync(join(folder, file), { force: true });
  const plots = drawPlots(results);
  for (const { file, svg } of plots) writeFileSync(join(folder, file), svg);
  return plots;
}

/** @param {Results} results @param {readonly { file: string, title: string }[]} plots */
export function writeReadme(results, plots) {
  writeFileSync(README, withResults(readFileSync(README, 'utf8'), results, plots));
}

/** @param {string} _key @param {unknown} value */
function rounded(_key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(DIGITS)) : value;
}
