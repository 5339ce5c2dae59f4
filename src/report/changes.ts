import type { Changes, ModuleChange, ModuleChangeKind, ModuleState, PlacedFinding } from '../changes.js';
import type { Finding } from '../finding.js';
import { dayOf, groupDigits, minuteOf } from '../words.js';
import { shortForTerminal } from './shorten.js';

/** `3 new, 1 gone, 14 still there`. */
export function changesInWords({ added, gone, still }: Changes): string {
  return `${groupDigits(added.length)} new, ${groupDigits(gone.length)} gone, ${groupDigits(still)} still there`;
}

/** `scan 41 of 2026-11-22 02:31 UTC`. */
export function sinceInWords({ since }: Changes): string {
  return `scan ${since.scan} of ${minuteOf(since.startedAt)}`;
}

/** What happened to modules, one a line. */
export function* moduleChangeLines({ modules }: Changes): Generator<string> {
  for (const change of modules) yield `${shortForTerminal(change.module)}: ${moduleChangeInWords(change)}`;
}

/** The comparison of two scans for a person: modules, then what is new, then what is gone. */
export function* changesLines(changes: Changes): Generator<string> {
  yield `since ${sinceInWords(changes)}: ${changesInWords(changes)}`;
  yield* section('modules', [...moduleChangeLines(changes)]);
  yield* section('new', changes.added.map(findingInWords));
  yield* section('gone', changes.gone.map(findingInWords));
}

/** One finding with its module, on one line. */
export function findingInWords({ module, finding }: PlacedFinding): string {
  const { severity, path, note, exemption, firstSeen } = finding;
  const place = module === null ? path : `${module}/${path}`;
  const remarks = [
    ...(note === undefined ? [] : [shortForTerminal(note)]),
    ...(firstSeen === undefined ? [] : [`since ${dayOf(firstSeen)}`]),
    ...(exemption === undefined ? [] : ['exempted']),
  ];
  const remark = remarks.length === 0 ? '' : `  (${remarks.join('; ')})`;
  return `${severity.padEnd(8)}  ${kindInWords(finding).padEnd(22)}  ${shortForTerminal(place)}${remark}`;
}

/** `missing`, `unlisted code`. */
export function kindInWords({ kind, class: named }: Pick<Finding, 'kind' | 'class'>): string {
  return named === undefined ? kind : `${kind} ${named}`;
}

function* section(title: string, lines: readonly string[]): Generator<string> {
  if (lines.length === 0) return;
  yield '';
  yield title;
  for (const line of lines) yield `  ${line}`;
}

function moduleChangeInWords({ kinds, before, after }: ModuleChange): string {
  return kinds.map((kind) => kindOfChangeInWords(kind, before, after)).join('; ');
}

function kindOfChangeInWords(kind: ModuleChangeKind, before: ModuleState | null, after: ModuleState | null): string {
  switch (kind) {
    case 'installed':
      return `new, ${versionOf(after)}, ${after?.verdict}`;
    case 'upgraded':
      return `upgraded, ${versionOf(before)} to ${versionOf(after)}, which explains its files`;
    case 'downgraded':
      return `downgraded, ${versionOf(before)} to ${versionOf(after)}: its signature is older than before`;
    case 'signer-changed':
      return `signed by ${after?.signer}, before by ${before?.signer}`;
    case 'unsigned':
      return `unsigned, before ${before?.verdict}`;
    case 'verdict':
      return `${after?.verdict}, before ${before?.verdict}`;
    case 'vanished':
      return `gone, was ${versionOf(before)}, ${before?.verdict}`;
  }
}

function versionOf(state: ModuleState | null): string {
  return state?.version == null ? 'without a version' : shortForTerminal(state.version);
}
