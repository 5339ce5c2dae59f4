import { createHash } from 'node:crypto';
import type { PlacedFinding } from './changes.js';
import type { Finding } from './finding.js';

/**
 * What makes two findings of two scans the same one: 64 hex digits. Where, what and how bad; of what is grave the
 * content too, so that other content is news. A log that grows stays the same finding.
 */
export function findingKey({ module, finding }: PlacedFinding): string {
  const { kind, path, severity } = finding;
  const content = isGrave(finding) ? (finding.actual ?? '') : '';
  const parts = [module, kind, path, severity, finding.class ?? '', content];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function isGrave({ kind, severity }: Finding): boolean {
  return kind === 'altered' || severity === 'critical' || severity === 'high';
}
