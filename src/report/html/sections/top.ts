import type { Report } from '../../../model.js';
import { SEVERITIES, type Severity } from '../../../types.js';
import { bytesInWords, groupDigits, minuteOf } from '../../../words.js';
import { changesInWords } from '../../changes.js';
import { shortForTerminal } from '../../shorten.js';
import { type Attributes, type Child, h, type Markup } from '../markup.js';
import { countedInWords } from '../shown/counted.js';
import { listedSeverities } from '../shown/findings.js';
import type { Headline } from '../shown/headline.js';
import { changedWhenInWords, sinceWhenInWords } from '../shown/since.js';
import { wholeName, withTimes } from '../view/name.js';
import { severityMark } from '../view/severity.js';

/** So much of what was found is the title: more would not be read in one glance. */
const IN_TITLE = 2;

/** The verdict in words, what it rests on, and how much of what was found. */
export function top(report: Report, { badge, sentences }: Headline): Markup {
  const since = sinceWhenInWords(report);
  return h(
    'header',
    { class: 'top' },
    h('p', { class: 'brand' }, h('b', {}, 'sigsweep'), ' integrity report'),
    h('p', { class: 'badge' }, h('span', { class: 'badge-mark', 'aria-hidden': 'true' }), badge),
    h('h1', {}, sentence(sentences.slice(0, IN_TITLE).join('; '))),
    h('p', { class: 'lead' }, withTimes([...sentences.slice(IN_TITLE).map(sentence), since].join(' ').trim())),
    h('dl', { class: 'facts' }, ...facts(report)),
    counts(report),
  );
}

function* facts(report: Report): Generator<Markup> {
  const { summary, changes } = report;
  if (changes !== null) yield fact('Since the last scan', h('a', { href: '#changes' }, changesInWords(changes)));
  const changed = changedWhenInWords(report);
  if (changed !== '')
    yield fact('Files last changed', withTimes(changed), h('span', { class: 'aside' }, ' the worst of them'));
  yield fact('Web root', wholeName(shortForTerminal(report.root)));
  yield fact('Scanned', withTimes(`${minuteOf(report.startedAt)}, ${kindOf(report)}, in ${durationOf(report)}`));
  yield fact(
    'Complete',
    report.complete ? 'yes' : h('b', {}, 'no'),
    `: ${groupDigits(summary.listed)} signed files in ${groupDigits(summary.modules)} modules, ${groupDigits(summary.hashed)} read (${bytesInWords(summary.bytes)})`,
    summary.reused > 0 && `, ${groupDigits(summary.reused)} unchanged since they were`,
    summary.unchecked > 0 && `, ${groupDigits(summary.unchecked)} not checked`,
  );
}

/** Words as a sentence. */
export function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** One of the facts below the verdict. */
export function fact(name: string, ...value: readonly Child[]): Markup {
  return h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
}

function counts(report: Report): Markup {
  const { findings, exempted } = report.summary;
  const listed = listedSeverities(report);
  const remarks = countedInWords(report);
  return h(
    'div',
    { class: 'counts' },
    h('h2', { class: 'hidden' }, 'Findings by severity'),
    h(
      'ul',
      {},
      ...SEVERITIES.map((severity) =>
        severityTile(
          severity,
          findings[severity],
          listed.has(severity) && { href: '#findings', 'data-severity': SEVERITIES.indexOf(severity) },
        ),
      ),
    ),
    (exempted > 0 || remarks !== '') &&
      h(
        'p',
        { class: 'aside' },
        [exempted > 0 && `${groupDigits(exempted)} more exempted. `, remarks].filter((text) => text !== false).join(''),
      ),
  );
}

/** How many there are of a severity. @param link attributes of what leads to them; `false` where nothing does */
export function severityTile(severity: Severity, number: number, link: Attributes | false): Markup {
  const inside = [
    h('span', { class: 'figure' }, groupDigits(number)),
    h('span', { class: `severity s-${severity}` }, severityMark(severity), severity),
  ];
  return h(
    'li',
    { class: number === 0 ? 'none' : `some s-${severity}` },
    link === false ? h('div', {}, ...inside) : h('a', link, ...inside),
  );
}

function kindOf({ kind, scan }: Report): string {
  return `${kind} scan${scan === null ? '' : ` number ${groupDigits(scan)}`}`;
}

function durationOf({ startedAt, finishedAt }: Report): string {
  const seconds = Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)}\u00a0s`
    : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)}\u00a0s`;
}
