import type { Finding, ModuleReport, Report } from '../../../model.js';
import { groupDigits } from '../../../words.js';
import { isExempted } from '../../advice.js';
import { worstOf } from '../../findings.js';
import { shortForTerminal } from '../../shorten.js';
import { areaFolder } from '../model/folder.js';
import { rankOf } from './rank.js';
import type { ShownArea, ShownPlace } from './types.js';

/** More of them make the map unreadable: the rest is one area. */
const MOST_FOLDERS = 40;

/** Genuine systems have about a hundred; whoever may write the web root makes as many as he wants. */
const MOST_MODULES = 400;

/** The web root by folder: modules by the files that belong to them, the rest by what was found in it. */
export function shownAreas(report: Report, places: readonly ShownPlace[]): ShownArea[] {
  const modules = report.modules.map((module, index) => ({
    label: places[index + 1]?.name ?? '',
    place: index + 1,
    folder: null,
    files: filesOf(module),
    findings: module.findings.filter(counts).length + (module.severity === null ? 0 : 1),
    severity: places[index + 1]?.severity ?? null,
  }));
  return [...worstAreas(modules, MOST_MODULES, 'modules'), ...folderAreas(report.tree.findings)];
}

function folderAreas(findings: readonly Finding[]): ShownArea[] {
  const folders = new Map<string, Finding[]>();
  for (const finding of findings) {
    const folder = areaFolder(finding.path);
    const inside = folders.get(folder);
    if (inside === undefined) folders.set(folder, [finding]);
    else inside.push(finding);
  }
  const areas = [...folders].map(([folder, inside]) => areaOf(shortForTerminal(folder), inside));
  return worstAreas(areas.sort(byRank), MOST_FOLDERS, 'folders');
}

/** As they are; of too many the worst, and one area for the rest. */
function worstAreas(areas: ShownArea[], most: number, what: string): ShownArea[] {
  if (areas.length <= most) return areas;
  const sorted = [...areas].sort(byRank);
  return [...sorted.slice(0, most), restOf(sorted.slice(most), what)];
}

function byRank(a: ShownArea, b: ShownArea): number {
  return rankOf(a.severity) - rankOf(b.severity) || b.findings - a.findings || (a.label < b.label ? -1 : 1);
}

function areaOf(folder: string, inside: readonly Finding[]): ShownArea {
  return {
    label: `/${folder}`,
    place: 0,
    folder,
    files: inside.length,
    findings: inside.filter(counts).length,
    severity: worstOf(inside),
  };
}

function restOf(areas: readonly ShownArea[], what: string): ShownArea {
  const sum = (field: 'files' | 'findings') => areas.reduce((total, area) => total + area[field], 0);
  const severity = areas[0]?.severity ?? null;
  return {
    label: `${groupDigits(areas.length)} more ${what}`,
    place: 0,
    folder: null,
    files: sum('files'),
    findings: sum('findings'),
    severity,
  };
}

function filesOf({ listed, unchecked, findings }: ModuleReport): number {
  return listed - unchecked + findings.filter(({ kind }) => kind === 'unlisted').length;
}

function counts(finding: Finding): boolean {
  return !isExempted(finding);
}
