import type { BytePath } from '../../files/bytepath.js';
import { MAX_BATCH_MODULES, MAX_BATCH_SIGNATURE_BYTES } from '../../limits.js';
import type { PlannedScan } from '../../scan/scan-parts.js';

/** What one machine does of a scan in one go. */
export interface Batch {
  /** Its place among the batches. */
  readonly index: number;
  readonly modules: readonly BytePath[];
  /** Whether the rest of the web root belongs to it. */
  readonly rest: boolean;
}

/**
 * Cuts a scan into batches: every module in exactly one, and the rest of the web root, which may take longest, first and
 * for itself. Bounded, so that a machine that dies takes little with it, and that all have something to do until the end.
 */
export function batchesOf({ plan, weights }: Pick<PlannedScan, 'plan' | 'weights'>): Batch[] {
  const cuts: BytePath[][] = plan.search === 'everything' ? [[]] : [];
  let modules: BytePath[] = [];
  let bytes = 0;
  for (const [index, name] of plan.names.entries()) {
    const weight = weights[index] ?? 0;
    const isFull = modules.length === MAX_BATCH_MODULES || bytes + weight > MAX_BATCH_SIGNATURE_BYTES;
    if (isFull && modules.length > 0) {
      cuts.push(modules);
      modules = [];
      bytes = 0;
    }
    modules.push(name);
    bytes += weight;
  }
  if (modules.length > 0) cuts.push(modules);
  return cuts.map((cut, index) => ({ index, modules: cut, rest: index === 0 && plan.search === 'everything' }));
}
