import type { Finding, ModuleReport } from '../model.js';
import type { Severity } from '../types.js';
import { bytesInWords, dayOf } from '../words.js';
import { kindInWords } from './changes.js';
import { severityOf } from './findings.js';
import { shortForTerminal } from './shorten.js';
import { isoTime, permissions } from './stat.js';

/** What became of one test. An error is what could not be looked at; `passed` may have something to say all the same. */
export interface TestCase {
  readonly name: string;
  readonly file?: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  /** What kind of failure or error, in one word. */
  readonly type?: string;
  /** One line; '' where there is nothing to say. */
  readonly message: string;
  /** More lines, for whoever opens the test. Made when they are asked for: tests are counted before they are written. */
  readonly details: () => readonly string[];
}

/** Decides of each test of a module, or of what lies outside of modules. */
export class TestCases {
  constructor(private readonly failing: readonly Severity[]) {}

  /** The verdict first, then each finding; where there is none, one test says that the files are as they were signed. */
  *ofModule(module: ModuleReport): Generator<TestCase> {
    yield this.verdict(module);
    if (module.findings.length === 0 && module.verdict === 'good') yield passed('files');
    yield* this.ofFindings(module.findings);
  }

  *ofFindings(findings: readonly Finding[]): Generator<TestCase> {
    for (const finding of findings) yield this.finding(finding);
  }

  private verdict(module: ModuleReport): TestCase {
    const { verdict, reason } = module;
    if (verdict === 'good') return passed('verdict');
    const told = {
      name: 'verdict',
      message: `${verdict}: ${shortForTerminal(reason)}`,
      details: () => signatureLines(module),
    };
    if (verdict === 'unverified') return { ...told, outcome: 'error', type: verdict };
    const severity = severityOf(module);
    if (severity === null) {
      return { ...told, outcome: 'skipped', message: `${told.message}; every finding is exempted` };
    }
    return { ...told, ...this.judged(severity) };
  }

  private finding(finding: Finding): TestCase {
    const { kind, severity, path, file, note, exemption } = finding;
    const words = kindInWords(finding);
    const told = {
      name: `${words} ${shortForTerminal(path)}`,
      file: shortForTerminal(file),
      message: `${severity}: ${words}${note === undefined ? '' : `, ${shortForTerminal(note)}`}`,
      details: () => detailLines(finding),
    };
    if (exemption !== undefined) {
      const { reason, author, expires } = exemption;
      return { ...told, outcome: 'skipped', message: `exempted until ${dayOf(expires)} by ${author}: ${reason}` };
    }
    if (kind === 'unreadable' || kind === 'changed') return { ...told, outcome: 'error', type: kind };
    return { ...told, ...this.judged(severity) };
  }

  private judged(severity: Severity): Pick<TestCase, 'outcome' | 'type'> {
    return this.failing.includes(severity) ? { outcome: 'failure', type: severity } : { outcome: 'passed' };
  }
}

function passed(name: string): TestCase {
  return { name, outcome: 'passed', message: '', details: () => [] };
}

function signatureLines({ signature }: ModuleReport): string[] {
  if (signature === null) return [];
  const { signer, keyId, signedAt, digest, warnings } = signature;
  return [
    `signed by ${signer ?? `key ${keyId}, which is not at hand`}, ${dayOf(signedAt)}, ${digest}`,
    ...warnings.map(shortForTerminal),
  ];
}

function detailLines({ file, expected, actual, size, mode, uid, gid, mtimeMs, ctimeMs, firstSeen }: Finding): string[] {
  const lines: [string, string | null | undefined][] = [
    ['file', shortForTerminal(file)],
    ['expected SHA-256', expected],
    ['actual SHA-256', actual],
    ['size', size === undefined ? undefined : bytesInWords(size)],
    ['mode', mode === undefined ? undefined : permissions(mode)],
    ['owner', uid === undefined ? undefined : `${uid}:${gid ?? ''}`],
    ['modified', mtimeMs === undefined ? undefined : isoTime(mtimeMs)],
    ['changed', ctimeMs === undefined ? undefined : isoTime(ctimeMs)],
    ['first seen', firstSeen?.toISOString()],
  ];
  return lines.flatMap(([name, value]) => (value == null ? [] : [`${name}: ${value}`]));
}

/** How many tests came out in each way. */
export type Counts = Readonly<Record<TestCase['outcome'], number>>;

export function countOutcomes(cases: Iterable<TestCase>): Counts {
  const counts = { passed: 0, failure: 0, error: 0, skipped: 0 };
  for (const { outcome } of cases) counts[outcome] += 1;
  return counts;
}
