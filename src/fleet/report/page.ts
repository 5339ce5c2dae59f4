import { assets } from '../../report/html/assets.js';
import { headParts } from '../../report/html/html.js';
import { h, htmlOf, type Markup } from '../../report/html/markup.js';
import { fact, sentence, severityTile } from '../../report/html/sections/top.js';
import type { State } from '../../report/html/shown/headline.js';
import { withTimes } from '../../report/html/view/name.js';
import { TOOL } from '../../tool.js';
import { SEVERITIES } from '../../types.js';
import { countInWords, groupDigits, minuteOf } from '../../words.js';
import { type FleetReport, HOST_STATES, HOST_VERDICTS } from '../findings/types.js';
import { findingsSection, hostsSection } from './sections.js';
import { isUnknown } from './words.js';

/**
 * The page of a fleet, piece by piece: the verdict in words, what only all hosts show, and every host, with a link to
 * its own report where there is one. It has no script.
 * @param paged hosts that have a page of their own, `hosts/NAME.html` beside this one.
 * @throws Error of the system call where what it is made of was not built.
 */
export function* fleetPage(report: FleetReport, paged: ReadonlySet<string>): Generator<string> {
  const { style, quietPolicy } = assets();
  const state = stateOf(report);
  yield `<!doctype html>\n<html lang="en" class="state-${state}">\n<head>\n<meta charset="utf-8">\n`;
  const title = `${BADGES[state]}: fleet of ${countInWords(report.hosts.length, 'host')}, ${minuteOf(report.at)}`;
  yield* headParts(title, quietPolicy, style);
  yield line(h('a', { class: 'skip', href: '#hosts' }, 'Skip to the hosts'));
  yield line(top(report, state));
  yield '<main>\n';
  yield line(findingsSection(report, paged));
  yield line(hostsSection(report.hosts, paged));
  yield '</main>\n';
  const said = `${TOOL.name} ${TOOL.version}. All times are UTC. These files need no network and send nothing anywhere.`;
  yield line(h('footer', {}, h('p', {}, said)));
  yield '</body>\n</html>\n';
}

function line(markup: Markup): string {
  return `${htmlOf(markup)}\n`;
}

const BADGES: Readonly<Record<State, string>> = {
  clean: 'Clean',
  attention: 'Needs a look',
  incomplete: 'Incomplete',
  bad: 'Not clean',
};

function stateOf({ exitCode, summary: { counts, findings } }: FleetReport): State {
  if (exitCode === 1) return 'bad';
  const grave = counts.critical + counts.high + findings.critical + findings.high;
  if (grave > 0) return 'bad';
  if (exitCode !== 0) return 'incomplete';
  return counts.medium + findings.medium > 0 ? 'attention' : 'clean';
}

function top(report: FleetReport, state: State): Markup {
  const [first = '', ...others] = sentencesOf(report);
  const { counts, states, verdicts, findings, waiting } = report.summary;
  const ofFleet = SEVERITIES.filter((severity) => findings[severity] > 0);
  return h(
    'header',
    { class: 'top' },
    h('p', { class: 'brand' }, h('b', {}, TOOL.name), ' integrity report of a fleet'),
    h('p', { class: 'badge' }, h('span', { class: 'badge-mark', 'aria-hidden': 'true' }), BADGES[state]),
    h('h1', {}, sentence(first)),
    h('p', { class: 'lead' }, others.map(sentence).join(' ')),
    h(
      'dl',
      { class: 'facts' },
      fact('As known', withTimes(minuteOf(report.at))),
      fact('Hosts', counted(HOST_VERDICTS, verdicts)),
      fact(
        'Their reports',
        counted(HOST_STATES, states),
        waiting > 0 && `, ${countInWords(waiting, 'answer')} to come`,
      ),
      fact('Only the fleet shows', ofFleet.length === 0 ? 'nothing' : counted(SEVERITIES, findings)),
    ),
    h(
      'div',
      { class: 'counts' },
      h('h2', { class: 'hidden' }, 'Findings on all hosts by severity'),
      h('ul', {}, ...SEVERITIES.map((severity) => severityTile(severity, counts[severity], false))),
      h('p', { class: 'aside' }, 'On all hosts together, as each of them counts.'),
    ),
  );
}

/** The verdict on all of it, the gravest first; without beginnings and ends of sentences. */
function sentencesOf({ hosts, findings, leftOut, exitCode }: FleetReport): string[] {
  if (hosts.length === 0) return ['no host is enrolled'];
  const bad = hosts.filter(({ verdict }) => verdict === 'findings').length;
  const unknown = hosts.filter(isUnknown).length;
  const shared = findings.filter(({ kind }) => kind === 'shared-content').length;
  const differing = findings.filter(({ kind }) => DIFFERENCES.has(kind)).length;
  const refused = new Set(findings.filter(({ kind }) => kind === 'refused').flatMap(({ hosts: { names } }) => names));
  const said = [
    bad > 0 && `${groupDigits(bad)} of ${countInWords(hosts.length, 'host')} ${bad === 1 ? 'is' : 'are'} not clean`,
    shared > 0 &&
      `${countInWords(shared, 'content')} that nobody signed ${shared === 1 ? 'is' : 'are'} on several hosts`,
    refused.size > 0 && `in the queues of ${countInWords(refused.size, 'host')} lay messages that were not believed`,
    differing > 0 && `${countInWords(differing, 'module')} ${differing === 1 ? 'is' : 'are'} not the same everywhere`,
    unknown > 0 && `of ${countInWords(unknown, 'host')} not everything is known that should be`,
    leftOut > 0 && `${countInWords(leftOut, 'finding')} of the fleet are too many to be listed`,
  ].filter((words) => words !== false);
  if (said.length > 0) return said;
  const quiet = hosts.length === 1 ? 'the host is clean' : `all ${groupDigits(hosts.length)} hosts are clean`;
  return [exitCode === 0 ? `${quiet}, and nothing needs a look that only all of them show` : 'not all is known'];
}

const DIFFERENCES: ReadonlySet<string> = new Set(['bytes-differ', 'signature-missing', 'signer-differs']);

function counted<Key extends string>(keys: readonly Key[], counts: Readonly<Record<Key, number>>): string {
  const parts = keys.filter((key) => counts[key] > 0).map((key) => `${groupDigits(counts[key])} ${key}`);
  return parts.length === 0 ? 'none' : parts.join(', ');
}
