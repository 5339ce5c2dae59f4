import { groupDigits } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import { columnStep, columns, sumOf } from '../model/chart.js';
import { CHARTED, type ShownScan } from '../shown/scan-types.js';

const WIDTH = 900;
const HEIGHT = 140;

/** Findings from scan to scan, as a chart and as a table. */
export function historyMarkup(scans: readonly ShownScan[]): Markup {
  const most = Math.max(...scans.map(({ counts }) => sumOf(counts)));
  const step = columnStep(scans.length, WIDTH);
  const [first, last] = [scans[0], scans.at(-1)];
  return h(
    'figure',
    { class: 'history' },
    h('div', { class: 'scale' }, h('span', {}, groupDigits(most)), h('span', {}, '0')),
    h(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': `Findings of ${groupDigits(scans.length)} scans, ${groupDigits(sumOf(first?.counts ?? []))} at the first and ${groupDigits(sumOf(last?.counts ?? []))} at this one. The table below has the numbers.`,
      },
      ...columns(
        scans.map(({ counts }) => counts),
        WIDTH,
        HEIGHT,
      ).flatMap((blocks, index) => [
        scans[index]?.complete === false &&
          h('rect', {
            class: 'gap',
            x: round(WIDTH - (scans.length - index) * step),
            y: 0,
            width: round(step),
            height: HEIGHT,
          }),
        ...blocks.map(({ part, x, y, width, height }) =>
          h('rect', {
            class: `s-${CHARTED[part]}`,
            x: round(x),
            y: round(y),
            width: round(width),
            height: round(height),
          }),
        ),
      ]),
    ),
    h('figcaption', {}, `${first?.at ?? ''} to this scan, ${last?.at ?? ''}`),
    h(
      'details',
      {},
      h('summary', {}, 'The numbers as a table'),
      h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Findings of each scan' }, table(scans)),
    ),
  );
}

function table(scans: readonly ShownScan[]): Markup {
  const head = ['Scan', 'Began', 'Complete', ...CHARTED].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...head)),
    h(
      'tbody',
      {},
      ...[...scans]
        .reverse()
        .map(({ scan, at, complete, counts }) =>
          h(
            'tr',
            {},
            h('td', {}, scan === null ? 'this one' : String(scan)),
            h('td', {}, at),
            h('td', {}, complete ? 'yes' : 'no'),
            ...counts.map((count) => h('td', { class: 'number' }, groupDigits(count))),
          ),
        ),
    ),
  );
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
