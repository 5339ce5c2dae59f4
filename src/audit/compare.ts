import type { Changes, ModuleChange, ModuleChangeKind, ModuleState } from '../changes.js';
import { type BytePath, compareBytes } from '../files/bytepath.js';
import type { Snapshot, StoredFinding } from '../snapshot.js';
import type { Verdict } from '../types.js';
import type { Taken } from './take.js';

/** What is compared of the later scan. */
export type Found = Omit<Taken, 'keys'>;

/** What `after` found otherwise than `before` did. Says nothing of what it did not look at. */
export function compareSnapshots(before: Snapshot, after: Found): Changes {
  const added = [...after.findings.values()].filter(({ key }) => !before.findings.has(key));
  const gone = [...before.findings.values()].filter((finding) => isGone(finding, after));
  return {
    since: { scan: before.scan.id, startedAt: before.scan.startedAt },
    modules: moduleChanges(before, after),
    added,
    gone,
    still: after.findings.size - added.length,
  };
}

/** Whether a finding of an earlier scan would have been found again, were it still there. */
export function isGone(finding: StoredFinding, { scan, modules, findings }: Found): boolean {
  if (findings.has(finding.key) || !scan.complete || scan.leftOut > 0) return false;
  // A listed file is verified wherever it lies; what nobody listed has to be looked for.
  if (finding.finding.kind === 'unlisted' && (scan.reach & finding.reach) !== finding.reach) return false;
  return scan.whole || (finding.module !== null && modules.has(finding.module));
}

function moduleChanges(before: Snapshot, after: Found): ModuleChange[] {
  const names = new Set([...before.modules.keys(), ...after.modules.keys()]);
  const changes: ModuleChange[] = [];
  for (const module of [...names].sort(compareBytes)) {
    const was = before.modules.get(module) ?? null;
    const is = after.modules.get(module) ?? null;
    const kinds = kindsOf(module, was, is, after);
    // What the history adds to a module's state is not part of a change.
    if (kinds.length > 0) changes.push({ module, kinds, before: withoutReason(was), after: withoutReason(is) });
  }
  return changes;
}

function kindsOf(
  module: BytePath,
  was: ModuleState | null,
  is: ModuleState | null,
  { scan, present }: Found,
): ModuleChangeKind[] {
  if (is === null) return scan.whole && scan.complete && !present.has(module) ? ['vanished'] : [];
  if (was === null) return scan.whole ? ['installed'] : [];
  const kinds: ModuleChangeKind[] = [];
  if (isValid(is.verdict) && is.textSha256 !== was.textSha256 && is.signedAt !== null && was.signedAt !== null) {
    if (is.signedAt > was.signedAt) kinds.push('upgraded');
    else if (is.signedAt < was.signedAt) kinds.push('downgraded');
  }
  if (is.signer !== null && was.signer !== null && is.signer !== was.signer) kinds.push('signer-changed');
  if (is.verdict === was.verdict) return kinds;
  // A scan that was cut short says nothing of what it did not come to.
  if (is.verdict === 'unverified' && !scan.complete) return kinds;
  return [...kinds, is.verdict === 'unsigned' ? 'unsigned' : 'verdict'];
}

/** Whether a trusted signer's signature stands, whatever became of the files. */
function isValid(verdict: Verdict): boolean {
  return verdict === 'good' || verdict === 'tampered';
}

function withoutReason(state: ModuleState | null): ModuleState | null {
  if (state === null) return null;
  const { verdict, version, signer, signedAt, textSha256 } = state;
  return { verdict, version, signer, signedAt, textSha256 };
}

/** Modules of a comparison that changed in a way. */
export function changedModules({ modules }: Changes, kind: ModuleChangeKind): BytePath[] {
  return modules.filter(({ kinds }) => kinds.includes(kind)).map(({ module }) => module);
}
