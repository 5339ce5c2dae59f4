import type { Report } from '../../model.js';
import { TOOL } from '../../tool.js';
import { minuteOf } from '../../words.js';
import { shortForTerminal } from '../shorten.js';
import { assets } from './assets.js';
import { h, htmlOf, type Markup } from './markup.js';
import { changesSection } from './sections/changes.js';
import { findingsSection } from './sections/findings.js';
import { mapSection } from './sections/map.js';
import { historySection, modulesSection, notesSection } from './sections/rest.js';
import { stepsSection } from './sections/steps.js';
import { top } from './sections/top.js';
import { wordsSection } from './sections/words.js';
import { shownAreas } from './shown/areas.js';
import { shownFindings } from './shown/findings.js';
import { type Headline, headlineOf } from './shown/headline.js';
import { shownPlaces } from './shown/place.js';
import { pieces, scriptJson } from './wire/encode.js';
import type { PageData } from './wire/format.js';

/**
 * The report as one HTML file that needs nothing else, piece by piece: what matters as text that any program shows, all
 * findings as data beside it, and a script that makes a list of them to search.
 * @throws Error of the system call where what it is made of was not built.
 */
export function* htmlParts(report: Report): Generator<string> {
  const { script, style, policy } = assets();
  const headline = headlineOf(report);
  const places = shownPlaces(report);
  const areas = shownAreas(report, places);
  yield `<!doctype html>\n<html lang="en" class="state-${headline.state}">\n<head>\n<meta charset="utf-8">\n`;
  yield* headParts(titleOf(report, headline), policy, style);
  yield line(h('a', { class: 'skip', href: '#findings' }, 'Skip to the findings'));
  yield line(top(report, headline));
  yield '<main>\n';
  yield line(
    h(
      'div',
      { class: 'columns' },
      stepsSection(report, places),
      h('div', {}, changesSection(report), notesSection(report)),
    ),
  );
  yield line(h('div', { class: 'columns' }, mapSection(areas), historySection(report)));
  yield line(findingsSection(report, places));
  yield line(modulesSection(report, places));
  const words = wordsSection(report);
  if (words !== null) yield line(words);
  yield '</main>\n';
  yield line(
    h(
      'footer',
      {},
      h(
        'p',
        {},
        `${TOOL.name} ${TOOL.version}. All times are UTC. This file needs no network and sends nothing anywhere.`,
      ),
    ),
  );
  const data: PageData = { places, areas, compared: report.changes !== null };
  yield `<script type="application/json" id="page-data">${scriptJson(data)}</script>\n`;
  for (const piece of pieces(shownFindings(report))) {
    yield `<script type="application/json" class="findings-data">${scriptJson(piece)}</script>\n`;
  }
  yield `<script>${script}</script>\n</body>\n</html>\n`;
}

/** What stands in the head of a page, and its end. */
export function* headParts(title: string, policy: string, style: string): Generator<string> {
  yield* [
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('meta', { name: 'robots', content: 'noindex' }),
    h('title', {}, title),
  ].map(line);
  yield `<style>${style}</style>\n</head>\n<body>\n`;
}

function line(markup: Markup): string {
  return `${htmlOf(markup)}\n`;
}

function titleOf(report: Report, { badge }: Headline): string {
  return `${badge}: ${shortForTerminal(report.root).slice(-80)}, ${minuteOf(report.startedAt)}`;
}
