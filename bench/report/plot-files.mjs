/** What becomes of time and memory when there are ten times as many files. */
import { byteCount, count, seconds, times } from './format.mjs';
import { axis, LEGEND, subtitle } from './svg.mjs';

/** @typedef {import('../measure/bench.mjs').Results} Results */
/** @typedef {{ files: number, seconds: number, peakBytes: number | null }} Point */

const GRID = { left: 90, right: 60, top: 125, bottom: 70 };

/** @param {Results} results @returns {import('./svg.mjs').Plot | null} */
export function filesPlot(results) {
  const points = pointsOf(results);
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) return null;
  // Through the largest tree: there the start of the program weighs least.
  const linear = points.map(({ files }) => [files, (last.seconds * files) / last.files]);
  const growth = `${count(last.files / before.files)} × the files take ${times(last.seconds / before.seconds)} the time`;
  return {
    title: `${growth}: ${seconds(last.seconds)} for ${count(last.files)} files`,
    height: 480,
    option: {
      title: { subtext: `sigsweep scan, whole process, warm cache${subtitle(results)}` },
      legend: LEGEND,
      grid: GRID,
      xAxis: fileAxis(points),
      yAxis: axis('seconds (logarithmic)', { type: 'log', nameGap: 55 }),
      series: [
        {
          ...line('sigsweep scan', seconds),
          data: points.map((point) => [point.files, point.seconds]),
        },
        {
          type: 'line',
          name: 'in proportion to the files',
          symbol: 'none',
          lineStyle: { type: 'dashed', color: '#888888', width: 1.5 },
          itemStyle: { color: '#888888' },
          data: linear,
        },
      ],
    },
  };
}

/** @param {Results} results @returns {import('./svg.mjs').Plot | null} */
export function memoryPlot(results) {
  const points = pointsOf(results).filter(({ peakBytes }) => peakBytes !== null);
  const last = points.at(-1);
  if (last === undefined || points.length < 2) return null;
  return {
    title: `${count(last.files)} files are scanned in ${byteCount(last.peakBytes ?? 0)} of memory`,
    height: 480,
    option: {
      title: { subtext: `Peak resident memory of the whole process, threads included${subtitle(results)}` },
      legend: LEGEND,
      grid: GRID,
      xAxis: fileAxis(points),
      yAxis: axis('megabytes', { type: 'value', nameGap: 55, min: 0 }),
      series: [
        {
          ...line('sigsweep scan', (megabytes) => byteCount(megabytes * 1e6)),
          data: points.map(({ files, peakBytes }) => [files, (peakBytes ?? 0) / 1e6]),
        },
      ],
    },
  };
}

/** Every whole scan of a tree of the series. @param {Results} results @returns {Point[]} */
function pointsOf({ contests }) {
  const series = contests.filter(({ kind }) => kind === 'files').flatMap(({ outcomes }) => outcomes);
  return series
    .filter(({ status, tree }) => status === 'measured' && tree.startsWith('files-'))
    .map(({ samples, seconds: time, peakBytes }) => ({
      files: samples[0]?.files ?? 0,
      seconds: time?.median ?? Number.NaN,
      peakBytes: peakBytes?.median ?? null,
    }))
    .sort((a, b) => a.files - b.files);
}

/** @param {readonly Point[]} points */
function fileAxis(points) {
  return axis('files (logarithmic)', {
    type: 'log',
    nameGap: 36,
    min: 10 ** Math.floor(Math.log10(points[0]?.files ?? 1)),
    axisLabel: { formatter: count, color: '#222222', fontSize: 12 },
  });
}

/** A line with its values beside it. @param {string} name @param {(value: number) => string} form */
function line(name, form) {
  return {
    type: /** @type {const} */ ('line'),
    name,
    symbolSize: 9,
    lineStyle: { width: 2.5 },
    label: {
      show: true,
      position: /** @type {const} */ ('top'),
      // Ends above its point: behind that the line may rise.
      align: /** @type {const} */ ('right'),
      color: '#222222',
      fontSize: 12,
      formatter: (/** @type {{ value?: unknown }} */ { value }) => form(Array.isArray(value) ? Number(value[1]) : 0),
    },
  };
}
