import { compareBytes } from '../files/bytepath.js';
import type { Finding } from '../model.js';

/** The order of findings in a report. */
export function compareFindings(a: Finding, b: Finding): number {
  return compareBytes(a.path, b.path) || compareBytes(a.kind, b.kind);
}
