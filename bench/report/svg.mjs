import { init } from 'echarts';

/** @typedef {{ title: string, height: number, option: import('echarts').EChartsOption }} Plot */

const WIDTH = 860;
const TEXT = '#222222';
const FONT = 'sans-serif';

/** Told apart by people who see colours differently, and in print: each has a symbol of its own too. */
const COLORS = ['#0060a8', '#c04a00', '#00805f', '#8a3ab0', '#6b6b00', '#b0005a'];

/**
 * A plot as SVG text. Its background is white, so that dark viewers show it as light ones do.
 *
 * @param {Plot} plot
 */
export function svg({ title, height, option }) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({
      animation: false,
      backgroundColor: '#ffffff',
      color: COLORS,
      textStyle: { fontFamily: FONT, color: TEXT },
      ...option,
      title: {
        text: title,
        left: 20,
        top: 14,
        textStyle: { fontFamily: FONT, fontSize: 16, color: TEXT },
        subtextStyle: { fontFamily: FONT, fontSize: 12, lineHeight: 17, color: '#555555' },
        ...option.title,
      },
    });
    return `${withTitle(chart.renderToSVGString(), title)}\n`;
  } finally {
    chart.dispose();
  }
}

/**
 * Names the picture for whoever does not see it, and takes out the styles for a mouse above it: a picture in a document
 * hears of none.
 *
 * @param {string} text @param {string} title
 */
function withTitle(text, title) {
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return text
    .replaceAll(/<style[^>]*>.*?<\/style>\s*/gs, '')
    .replaceAll(/ class="zr[^"]*"/g, '')
    .replace(/^<svg [^>]*>/, (tag) => `${tag}\n<title>${escaped}</title>`);
}

/** The gap is wide: without a browser nobody knows how long a text will be. */
export const LEGEND = { top: 88, left: 80, itemGap: 56, textStyle: { color: TEXT, fontSize: 12 } };

/** @param {string} name @param {Record<string, unknown>} [rest] */
export function axis(name, rest = {}) {
  return {
    name,
    nameLocation: /** @type {const} */ ('middle'),
    nameTextStyle: { fontSize: 13, color: TEXT },
    axisLabel: { color: TEXT, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: '#888888' } },
    splitLine: { lineStyle: { color: '#e4e4e4' } },
    ...rest,
  };
}

/** Below what is shown: how it was measured, on a line of its own. @param {import('../measure/bench.mjs').Results} results */
export function subtitle({ machine, runs }) {
  return `\n${machine.cpu}, ${machine.cores} cores; medians of ${runs} ${runs === 1 ? 'run' : 'runs'}`;
}
