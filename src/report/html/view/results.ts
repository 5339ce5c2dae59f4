import { countInWords, groupDigits } from '../../../words.js';
import { type Child, h, type Markup } from '../markup.js';
import type { Group } from '../model/group.js';
import type { Part } from '../model/page.js';
import { minuteInWords } from '../model/words.js';
import type { ShownFinding, ShownPlace } from '../shown/types.js';
import type { Findings } from '../wire/decode.js';
import { COLUMNS, contentDetails, findingDetails, findingRow, headRow, restOfRow } from './finding.js';
import { nameOf } from './name.js';
import { placeRow } from './place.js';

/** Places of one content that are listed at once. */
const MOST_PLACES = 200;

/** What the tables of a page are made from. */
export interface Shown {
  readonly findings: Findings;
  readonly places: readonly ShownPlace[];
  /** Findings whose details are open. */
  readonly open: ReadonlySet<number>;
  /** In how many places the same content lies. */
  readonly copies: (index: number) => number;
}

/** One page of findings by module. */
export function moduleTable(shown: Shown, parts: readonly Part[]): Markup {
  const bodies = parts.map(({ group, members, continued }) => {
    const place = shown.places[group.key];
    return h(
      'tbody',
      {},
      place !== undefined && placeRow(place, group.members.length, continued),
      ...members.flatMap((index) => rows(shown, index, shown.findings.at(index).path, [index])),
    );
  });
  return tableOf('Findings by module', bodies);
}

/** One page of contents, each with the places in which it lies. */
export function contentTable(shown: Shown, groups: readonly Group[]): Markup {
  const lines = groups.flatMap(({ members }) => {
    const [first] = members;
    return first === undefined ? [] : rows(shown, first, placedPath(shown, first), members);
  });
  return tableOf('Findings by identical content', [h('tbody', {}, ...lines)]);
}

function tableOf(caption: string, bodies: readonly Markup[]): Markup {
  return h(
    'table',
    { class: 'findings' },
    h('caption', { class: 'hidden' }, caption),
    h('thead', {}, headRow()),
    ...bodies,
  );
}

/** The line of a finding, or of several with one content, and its details where they are open. */
function rows(shown: Shown, index: number, path: string, members: readonly number[]): Markup[] {
  const isOpen = shown.open.has(index);
  const several = members.length > 1 && h('b', {}, `${groupDigits(members.length)} places`);
  const opener = h(
    'button',
    { type: 'button', class: 'opener', 'aria-expanded': String(isOpen), 'data-open': index },
    several,
    several && ', the first ',
    nameOf(path),
  );
  const line = findingRow(merged(shown, members), opener);
  return isOpen ? [line, detailsRow(shown, index, members)] : [line];
}

/** What is said of several findings in one line: the worst of them, new where all are, since the oldest. */
function merged({ findings }: Shown, members: readonly number[]): ShownFinding {
  const all = members.map((index) => findings.at(index));
  const [first] = all;
  if (first === undefined) throw new RangeError('a group without members');
  return {
    ...first,
    isNew: all.every(({ isNew }) => isNew),
    firstSeen: least(all.map(({ firstSeen }) => firstSeen)),
    changed: least(all.map(({ changed }) => changed)),
    exemption: all.every(({ exemption }) => exemption !== null) ? first.exemption : null,
  };
}

/** Everything that is known of a finding, and where else its content lies. */
export function detailsRow(shown: Shown, index: number, members: readonly number[]): Markup {
  const finding = shown.findings.at(index);
  const copies = shown.copies(index);
  return h(
    'tr',
    { class: 'more-row' },
    h(
      'td',
      { colspan: COLUMNS },
      members.length > 1 && placesList(shown, members),
      members.length > 1 ? contentDetails(finding) : findingDetails(finding),
      members.length === 1 &&
        copies > 1 &&
        finding.actual !== null &&
        h(
          'button',
          { type: 'button', class: 'plain-button', 'data-same': finding.actual },
          `Show all ${groupDigits(copies)} places with this content`,
        ),
    ),
    ...restOfRow(),
  );
}

function placesList(shown: Shown, members: readonly number[]): Markup {
  const items = members.slice(0, MOST_PLACES).map((index) => {
    const { isNew, owner, changed } = shown.findings.at(index);
    const aside: Child = [
      h(
        'span',
        { class: 'aside' },
        owner !== null && ` ${owner}`,
        changed !== null && `, changed ${minuteInWords(changed)}`,
      ),
      isNew && [' ', h('span', { class: 'new' }, 'new')],
    ];
    return h('li', {}, nameOf(placedPath(shown, index)), aside);
  });
  const left = members.length - items.length;
  return h(
    'div',
    { class: 'places' },
    h('p', {}, h('b', {}, `${countInWords(members.length, 'place')} with this content`)),
    h('ol', {}, ...items),
    left > 0 && h('p', { class: 'aside' }, `And ${groupDigits(left)} more: group by module and search for the hash.`),
  );
}

/** With the module's name before it, as reports of one line write it. */
function placedPath({ findings, places }: Shown, index: number): string {
  const { place, path } = findings.at(index);
  return place === 0 ? path : `${places[place]?.name ?? ''}/${path}`;
}

function least(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);
}
