import { randomInt } from 'node:crypto';
import type { BytePath } from '../files/bytepath.js';
import { lastChangeOf } from '../files/stamp.js';
import type { ScanMemory, SeenSignature } from '../scan/memory.js';
import { type ModuleStamps, newestSignatures, stampsOf } from '../state/knowledge.js';
import { lastFullScan } from '../state/scans.js';
import type { ScanKind } from '../types.js';
import type { History } from './history.js';

/**
 * A file that changed within so many milliseconds of the scan is read by the next one, too: a change right after it was
 * read could carry the same time, and what a program writes to a file in its memory gets a new time only when the
 * kernel has written the page before, half a minute later by default.
 */
const SETTLING_MILLISECONDS = 120_000;

/**
 * One file of so many is read by a quick scan whatever its stamp says, another choice every time: what some file system
 * lets its owner write in secret comes to light within days, and nobody knows when.
 */
const ALWAYS_READ = 7;

/** What the history knows for a scan of one web root, and what the scan wants remembered. */
export class HistoryMemory implements ScanMemory {
  private readonly signatures: ReadonlyMap<BytePath, SeenSignature>;
  private readonly settledBefore: number;

  constructor(
    private readonly history: History,
    private readonly root: BytePath,
    readonly kind: ScanKind,
    now: Date,
    /** Takes the stamps of files that were right. */
    private readonly kept: ModuleStamps[],
  ) {
    this.signatures = history.use((database) => newestSignatures(database, root));
    this.settledBefore = now.getTime() - SETTLING_MILLISECONDS;
  }

  recall(module: BytePath, key: string): readonly string[] | null {
    const stamps = this.history.use((database) => stampsOf(database, this.root, module, key));
    return stamps?.map((stamp) => (randomInt(ALWAYS_READ) === 0 ? '' : stamp)) ?? null;
  }

  remember(module: BytePath, key: string, stamps: readonly string[]): void {
    this.kept.push({ module, key, stamps: stamps.map((stamp) => (this.isSettled(stamp) ? stamp : '')) });
  }

  newestSignature(module: BytePath): SeenSignature | null {
    return this.signatures.get(module) ?? null;
  }

  private isSettled(stamp: string): boolean {
    return stamp !== '' && lastChangeOf(stamp) < this.settledBefore;
  }
}

/** A quick scan is a full one when none was full for so many milliseconds, or the last one seems to lie ahead. */
export function kindOfScan(
  history: History,
  root: BytePath,
  { quick, fullEvery }: { readonly quick: boolean; readonly fullEvery: number },
  now: Date,
): ScanKind {
  if (!quick) return 'full';
  const last = history.use((database) => lastFullScan(database, root));
  const age = last === null ? Number.POSITIVE_INFINITY : now.getTime() - last.getTime();
  return age >= 0 && age < fullEvery ? 'quick' : 'full';
}
