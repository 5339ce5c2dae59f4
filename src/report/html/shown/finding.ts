import type { Finding, ModuleReport } from '../../../model.js';
import type { Severity } from '../../../types.js';
import { dayOf } from '../../../words.js';
import { kindInWords } from '../../changes.js';
import { escapeControls } from '../../escape.js';
import { shortForTerminal } from '../../shorten.js';
import type { ShownExemption, ShownFinding } from './types.js';

/** A finding as a page shows it. */
export function shownFinding(finding: Finding, place: number, isNew: boolean): ShownFinding {
  const { mode, note, firstSeen } = finding;
  return {
    severity: finding.severity,
    what: kindInWords(finding),
    place,
    path: shortForTerminal(finding.path),
    file: shortForTerminal(finding.file),
    isNew,
    uncovered: finding.uncovered === true,
    expected: finding.expected ?? null,
    actual: finding.actual ?? null,
    size: finding.size ?? null,
    mode: mode === undefined ? null : mode & 0o7777,
    owner: ownerOf(finding),
    modified: secondsOf(finding.mtimeMs),
    changed: secondsOf(finding.ctimeMs),
    firstSeen: secondsOf(firstSeen?.getTime()),
    note: note === undefined ? null : shortForTerminal(note),
    exemption: exemptionOf(finding),
  };
}

/** What is wrong with a module as a whole, as one finding among the others. */
export function shownVerdict(module: ModuleReport, severity: Severity, place: number, isNew: boolean): ShownFinding {
  return {
    severity,
    what: `module ${module.verdict}`,
    place,
    path: shortForTerminal(module.name),
    file: shortForTerminal(module.path),
    isNew,
    uncovered: false,
    expected: null,
    actual: null,
    size: null,
    mode: null,
    owner: null,
    modified: null,
    changed: null,
    firstSeen: null,
    note: shortForTerminal(module.reason),
    exemption: null,
  };
}

function exemptionOf({ exemption }: Finding): ShownExemption | null {
  if (exemption === undefined) return null;
  const { reason, author, expires } = exemption;
  return { reason: escapeControls(reason), author: escapeControls(author), until: dayOf(expires) };
}

function ownerOf({ uid, gid }: Finding): string | null {
  return uid === undefined && gid === undefined ? null : `${uid ?? '?'}:${gid ?? '?'}`;
}

function secondsOf(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.floor(milliseconds / 1000);
}
