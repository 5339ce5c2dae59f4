import type { Findings } from '../wire/decode.js';

/** Findings that are shown under one heading. */
export interface Group {
  /** A place where grouped by module; a number of a content, or -1 for one finding alone. */
  readonly key: number;
  /** The worst first; of the same severity those last that no signature could have listed. */
  readonly members: readonly number[];
  /** Rank of the first member. */
  readonly worst: number;
  /** Members without those that no signature could have listed: of them the module's verdict tells. */
  readonly telling: number;
}

/** One group for each module: the worst first, then the one with the most findings. */
export function byModule(findings: Findings, selected: readonly number[]): Group[] {
  const groups = new Map<number, number[]>();
  for (const index of selected) push(groups, findings.place[index] ?? 0, index);
  return ordered([...groups].map(([key, members]) => groupOf(findings, key, members)));
}

/**
 * One group for each content, wherever it lies; what has none to compare is a group of its own. Within a severity, what
 * lies in several places comes first.
 */
export function byContent(findings: Findings, selected: readonly number[]): Group[] {
  const copies = new Map<number, number[]>();
  for (const index of selected) push(copies, findings.content[index] ?? -1, index);
  const alone = copies.get(-1) ?? [];
  copies.delete(-1);
  const several: Group[] = [];
  for (const [key, members] of copies) {
    const [first = 0] = members;
    if (members.length === 1) alone.push(first);
    else several.push(groupOf(findings, key, members));
  }
  const byRank: Group[][] = [];
  for (const group of ordered(several)) pushAt(byRank, group);
  for (const index of alone.sort((a, b) => a - b)) pushAt(byRank, groupOfOne(findings, index));
  return byRank.flat();
}

function pushAt(byRank: Group[][], group: Group): void {
  const same = byRank[group.worst];
  if (same === undefined) byRank[group.worst] = [group];
  else same.push(group);
}

function groupOf(findings: Findings, key: number, members: readonly number[]): Group {
  const byRank: number[][] = [];
  let telling = 0;
  for (const index of members) {
    const uncovered = findings.uncovered[index] ?? 0;
    const rank = (findings.severity[index] ?? 0) * 2 + uncovered;
    const same = byRank[rank];
    if (same === undefined) byRank[rank] = [index];
    else same.push(index);
    telling += 1 - uncovered;
  }
  return { key, members: byRank.flat(), worst: byRank.findIndex((same) => same !== undefined), telling };
}

/** A large page has a hundred thousand of them. */
function groupOfOne(findings: Findings, index: number): Group {
  const uncovered = findings.uncovered[index] ?? 0;
  return { key: -1, members: [index], worst: (findings.severity[index] ?? 0) * 2 + uncovered, telling: 1 - uncovered };
}

/** Of as many and as bad, the one that the report has first. */
function ordered(groups: Group[]): Group[] {
  const first = ({ members }: Group) => members[0] ?? 0;
  return groups.sort((a, b) => a.worst - b.worst || b.telling - a.telling || first(a) - first(b));
}

function push(groups: Map<number, number[]>, key: number, index: number): void {
  const members = groups.get(key);
  if (members === undefined) groups.set(key, [index]);
  else members.push(index);
}
