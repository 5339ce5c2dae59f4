import { escapeControls } from '../../report/escape.js';
import { h, type Markup } from '../../report/html/markup.js';
import { nameOf, proseOf } from '../../report/html/view/name.js';
import { severityWord } from '../../report/html/view/severity.js';
import { SEVERITIES } from '../../types.js';
import { countInWords, groupDigits, minuteOf } from '../../words.js';
import type { FleetFinding, FleetHost, FleetReport, HostList } from '../findings/types.js';
import { byNeed } from './order.js';
import { phraseOf } from './words.js';

/** So many findings stand on the page; the JSON report has all. */
const MOST_FINDINGS = 1000;

/** So many hosts of a finding are shown before somebody asks. */
const MOST_NAMES = 6;

const MOST_PROSE = 700;

/** What only all hosts together show. */
export function findingsSection({ findings }: FleetReport, paged: ReadonlySet<string>): Markup {
  const left = findings.length - MOST_FINDINGS;
  return section(
    'findings',
    'What only the fleet shows',
    findings.length === 0
      ? h('p', {}, 'Nothing: hosts with the same modules have the same, and no unsigned content is on several of them.')
      : scroll(
          'findings',
          h(
            'table',
            {},
            h('caption', { class: 'hidden' }, `${countInWords(findings.length, 'finding')}, the worst first`),
            head(['Severity', 'What', 'Hosts']),
            h('tbody', {}, ...findings.slice(0, MOST_FINDINGS).map((finding) => findingRow(finding, paged))),
          ),
        ),
    left > 0 && h('p', { class: 'aside' }, `${groupDigits(left)} of the least bad are left out here.`),
  );
}

function findingRow(finding: FleetFinding, paged: ReadonlySet<string>): Markup {
  const { label, subject, says } = phraseOf(finding);
  return h(
    'tr',
    {},
    h('td', {}, severityWord(finding.severity)),
    h(
      'th',
      { scope: 'row' },
      h('b', {}, label),
      subject !== '' && [': ', nameOf(subject)],
      h('span', { class: 'remark' }, proseOf(says, MOST_PROSE)),
    ),
    h('td', {}, ...hostLinks(finding.hosts, paged)),
  );
}

function* hostLinks({ count, names }: HostList, paged: ReadonlySet<string>): Generator<Markup | string> {
  yield* commas(names.slice(0, MOST_NAMES), paged);
  if (count <= MOST_NAMES) return;
  const [more, unnamed] = [names.slice(MOST_NAMES), count - names.length];
  yield h(
    'details',
    {},
    h('summary', {}, `and ${groupDigits(count - MOST_NAMES)} more`),
    ...commas(more, paged),
    unnamed > 0 && ` and ${groupDigits(unnamed)} that are not named here`,
  );
}

function* commas(names: readonly string[], paged: ReadonlySet<string>): Generator<Markup | string> {
  for (const [index, name] of names.entries()) {
    if (index > 0) yield ', ';
    yield hostLink(name, paged);
  }
}

/** Names of hosts are plain: letters, digits, dots and hyphens. */
function hostLink(name: string, paged: ReadonlySet<string>): Markup {
  return paged.has(name)
    ? h('a', { href: `hosts/${encodeURIComponent(name)}.html`, class: 'host' }, nameOf(name))
    : h('span', { class: 'host' }, nameOf(name));
}

/** Every host, the worst first. */
export function hostsSection(hosts: readonly FleetHost[], paged: ReadonlySet<string>): Markup {
  return section(
    'hosts',
    countInWords(hosts.length, 'host'),
    hosts.length === 0
      ? h('p', {}, 'None is enrolled.')
      : scroll(
          'hosts',
          h(
            'table',
            { class: 'modules' },
            h('caption', { class: 'hidden' }, `${countInWords(hosts.length, 'host')}, the worst first`),
            head(['Host', 'Verdict', 'Findings', 'Good modules', 'Last report', 'Last heard of']),
            h('tbody', {}, ...[...hosts].sort(byNeed).map((host) => hostRow(host, paged))),
          ),
        ),
  );
}

function hostRow(host: FleetHost, paged: ReadonlySet<string>): Markup {
  const { name, groups, labels, verdict, state, counts, modules, good, whole, part, lastHeard, order } = host;
  const traits = [...groups, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].join(', ');
  const found = SEVERITIES.filter((severity) => counts[severity] > 0);
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      hostLink(name, paged),
      traits !== '' && h('span', { class: 'remark' }, proseOf(escapeControls(traits))),
    ),
    h(
      'td',
      {},
      verdict === 'clean' && counts.medium > 0
        ? h('span', { class: 'verdict' }, 'needs a look')
        : h('span', { class: `verdict${verdict === 'clean' ? ' v-good' : ''}` }, verdict),
      state !== 'reporting' && h('span', { class: 'remark' }, state),
      order?.state === 'failed' && h('span', { class: 'remark' }, 'could not do what it was asked'),
      order?.state === 'expired' && h('span', { class: 'remark' }, 'did not answer'),
    ),
    h(
      'td',
      { class: 'found' },
      found.length === 0 && h('span', { class: 'aside' }, verdict === 'unknown' ? '–' : 'none'),
      ...found.slice(0, 2).map((severity) => h('div', {}, `${groupDigits(counts[severity])} `, severityWord(severity))),
    ),
    h('td', { class: 'number' }, modules === 0 ? '–' : `${groupDigits(good)} of ${groupDigits(modules)}`),
    h(
      'td',
      { class: 'day' },
      whole === null ? 'never' : minuteOf(whole.finishedAt).replace(' UTC', ''),
      part !== null && h('span', { class: 'remark' }, 'of single modules since'),
      whole?.complete === false && h('span', { class: 'remark' }, 'incomplete'),
    ),
    h('td', { class: 'day' }, lastHeard === null ? 'never' : minuteOf(lastHeard).replace(' UTC', '')),
  );
}

function section(id: string, title: string, ...children: Parameters<typeof h>[2][]): Markup {
  return h('section', { 'aria-labelledby': id }, h('h2', { id }, title), ...children);
}

function scroll(id: string, table: Markup): Markup {
  return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-labelledby': id }, table);
}

function head(names: readonly string[]): Markup {
  return h('thead', {}, h('tr', {}, ...names.map((name) => h('th', { scope: 'col' }, name))));
}
