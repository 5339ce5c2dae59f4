import type { AlertFinding } from './event.js';

/** Up to so many findings that are alike are told one by one. */
const MOST_ALIKE = 5;

/** Findings that are told together. */
export interface FindingGroup {
  readonly findings: readonly AlertFinding[];
  /**
   * `content`: the same bytes in several places; `alike`: many of one kind in one module; `uncovered`: all of a module of
   * which nothing says what belongs to it; `single`: one by itself.
   */
  readonly by: 'content' | 'alike' | 'uncovered' | 'single';
}

/** Brings together what is one thing to whoever reads it, in the order of the first of each. */
export function foldAlertFindings(findings: readonly AlertFinding[]): FindingGroup[] {
  const copies = grouped(findings, contentOf);
  const isCopy = (finding: AlertFinding) =>
    finding.kind === 'unlisted' &&
    finding.uncovered === undefined &&
    finding.actual !== undefined &&
    (copies.get(contentOf(finding))?.length ?? 0) > 1;
  const groups = grouped(findings, (finding) => (isCopy(finding) ? contentOf(finding) : alikenessOf(finding)));
  return [...groups.values()].flatMap((group): FindingGroup[] => {
    const [first] = group;
    if (first !== undefined && isCopy(first)) return [{ findings: group, by: 'content' }];
    if (first?.uncovered === true && group.length > 1) return [{ findings: group, by: 'uncovered' }];
    if (group.length > MOST_ALIKE) return [{ findings: group, by: 'alike' }];
    return group.map((finding) => ({ findings: [finding], by: 'single' }));
  });
}

function contentOf({ severity, kind, class: named, actual }: AlertFinding): string {
  return JSON.stringify([severity, kind, named, actual]);
}

function alikenessOf({ severity, kind, class: named, module, uncovered }: AlertFinding): string {
  return JSON.stringify([severity, kind, named, module, uncovered === true, 'alike']);
}

function grouped(
  findings: readonly AlertFinding[],
  keyOf: (finding: AlertFinding) => string,
): Map<string, AlertFinding[]> {
  const groups = new Map<string, AlertFinding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return groups;
}
