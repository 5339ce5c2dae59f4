import { count, seconds, spread, times } from './format.mjs';
import { axis, subtitle } from './svg.mjs';

/** The largest of the trees that were measured is the one that tells most. */
const TREES = ['system', 'small', 'tiny'];

const ROW_HEIGHT = 40;

/** How long each program takes, as a multiple of what sigsweep takes. @param {import('../measure/bench.mjs').Results} results @returns {import('./svg.mjs').Plot | null} */
export function peersPlot(results) {
  const contests = results.contests.filter(({ kind }) => kind === 'peers');
  const ofTree = (/** @type {string} */ tree) => contests.find(({ outcomes }) => outcomes[0]?.tree === tree);
  const contest = TREES.map(ofTree).find((found) => found !== undefined);
  const measured = (contest?.outcomes ?? []).filter(({ status }) => status === 'measured');
  const base = measured.find(({ name }) => name === 'sigsweep');
  if (base === undefined || base.seconds === null || measured.length < 2) return null;
  const ratioOf = (/** @type {typeof base} */ { ratio }) => ratio?.median ?? 1;
  const rows = measured.sort((a, b) => ratioOf(b) - ratioOf(a));
  const others = rows.filter((row) => row !== base).map(ratioOf);
  const made = results.trees[base.tree];
  return {
    title: `On \`${base.tree}\`, others take from ${times(Math.min(...others))} to ${times(Math.max(...others))} the time of sigsweep`,
    height: 165 + rows.length * ROW_HEIGHT,
    option: {
      title: {
        subtext: `${count(made?.modules ?? 0)} modules, ${count(made?.allFiles ?? 0)} files; whole processes, warm cache${subtitle(results)} (least – most)`,
      },
      grid: { left: 160, right: 190, top: 90, bottom: 60 },
      xAxis: axis('time as a multiple of what sigsweep takes (logarithmic)', {
        type: 'log',
        nameGap: 34,
        min: 10 ** Math.floor(Math.log10(Math.min(...rows.map(ratioOf)) * 0.9)),
        axisLabel: { formatter: (/** @type {number} */ value) => `${value}×`, color: '#222222' },
      }),
      yAxis: { ...axis('', { splitLine: { show: false } }), type: 'category', data: rows.map(({ name }) => name) },
      series: [
        {
          type: 'bar',
          barWidth: '62%',
          data: rows.map((row) => ({
            value: ratioOf(row),
            label: { formatter: labelOf(row) },
          })),
          label: { show: true, position: 'right', color: '#222222', fontSize: 12 },
        },
      ],
    },
  };
}

/** @param {import('../measure/bench.mjs').Measured} row */
function labelOf({ ratio, seconds: time }) {
  const took = time === null ? '' : seconds(time.median);
  return ratio === null ? `1 ×, ${took}` : `${spread(ratio, times)}, ${took}`;
}
