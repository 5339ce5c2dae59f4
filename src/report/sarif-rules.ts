import type { ExplanationText } from '../explain/explanation.js';
import { FINDING_KIND_TEXTS } from '../explain/finding-kinds.js';
import { UNLISTED_CLASS_TEXTS } from '../explain/unlisted-classes.js';
import { VERDICT_TEXTS } from '../explain/verdicts.js';
import type { Finding } from '../finding.js';
import {
  FINDING_KINDS,
  type FindingKind,
  type Severity,
  UNLISTED_CLASSES,
  type UnlistedClass,
  VERDICTS,
  type Verdict,
} from '../types.js';

export type Level = 'error' | 'warning' | 'note';

/** What a finding, or a verdict, is an instance of. */
export interface Rule {
  readonly id: string;
  readonly text: ExplanationText;
  /** How bad most of its findings are; each says how bad itself is. */
  readonly severity: Severity;
}

type BadVerdict = Exclude<Verdict, 'good'>;
type ListedKind = Exclude<FindingKind, 'unlisted'>;

const VERDICT_SEVERITIES: Readonly<Record<BadVerdict, Severity>> = {
  tampered: 'critical',
  unsigned: 'medium',
  invalid: 'critical',
  'key-missing': 'high',
  untrusted: 'critical',
  expired: 'high',
  revoked: 'critical',
  'wrong-module': 'critical',
  unverified: 'high',
};

const KIND_SEVERITIES: Readonly<Record<ListedKind, Severity>> = {
  altered: 'critical',
  missing: 'high',
  'type-changed': 'critical',
  unreadable: 'high',
  changed: 'high',
  downgraded: 'high',
};

const CLASS_SEVERITIES: Readonly<Record<UnlistedClass, Severity>> = {
  code: 'critical',
  'server-config': 'critical',
  executable: 'high',
  dependency: 'info',
  translation: 'info',
  generated: 'info',
  hidden: 'low',
  copy: 'info',
  other: 'low',
};

/** Every rule there is, in one order for every report: results name them by their place. */
export const RULES: readonly Rule[] = [
  ...VERDICTS.filter((verdict) => verdict !== 'good').map((verdict) => ({
    id: verdict,
    text: VERDICT_TEXTS[verdict],
    severity: VERDICT_SEVERITIES[verdict],
  })),
  ...FINDING_KINDS.filter((kind) => kind !== 'unlisted').map((kind) => ({
    id: kind,
    text: FINDING_KIND_TEXTS[kind],
    severity: KIND_SEVERITIES[kind],
  })),
  ...UNLISTED_CLASSES.map((unlisted) => ({
    id: unlistedRuleId(unlisted),
    text: UNLISTED_CLASS_TEXTS[unlisted],
    severity: CLASS_SEVERITIES[unlisted],
  })),
];

const RULE_INDEX: ReadonlyMap<string, number> = new Map(RULES.map(({ id }, index) => [id, index]));

/** The place of a rule in {@link RULES}. */
export function ruleIndexOf(id: string): number {
  return RULE_INDEX.get(id) ?? -1;
}

/** `altered`, `unlisted-code`: a kind of finding, or a class of unlisted files, as `--explain` knows it. */
export function ruleIdOf({ kind, class: unlisted }: Pick<Finding, 'kind' | 'class'>): string {
  return kind === 'unlisted' ? unlistedRuleId(unlisted ?? 'other') : kind;
}

export function levelOf(severity: Severity): Level {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    case 'medium':
      return 'warning';
    case 'low':
    case 'info':
      return 'note';
  }
}

/** A number from 0 to 10 by which viewers sort security findings, in the ranges that CVSS gives these words. */
export function securitySeverity(severity: Severity): string {
  return { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0', info: '0.0' }[severity];
}

function unlistedRuleId(unlisted: UnlistedClass): string {
  return `unlisted-${unlisted}`;
}
