import type { BytePath } from '../files/bytepath.js';
import type { Finding } from '../model.js';
import type { Severity, Verdict } from '../types.js';
import { countInWords } from '../words.js';
import type { JudgedModule } from './judged-module.js';

export interface Decision {
  readonly verdict: Verdict;
  /** One sentence; '' for a good module. */
  readonly reason: string;
}

/** The verdict on a module: its signature first, then what became of the files it lists. */
export function decide({ module, plan, results }: JudgedModule): Decision {
  if (module.problem !== null) return module.problem;
  if (results.tampered) return { verdict: 'tampered', reason: tamperedReason(results.findings, plan.files.length) };
  const unanswered = plan.files.length - results.answered;
  if (unanswered > 0) {
    return {
      verdict: 'unverified',
      reason: `the scan ended before ${countInWords(unanswered, 'listed file')} could be read`,
    };
  }
  if (results.unverified) {
    return {
      verdict: 'unverified',
      reason: `${countInWords(results.findings.length, 'listed file')} could not be verified`,
    };
  }
  if (module.isUnnamed) return { verdict: 'unverified', reason: 'module.xml was exchanged during the scan' };
  return { verdict: 'good', reason: '' };
}

/** How bad a verdict is by itself. For a tampered module its files say so, one by one. */
export function severityOfVerdict(verdict: Verdict, module: BytePath): Severity | null {
  switch (verdict) {
    case 'good':
    case 'tampered':
      return null;
    case 'unsigned':
      return module === 'framework' || module === 'core' ? 'critical' : 'medium';
    case 'invalid':
    case 'untrusted':
    case 'revoked':
    case 'wrong-module':
      return 'critical';
    case 'key-missing':
    case 'expired':
    case 'unverified':
      return 'high';
  }
}

/**
 * How bad unlisted code is where no manifest could list it. Without any signature nobody vouches for it, as for a file
 * dropped anywhere; where somebody signed it, it is as bad as that signature.
 */
export function severityOfUncovered(verdict: Verdict): Severity {
  return verdict === 'key-missing' || verdict === 'expired' || verdict === 'unverified' ? 'high' : 'critical';
}

/**
 * The word that FreePBX's own tools use: bits 1 good, 2 tampered, 4 invalid, 8 unsigned, 32 expired, 64 revoked,
 * 128 trusted. A signature that FreePBX would not accept for another reason counts as invalid; 0 says nothing is known.
 */
export function freepbxStatus(verdict: Verdict): number {
  switch (verdict) {
    case 'good':
      return 128 + 1;
    case 'tampered':
      return 128 + 2;
    case 'unsigned':
      return 8;
    case 'expired':
      return 32;
    case 'revoked':
      return 64;
    case 'invalid':
    case 'key-missing':
    case 'untrusted':
    case 'wrong-module':
      return 4;
    case 'unverified':
      return 0;
  }
}

function tamperedReason(findings: readonly Finding[], listed: number): string {
  const parts: string[] = [];
  for (const kind of ['altered', 'missing', 'type-changed', 'unreadable', 'changed'] as const) {
    const found = findings.filter((finding) => finding.kind === kind).length;
    if (found > 0) parts.push(`${found} ${kind}`);
  }
  return `of ${countInWords(listed, 'listed file')}: ${parts.join(', ')}`;
}
