import { type BytePath, fromText } from '../../src/files/bytepath.js';
import type { Finding, ModuleReport, Report, SignatureReport, Summary } from '../../src/model.js';
import { severityOfVerdict } from '../../src/scan/verdict.js';
import { type FindingKind, SEVERITIES, UNLISTED_CLASSES, VERDICTS, type Verdict } from '../../src/types.js';

export const SIGNER = 'A'.repeat(40);

/** A byte path from characters that stand for bytes. */
export function bytes(latin1: string): BytePath {
  return latin1 as BytePath;
}

export function signature(changes: Partial<SignatureReport> = {}): SignatureReport {
  return {
    signer: SIGNER,
    keyId: SIGNER.slice(-16),
    signedAt: new Date('2025-03-04T05:06:07Z'),
    digest: 'sha256',
    trust: 'certified',
    warnings: [],
    textSha256: '0'.repeat(64),
    ...changes,
  };
}

/** A finding; by default unlisted code at `path`. */
export function finding(path: string, changes: Partial<Finding> = {}): Finding {
  const name = fromText(path);
  return {
    kind: 'unlisted',
    path: name,
    file: bytes(`/w/admin/modules/cdr/${name}`),
    severity: 'critical',
    class: 'code',
    ...changes,
  };
}

/** A finding of a listed file, which is of no class. */
export function listed(path: string, kind: Exclude<FindingKind, 'unlisted'>, changes: Partial<Finding> = {}): Finding {
  const { class: _class, ...rest } = finding(path);
  return { ...rest, kind, ...changes };
}

export function module(name: string, verdict: Verdict, changes: Partial<ModuleReport> = {}): ModuleReport {
  return {
    name: fromText(name),
    path: fromText(`/w/admin/modules/${name}`),
    version: '17.0.1',
    verdict,
    reason: verdict === 'good' ? '' : `the reason why it is ${verdict}`,
    severity: severityOfVerdict(verdict, fromText(name)),
    freepbxStatus: 0,
    signature: verdict === 'unsigned' || verdict === 'invalid' ? null : signature(),
    listed: 10,
    hashed: 10,
    reused: 0,
    unchecked: 0,
    findings: [],
    ...changes,
  };
}

export interface ReportParts extends Partial<Omit<Report, 'summary' | 'tree'>> {
  outside?: readonly Finding[];
  /** Findings that were counted and are on no list. */
  counted?: number;
}

/** A module that has the same bytes wherever a tree can put some. */
export function hostileModule(hostile: BytePath): ModuleReport {
  return module('x', 'tampered', {
    name: hostile,
    path: hostile,
    version: hostile,
    reason: hostile,
    findings: [finding('', { path: hostile, file: hostile, note: hostile })],
  });
}

/** A report whose summary counts what it holds. */
export function report({ modules = [], outside = [], counted = 0, ...rest }: ReportParts = {}): Report {
  const findings = Object.fromEntries(SEVERITIES.map((name) => [name, 0])) as Record<string, number>;
  const verdicts = Object.fromEntries(VERDICTS.map((name) => [name, 0])) as Record<string, number>;
  const unlisted = Object.fromEntries(UNLISTED_CLASSES.map((name) => [name, 0])) as Record<string, number>;
  const add = (counts: Record<string, number>, name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  for (const { verdict, severity } of modules) {
    add(verdicts, verdict);
    if (severity !== null) add(findings, severity);
  }
  for (const one of [...outside, ...modules.flatMap((each) => each.findings)]) {
    add(findings, one.severity);
    if (one.class !== undefined) add(unlisted, one.class);
  }
  findings.info = (findings.info ?? 0) + counted;
  return {
    kind: 'full',
    scan: null,
    changes: null,
    history: [],
    startedAt: new Date('2026-01-02T03:04:05.678Z'),
    finishedAt: new Date('2026-01-02T03:04:06.912Z'),
    root: fromText('/var/www/html'),
    complete: true,
    failOn: 'high',
    exitCode: 0,
    notes: [],
    summary: {
      modules: modules.length,
      verdicts: verdicts as Summary['verdicts'],
      listed: 1234,
      hashed: 1230,
      unchecked: 4,
      reused: 0,
      exempted: 0,
      bytes: 416_000_000,
      findings: findings as Summary['findings'],
      unlisted: unlisted as Summary['unlisted'],
    },
    modules,
    tree: { findings: outside },
    ...rest,
  };
}
