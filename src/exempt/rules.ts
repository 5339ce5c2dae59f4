import { isMaybeServerRun } from '../files/names.js';
import type { Finding } from '../finding.js';
import type { ExemptionEntry } from './entry.js';

/** `st_mode`: the bits that tell the type. */
const TYPE = 0o170_000;
const FOLDER = 0o040_000;
const LINK = 0o120_000;

/** Why nobody can exempt a finding, in words; `null` where somebody can. */
export function whyNotExemptible(finding: Finding): string | null {
  switch (finding.kind) {
    case 'type-changed':
      return 'something else has taken the place of the file';
    case 'unreadable':
    case 'changed':
      return 'nobody knows what it holds';
    case 'missing':
      return null;
    case 'altered':
    case 'downgraded':
    case 'unlisted':
      if (isRunningLink(finding)) return 'the server would run whatever this link leads to';
      return needsHash(finding) && finding.actual === undefined ? 'the scan has no hash of its content' : null;
  }
}

/** Whether an entry on the finding's place, ended or not, is about this finding and its content. */
export function covers(entry: ExemptionEntry, finding: Finding): boolean {
  if (whyNotExemptible(finding) !== null || !isOfKind(entry, finding)) return false;
  if (typeof entry.place !== 'string' && needsExactPath(finding)) return false;
  return entry.sha256 === null ? !needsHash(finding) : entry.sha256 === finding.actual;
}

/** Why an entry for exactly the finding's path does not cover it, in words. Only for one that does not. */
export function shortcomingOf(entry: ExemptionEntry, finding: Finding): string {
  const never = whyNotExemptible(finding);
  if (never !== null) return `cannot be exempted: ${never}`;
  if (!isOfKind(entry, finding)) return `the exemption of this path is not about its being ${finding.kind}`;
  return `the exemption of this path ${entry.sha256 === null ? 'has no sha256' : 'is for other content'}`;
}

/** Whether only an entry for exactly this path can cover it. */
export function needsExactPath(finding: Finding): boolean {
  return finding.kind !== 'unlisted' || isGrave(finding);
}

/** What can run, and what is high or critical for another reason. */
function isGrave({ severity, class: unlisted }: Finding): boolean {
  if (severity === 'critical' || severity === 'high') return true;
  return unlisted === 'code' || unlisted === 'server-config' || unlisted === 'executable';
}

/** Whether only an entry with a hash can cover it: PHP in a text file is only `medium`, and runs once it is included. */
function needsHash(finding: Finding): boolean {
  if (finding.kind === 'missing') return false;
  if (finding.kind !== 'unlisted') return true;
  // What lies in a folder is judged by itself.
  return !isOfType(finding, FOLDER) && (isGrave(finding) || finding.severity === 'medium');
}

/** What a link leads to changes without the link: where it would run, nothing that is written down can hold it. */
function isRunningLink(finding: Finding): boolean {
  if (!isOfType(finding, LINK)) return false;
  const { class: unlisted, severity, path } = finding;
  return unlisted === 'code' || unlisted === 'server-config' || severity === 'critical' || isMaybeServerRun(path);
}

/** That something is missing must be said: an entry without a hash could have been meant for any content. */
function isOfKind({ kind }: ExemptionEntry, finding: Finding): boolean {
  return kind === null ? finding.kind !== 'missing' : kind === finding.kind;
}

function isOfType({ mode = 0 }: Finding, type: number): boolean {
  return (mode & TYPE) === type;
}
