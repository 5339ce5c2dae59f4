import { bytesInWords, groupDigits } from '../../../words.js';
import { permissions } from '../../stat.js';
import { type Child, h, type Markup } from '../markup.js';
import { codeOf } from '../model/code.js';
import { dayInWords, minuteInWords, modeInWords, secondInWords } from '../model/words.js';
import type { ShownFinding } from '../shown/types.js';
import { nameOf, proseOf, wholeName } from './name.js';
import { severityWord } from './severity.js';

/** How many columns the table of findings has at any width: what spans more would keep room for those that are not shown. */
export const COLUMNS = 2;

/** SHA-256 of nothing: what many planted and emptied files have in common. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

export function headRow(): Markup {
  const head = (text: string, name: string) => h('th', { scope: 'col', class: name }, text);
  return h(
    'tr',
    {},
    head('What', 'c-what'),
    head('Where', 'c-where'),
    head('First seen', 'c-seen'),
    head('Changed', 'c-changed'),
  );
}

/** Cells that carry a row's look to its end, behind what spans {@link COLUMNS}. */
export function restOfRow(): Markup[] {
  return [h('td', { class: 'c-seen' }), h('td', { class: 'c-changed' })];
}

/** The line of one finding. @param opener what a script puts in the place of the path, to open its details */
export function findingRow(finding: ShownFinding, opener: Child = nameOf(finding.path)): Markup {
  return h(
    'tr',
    { class: finding.exemption === null ? 'finding' : 'finding exempted' },
    h('td', { class: 'c-what' }, severityWord(finding.severity), h('span', { class: 'kind' }, finding.what)),
    h('td', { class: 'c-where' }, opener, ...remarks(finding)),
    h('td', { class: 'c-seen' }, seen(finding)),
    h('td', { class: 'c-changed' }, when(finding.changed ?? finding.modified)),
  );
}

function* remarks({ note, uncovered, exemption }: ShownFinding): Generator<Markup> {
  if (uncovered) yield h('span', { class: 'remark' }, 'no signature says what belongs here');
  if (note !== null) yield h('span', { class: 'remark' }, proseOf(note));
  if (exemption !== null) yield h('span', { class: 'remark' }, 'exempted: ', proseOf(exemption.reason));
}

function seen({ isNew, firstSeen }: ShownFinding): Child {
  const day = firstSeen === null ? null : h('span', { class: 'day' }, dayInWords(firstSeen));
  return isNew ? [h('span', { class: 'new' }, 'new'), ' ', day] : day;
}

function when(seconds: number | null): Child {
  return seconds === null ? null : minuteInWords(seconds);
}

/** What several files with one content have in common. */
export function contentDetails({ actual, size }: ShownFinding): Markup {
  return h(
    'dl',
    { class: 'details' },
    actual !== null && fact('SHA-256', hash(actual)),
    size !== null && sizeFact(size),
  );
}

/** Everything that is known of a finding. */
export function findingDetails(finding: ShownFinding): Markup {
  return h('dl', { class: 'details' }, ...facts(finding));
}

function* facts(finding: ShownFinding): Generator<Markup> {
  const { expected, actual, size, owner, mode, modified, changed, firstSeen, note, exemption } = finding;
  yield fact(
    'Kind',
    h('a', { href: `#word-${codeOf(finding.what)}`, 'data-word': codeOf(finding.what) }, `what ${finding.what} means`),
  );
  yield fact('File', wholeName(finding.file));
  if (finding.path.length > 100) yield fact('Path', wholeName(finding.path));
  if (note !== null) yield fact('Note', proseOf(note, Number.POSITIVE_INFINITY));
  if (expected !== null) yield fact('Expected SHA-256', hash(expected));
  if (actual !== null) yield fact(expected === null ? 'SHA-256' : 'Actual SHA-256', hash(actual));
  if (size !== null) yield sizeFact(size);
  if (owner !== null) yield fact('Owner : group', owner);
  if (mode !== null) yield fact('Mode', h('code', {}, modeInWords(mode)), ` ${permissions(mode)}`);
  if (modified !== null)
    yield fact('Modified', secondInWords(modified), h('span', { class: 'aside' }, ' easily forged'));
  if (changed !== null)
    yield fact('Changed', secondInWords(changed), h('span', { class: 'aside' }, ' content, owner, mode or name'));
  if (firstSeen !== null) yield fact('First seen', secondInWords(firstSeen));
  if (exemption !== null) {
    const { reason, author, until } = exemption;
    yield fact('Exempted', proseOf(reason, Number.POSITIVE_INFINITY), ', by ', proseOf(author), `, until ${until}`);
  }
}

function sizeFact(size: number): Markup {
  return fact('Size', size < 1000 ? `${size} B` : `${bytesInWords(size)} (${groupDigits(size)} B)`);
}

function fact(name: string, ...value: readonly Child[]): Markup {
  return h('div', {}, h('dt', {}, name), h('dd', {}, ...value));
}

function hash(text: string): Child {
  return [h('code', { class: 'hash' }, text), text === EMPTY && h('span', { class: 'aside' }, ' an empty file')];
}
