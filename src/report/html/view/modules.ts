import { countInWords, groupDigits } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import { rankOf } from '../shown/rank.js';
import type { ShownModule } from '../shown/types.js';
import { nameOf, proseOf } from './name.js';
import { severityWord } from './severity.js';

/** What the table can be sorted by. */
const HEADS = [
  ['Module', 'text'],
  ['Verdict', 'number'],
  ['Findings', 'number'],
  ['Signed by', 'text'],
  ['Signed on', 'text'],
  ['Listed files', 'number'],
] as const;

/** Modules with their verdicts and who vouches for them, the worst first. @param most how many lines it has */
export function modulesTable(modules: readonly ShownModule[], most: number): Markup {
  const rows = [...modules]
    .sort((a, b) => orderOf(a) - orderOf(b) || b.findings - a.findings || a.place - b.place)
    .slice(0, most);
  return h(
    'table',
    { class: 'modules', 'data-sortable': true },
    h('caption', { class: 'hidden' }, `${countInWords(rows.length, 'module')}, the worst first`),
    h('thead', {}, h('tr', {}, ...HEADS.map(([name, order]) => h('th', { scope: 'col', 'data-order': order }, name)))),
    h('tbody', {}, ...rows.map(row)),
  );
}

function row(module: ShownModule): Markup {
  const { name, version, verdict, severity, reason, signer, trust, signed, listed, findings, place } = module;
  return h(
    'tr',
    { 'data-place': place },
    h(
      'th',
      { scope: 'row', 'data-key': name },
      nameOf(name),
      version !== '' && h('span', { class: 'aside' }, ' ', nameOf(version, 40)),
    ),
    h(
      'td',
      { 'data-key': orderOf(module) },
      h('span', { class: `verdict v-${verdict}` }, verdict),
      reason !== '' && h('span', { class: 'remark' }, proseOf(reason)),
    ),
    h(
      'td',
      { 'data-key': findings, class: 'found' },
      findings === 0
        ? h('span', { class: 'aside' }, 'none')
        : h(
            'a',
            { href: '#findings', 'data-show': place, title: `show the findings of ${name}` },
            h('span', { class: 'count' }, groupDigits(findings)),
            ' ',
            severity !== null && severityWord(severity),
          ),
    ),
    h(
      'td',
      { 'data-key': trust + signer },
      signer !== '' && h('code', { class: 'signer', title: signer }, signer.slice(-16)),
      h('span', { class: 'remark' }, trust),
    ),
    h('td', { 'data-key': signed, class: 'day' }, signed === '' ? '–' : signed),
    h('td', { 'data-key': listed, class: 'number' }, groupDigits(listed)),
  );
}

/** Bad ones first, and among the good those that have findings. */
function orderOf({ severity, verdict }: ShownModule): number {
  return rankOf(severity) * 2 + (verdict === 'good' ? 1 : 0);
}
