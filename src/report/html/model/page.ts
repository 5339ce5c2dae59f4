import type { Group } from './group.js';

/** The part of a group that one page shows. */
export interface Part {
  readonly group: Group;
  readonly members: readonly number[];
  /** Whether the page before has members of it too. */
  readonly continued: boolean;
}

export function pagesOf(number: number, size: number): number {
  return Math.max(1, Math.ceil(number / size));
}

/** The findings of one page, in their groups. @param page from 0 */
export function membersOnPage(groups: readonly Group[], page: number, size: number): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (const group of groups) {
    const from = Math.max(0, page * size - start);
    const to = Math.min(group.members.length, (page + 1) * size - start);
    if (from < to) parts.push({ group, members: group.members.slice(from, to), continued: from > 0 });
    start += group.members.length;
    if (start >= (page + 1) * size) break;
  }
  return parts;
}
