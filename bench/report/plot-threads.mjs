/** What more threads bring. */
import { LIMIT, POOL } from '../measure/hashing.mjs';
import { times } from './format.mjs';
import { axis, LEGEND, subtitle } from './svg.mjs';

/** @typedef {import('../measure/bench.mjs').Results} Results */
/** @typedef {import('../measure/bench.mjs').Measured} Measured */

/** A small tree says more about the start of things than about threads. */
const TELLING_TREES = ['system', 'sounds'];

const GRID = { left: 90, right: 60, top: 130, bottom: 70 };
const SYMBOLS = ['circle', 'emptyCircle', 'triangle', 'emptyTriangle', 'rect', 'emptyRect', 'diamond', 'emptyDiamond'];

/** @param {Results} results @returns {import('./svg.mjs').Plot | null} */
export function threadsPlot(results) {
  const outcomes = outcomesOf(results, 'hashing');
  if (outcomes.length === 0) return null;
  return {
    title: speedup(outcomes),
    height: 480,
    option: {
      title: { subtext: `Hashing alone, start-up excluded, warm cache. limit: the same in C${subtitle(results)}` },
      legend: LEGEND,
      grid: GRID,
      xAxis: threadAxis(outcomes),
      yAxis: axis('gigabytes hashed in a second', { type: 'value', nameGap: 50, min: 0 }),
      series: lines(
        outcomes,
        ({ samples, seconds }) => (samples[0]?.bytes ?? 0) / (seconds?.median ?? Number.NaN) / 1e9,
      ),
    },
  };
}

/** @param {Results} results @returns {import('./svg.mjs').Plot | null} */
export function coldPlot(results) {
  const outcomes = outcomesOf(results, 'cold');
  const scans = outcomes.filter(({ name }) => name === 'sigsweep');
  const [fastest] = [...scans].sort((a, b) => (a.seconds?.median ?? 0) - (b.seconds?.median ?? 0));
  if (fastest === undefined) return null;
  return {
    title: `With a cold cache, ${fastest.threads} ${fastest.threads === 1 ? 'thread is' : 'threads are'} fastest`,
    height: 480,
    option: {
      title: { subtext: `Whole processes, caches dropped before each run${subtitle(results)}` },
      legend: LEGEND,
      grid: GRID,
      xAxis: threadAxis(outcomes),
      yAxis: axis('seconds', { type: 'value', nameGap: 50, min: 0 }),
      series: lines(outcomes, ({ seconds }) => seconds?.median ?? Number.NaN),
    },
  };
}

/** @param {readonly Measured[]} outcomes */
function speedup(outcomes) {
  const of = (/** @type {string} */ name, /** @type {number} */ threads) =>
    outcomes.find((one) => one.name === name && one.threads === threads)?.seconds?.median;
  const gains = [POOL, LIMIT].flatMap((name) => {
    const [one, two] = [of(name, 1), of(name, 2)];
    return one === undefined || two === undefined ? [] : [`${times(one / two)} (${name})`];
  });
  const tree = outcomes[0]?.tree;
  return gains.length === 0
    ? `Hashing by threads`
    : `On \`${tree}\`, two threads hash ${gains.join(' and ')} as fast as one`;
}

/** @param {Results} results @param {'hashing' | 'cold'} kind */
function outcomesOf({ contests }, kind) {
  const all = contests.filter((contest) => contest.kind === kind).flatMap(({ outcomes }) => outcomes);
  const measured = all.filter(({ status }) => status === 'measured');
  const telling = TELLING_TREES.flatMap((tree) => measured.filter((outcome) => outcome.tree === tree));
  return telling.length > 0 ? telling : measured;
}

/** @param {readonly Measured[]} outcomes */
function threadAxis(outcomes) {
  const counts = [...new Set(outcomes.map(({ threads }) => threads ?? 0))].sort((a, b) => a - b);
  return axis('threads', { type: 'category', nameGap: 36, data: counts.map(String) });
}

/** One line a program and tree. @param {readonly Measured[]} outcomes @param {(outcome: Measured) => number} value */
function lines(outcomes, value) {
  const names = [...new Set(outcomes.map(({ name, tree }) => `${name}, ${tree}`))];
  return names.map((name, index) => ({
    type: /** @type {const} */ ('line'),
    name,
    symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle',
    symbolSize: 9,
    lineStyle: {
      width: 2.5,
      type: name.startsWith(LIMIT) ? /** @type {const} */ ('dashed') : /** @type {const} */ ('solid'),
    },
    data: outcomes
      .filter((outcome) => `${outcome.name}, ${outcome.tree}` === name)
      .map((outcome) => [String(outcome.threads), Number(value(outcome).toFixed(3))]),
  }));
}
