import type { Report } from '../../../model.js';
import { groupDigits } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import { worstFindings } from '../shown/findings.js';
import type { ShownFinding, ShownPlace } from '../shown/types.js';
import { findingRow, headRow } from '../view/finding.js';
import { placeRow } from '../view/place.js';

/** So many stand in the file as text, for paper and for programs that run no script. */
const MOST_WORST = 300;

/** The findings: the worst of them as text, and the place where the script puts its list of all. */
export function findingsSection(report: Report, places: readonly ShownPlace[]): Markup {
  const { worst, all } = worstFindings(report, MOST_WORST);
  return h(
    'section',
    { 'aria-labelledby': 'findings-title', id: 'findings', tabindex: -1 },
    h('h2', { id: 'findings-title' }, 'Findings'),
    all === 0 && report.summary.exempted === 0 && h('p', {}, 'There is none to list.'),
    h('div', { id: 'explorer' }),
    all > 0 &&
      h('div', { class: 'static' }, h('p', { class: 'aside' }, extent(worst.length, all)), table(worst, places)),
  );
}

function extent(shown: number, all: number): string {
  if (shown === all) return `All ${groupDigits(all)} findings that count.`;
  return `The worst ${groupDigits(shown)} of ${groupDigits(all)} findings; ${groupDigits(all - shown)} are left out here, and stand in the page where scripts run.`;
}

function table(findings: readonly ShownFinding[], places: readonly ShownPlace[]): Markup {
  const groups = new Map<number, ShownFinding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.place);
    if (group === undefined) groups.set(finding.place, [finding]);
    else group.push(finding);
  }
  const bodies = [...groups].map(([place, members]) => {
    const head = places[place];
    return h(
      'tbody',
      {},
      head !== undefined && placeRow(head, members.length, false),
      ...members.map((member) => findingRow(member)),
    );
  });
  return h('table', { class: 'findings' }, h('thead', {}, headRow()), ...bodies);
}
