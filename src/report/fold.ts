import { createHash } from 'node:crypto';
import { type BytePath, dirname } from '../files/bytepath.js';
import type { Finding } from '../model.js';

/** More findings of one kind, class and folder than this are shown as one line with their number. */
const MOST_LINES_ALIKE = 5;

/** Longest folder that is compared as it is, in characters: a digest of a longer one takes less room, and less time. */
const MAX_COMPARED_LENGTH = 512;

/** One line of a report: a finding, or several alike in one folder. */
export interface FindingLine {
  readonly first: Finding;
  /** 1 for a single finding. */
  readonly number: number;
  /** What the line names: the file, or the folder that holds them all. */
  readonly place: BytePath;
}

/**
 * Folds findings that are alike, worst severities apart and what is exempted for one reason together, in the order of
 * the first of each; with `all`, none.
 * @param isNew keeps what it tells apart.
 */
export function* foldFindings(
  findings: readonly Finding[],
  all: boolean,
  isNew: (finding: Finding) => boolean = () => false,
): Generator<FindingLine> {
  for (const group of all ? findings.map((finding) => [finding]) : groupsOf(findings, isNew)) {
    const [first] = group;
    if (first === undefined) continue;
    const most = first.uncovered === true || first.exemption !== undefined ? 1 : MOST_LINES_ALIKE;
    if (group.length > most) yield { first, number: group.length, place: commonFolder(group) };
    else for (const finding of group) yield { first: finding, number: 1, place: finding.path };
  }
}

function groupsOf(findings: readonly Finding[], isNew: (finding: Finding) => boolean): Iterable<Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${isNew(finding)} ${keyOf(finding)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups.values();
}

/** What nobody could have listed, or somebody exempted, is folded over all folders: there is one thing to say of it. */
function keyOf({ kind, class: unlisted, severity, path, uncovered, exemption }: Finding): string {
  if (exemption !== undefined) {
    const { reason, author, expires } = exemption;
    return ['exempted', kind, unlisted, reason, author, expires.getTime()].join('\0');
  }
  return [kind, unlisted, severity, uncovered === true ? '' : folderKey(dirname(path))].join('\0');
}

/** No digest ends in a slash. */
function folderKey(folder: BytePath): string {
  if (folder.length <= MAX_COMPARED_LENGTH) return `${folder}/`;
  return createHash('sha256').update(folder, 'latin1').digest('hex');
}

/** The deepest folder that holds them all, with a slash at its end; '' for the root. */
function commonFolder(findings: readonly Finding[]): BytePath {
  let common: string | undefined;
  for (const { path } of findings) {
    common ??= path.slice(0, path.lastIndexOf('/') + 1);
    if (path.startsWith(common)) continue;
    common = common.slice(0, common.lastIndexOf('/', firstDifference(common, path) - 1) + 1);
  }
  return (common ?? '') as BytePath;
}

/** Where two texts differ first, or the shorter one ends. */
function firstDifference(a: string, b: string): number {
  let index = 0;
  while (index < a.length && a[index] === b[index]) index += 1;
  return index;
}
