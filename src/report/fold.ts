import { type BytePath, dirname } from '../files/bytepath.js';
import type { Finding } from '../model.js';

/** More findings of one kind, class and folder than this are shown as one line with their number. */
const MOST_LINES_ALIKE = 5;

/** One line of a report: a finding, or several alike in one folder. */
export interface FindingLine {
  readonly first: Finding;
  /** 1 for a single finding. */
  readonly number: number;
  /** What the line names: the file, or the folder that holds them all. */
  readonly place: BytePath;
}

/** Folds findings that are alike, worst severities apart, in the order of the first of each. */
export function foldFindings(findings: readonly Finding[], all: boolean): FindingLine[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(keyOf(finding));
    if (group === undefined) groups.set(keyOf(finding), [finding]);
    else group.push(finding);
  }
  const lines: FindingLine[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const most = first.uncovered === true ? 1 : MOST_LINES_ALIKE;
    if (all || group.length <= most) {
      lines.push(...group.map((finding) => ({ first: finding, number: 1, place: finding.path })));
    } else {
      lines.push({ first, number: group.length, place: commonFolder(group) });
    }
  }
  return lines;
}

/** What nobody could have listed is folded over all folders: there is one thing to say of it. */
function keyOf({ kind, class: unlisted, severity, path, uncovered }: Finding): string {
  return [kind, unlisted, severity, uncovered === true ? '' : `${dirname(path)}/`].join('\0');
}

/** The deepest folder that holds them all, with a slash at its end; '' for the root. */
function commonFolder(findings: readonly Finding[]): BytePath {
  let common: string[] | undefined;
  for (const { path } of findings) {
    const folders = path.split('/').slice(0, -1);
    common ??= folders;
    const apart = common.findIndex((name, depth) => name !== folders[depth]);
    if (apart >= 0) common = common.slice(0, apart);
  }
  return (common ?? []).map((name) => `${name}/`).join('') as BytePath;
}
