import { countInWords, groupDigits } from '../../../words.js';
import { h, type Markup } from '../markup.js';
import type { Group } from '../model/group.js';
import { nameOf } from './name.js';

/** `3 modules and outside of them`. */
export function modulesInWords(groups: readonly Group[]): string {
  const modules = groups.filter(({ key }) => key !== 0).length;
  if (modules === groups.length) return `in ${countInWords(modules, 'module')}`;
  return modules === 0 ? 'outside of modules' : `in ${countInWords(modules, 'module')} and outside of them`;
}

/** `with 3 different contents`. */
export function contentsInWords(groups: readonly Group[]): string {
  return groups.length === 1 ? 'with one content' : `with ${groupDigits(groups.length)} different contents`;
}

/** `, 1 to 100 shown`; '' where one page has all. @param page from 0 */
export function rangeInWords(page: number, size: number, lines: number): string {
  if (lines <= size) return '';
  return `, ${groupDigits(page * size + 1)} to ${groupDigits(Math.min(lines, (page + 1) * size))} shown`;
}

/** What stands in the place of a list that would be empty. */
export function nothing(): Markup {
  return h(
    'p',
    { class: 'nothing' },
    'Nothing matches. ',
    h('button', { type: 'button', class: 'plain-button', 'data-everything': true }, 'Show everything'),
  );
}

/** That only one place is shown, and the way back. */
export function scopeMarkup(label: string): Markup[] {
  return [
    h('span', {}, 'only in ', nameOf(label, 80)),
    h('button', { type: 'button', class: 'plain-button', 'data-anywhere': true }, 'Show everywhere'),
  ];
}

/** The way to other pages. @param page from 0 */
export function pagerButtons(page: number, pages: number): Markup[] {
  const button = (label: string, to: number) =>
    h('button', { type: 'button', 'data-page': to, disabled: to === page || to < 0 || to >= pages }, label);
  return [
    button('First', 0),
    button('Previous', page - 1),
    h('span', {}, `page ${groupDigits(page + 1)} of ${groupDigits(pages)}`),
    button('Next', page + 1),
    button('Last', pages - 1),
  ];
}
