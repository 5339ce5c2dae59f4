import { compareSnapshots, isGone } from '../../src/audit/compare.js';
import { type AlertRules, type Decision, decideAlert } from '../../src/audit/decide.js';
import { snapshotOfReport, type Taken } from '../../src/audit/take.js';
import { DAY_MILLISECONDS } from '../../src/duration.js';
import type { ModuleReport, Report } from '../../src/model.js';
import type { ScanOptions } from '../../src/scan/options.js';
import type { Snapshot } from '../../src/snapshot.js';
import type { Condition, OpenFinding } from '../../src/state/records.js';
import { type ReportParts, report } from '../report/fixtures.js';

const FIRST_NIGHT = Date.UTC(2026, 0, 1, 2, 30);

/** One night after the other, with what the state would keep in between. */
export class Nights {
  night = 0;
  open = new Map<string, OpenFinding>();
  ended: OpenFinding[] = [];
  conditions = new Map<string, Condition>();
  base: Snapshot | null = null;
  rules: Omit<AlertRules, 'now'> = { alertOn: 'high', remind: null, stoppedByHand: false };
  options: ScanOptions = {};

  /** Scans, and says what somebody is told. */
  next(parts: ReportParts): Decision {
    this.night += 1;
    const now = new Date(FIRST_NIGHT + this.night * DAY_MILLISECONDS);
    const made: Report = { ...report(parts), startedAt: now };
    const taken = snapshotOfReport(made, this.options);
    const changes = this.base === null ? null : compareSnapshots(this.base, taken);
    const { open, ended, conditions } = this;
    const decision = decideAlert({ taken, changes, open, ended, conditions, movedFrom: null }, { ...this.rules, now });
    this.keep(taken, decision, now);
    return decision;
  }

  /** The reasons for which somebody is told tonight. */
  reasons(parts: ReportParts): readonly string[] {
    return this.next(parts).reasons;
  }

  private keep(taken: Taken, decision: Decision, now: Date): void {
    const isTold = decision.reasons.length > 0;
    const told = new Set(isTold ? decision.findings.map(({ key }) => key) : []);
    const gone = [...this.open.values()].filter((finding) => isGone(finding, taken));
    this.ended = isTold ? [] : [...this.ended, ...gone.filter(({ toldAt }) => toldAt !== null)];
    for (const { key } of gone) this.open.delete(key);
    for (const [key, finding] of taken.findings) {
      const known = this.open.get(key);
      const toldAt = finding.exempted ? null : told.has(key) ? now : (known?.toldAt ?? null);
      this.open.set(key, { ...finding, id: this.night, firstSeen: known?.firstSeen ?? now, toldAt });
    }
    this.conditions = new Map(decision.conditions.map((condition) => [condition.name, condition]));
    if (taken.scan.complete && taken.scan.whole) this.base = { ...taken, scan: { ...taken.scan, id: this.night } };
  }
}

/** A good module signed at a time, with another text for each. */
export function signedAt(time: string, changes: Partial<ModuleReport>): Partial<ModuleReport> {
  const signature = {
    signer: 'A'.repeat(40),
    keyId: 'A'.repeat(16),
    signedAt: new Date(time),
    digest: 'sha256',
    trust: 'certified' as const,
    warnings: [],
    textSha256: time.replace(/\D/g, '').padEnd(64, '0'),
  };
  return { signature, ...changes };
}
