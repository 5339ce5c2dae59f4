import type { ExemptionEntry } from '../../src/exempt/entry.js';
import { Glob } from '../../src/exempt/glob.js';
import { fromText } from '../../src/files/bytepath.js';

export const NOW = new Date('2026-11-23T10:00:00Z');
export const HASH = 'ab'.repeat(32);
export const OTHER_HASH = 'cd'.repeat(32);

/** An entry of module `cdr`, as the file gives it. */
export function entry(path: string, changes: Partial<ExemptionEntry> = {}): ExemptionEntry {
  return {
    module: fromText('cdr'),
    place: fromText(path),
    kind: null,
    sha256: HASH,
    reason: 'our own page',
    author: 'jane',
    expires: new Date('2027-02-21T23:59:59.999Z'),
    ...changes,
  };
}

/** The same with a glob. */
export function globEntry(glob: string, changes: Partial<ExemptionEntry> = {}): ExemptionEntry {
  return entry('', { place: new Glob(fromText(glob)), sha256: null, ...changes });
}
