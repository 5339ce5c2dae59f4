import { createHash } from 'node:crypto';
import type { PlacedFinding } from './changes.js';
import type { BytePath } from './files/bytepath.js';
import type { Finding } from './finding.js';
import type { Verdict } from './types.js';

/**
 * What makes two findings of two scans the same one: 64 hex digits. Where, what and how bad; of what is grave the
 * content too, so that other content is news. A log that grows stays the same finding.
 */
export function findingKey({ module, finding }: PlacedFinding): string {
  const { kind, path, severity } = finding;
  const content = isGrave(finding) ? (finding.actual ?? '') : '';
  return keyOf([module, kind, path, severity, finding.class ?? '', content]);
}

/** What makes a verdict of two scans the same one: 64 hex digits. */
export function verdictKey(module: BytePath, verdict: Verdict): string {
  return keyOf([module, verdict]);
}

function keyOf(parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function isGrave({ kind, severity }: Finding): boolean {
  return kind === 'altered' || severity === 'critical' || severity === 'high';
}
