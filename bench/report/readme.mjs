/** The results section of `bench/README.md`: no figure in it is typed by hand. */
import { byteCount } from './format.mjs';
import { asMarkdown, tablesOf } from './tables.mjs';

const BEGIN = '<!-- results: written by npm run bench -- --write-readme -->';
const END = '<!-- end of results -->';

/**
 * The README with the results between its two markers.
 *
 * @param {string} readme @param {import('../measure/bench.mjs').Results} results
 * @param {readonly { file: string, title: string }[]} plots
 */
export function withResults(readme, results, plots) {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new Error('the README has no place for results');
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${resultsSection(results, plots)}\n${readme.slice(end)}`;
}

/** @param {import('../measure/bench.mjs').Results} results @param {readonly { file: string, title: string }[]} plots */
function resultsSection(results, plots) {
  const targets = tablesOf(results);
  const last = targets.pop();
  const versions = Object.entries(results.versions).map(([name, version]) => `- ${name}: ${version}`);
  return [
    `Measured on ${results.date}: ${describe(results)}.`,
    '',
    last === undefined ? '' : asMarkdown(last),
    ...plots.map(({ file, title }) => `![${title}](results/${file})\n`),
    ...targets.map(asMarkdown),
    ...results.notes.map((note) => `- ${note}`),
    ...versions,
    '',
  ].join('\n');
}

/** The machine and the run in one line. @param {import('../measure/bench.mjs').Results} results */
export function describe({ machine, runs, seed }) {
  const sha = machine.shaInstructions ? 'SHA instructions' : 'no SHA instructions';
  return (
    `${machine.cpu}, ${machine.cores} cores, ${sha}, ${byteCount(machine.memoryBytes)} memory, ${machine.kernel}, ` +
    `${machine.fileSystem}; medians of ${runs} ${runs === 1 ? 'run' : 'runs'}, least and most in parentheses; seed ${seed}`
  );
}
