import { SigsweepError } from '../../errors.js';
import { MAX_STORE_MODULES } from '../../limits.js';
import type { Report } from '../../model.js';
import { joinParts } from '../../scan/assemble.js';
import type { ScanMemory } from '../../scan/memory.js';
import type { ScanOptions } from '../../scan/options.js';
import type { ScanPart } from '../../scan/part.js';
import { checkOptions } from '../../scan/run.js';
import { type PlannedScan, planScan } from '../../scan/scan-parts.js';
import { newNonce } from '../message/message.js';
import type { QueueConnection } from '../queue/connection.js';
import { type Flow, removeFlow } from '../queue/flow.js';
import { bodyOf, flowOf, type SharedScanOptions } from './ask.js';
import { batchesOf } from './batches.js';
import { collect } from './collect.js';
import { Parts } from './parts.js';

export type { SharedScanOptions } from './ask.js';

/** How long Redis may take to be reached at first, in milliseconds. */
const FIRST_CONTACT = 15_000;

/** How long tidying up may take, in milliseconds. */
const LONGEST_END = 3000;

/**
 * Scans one system with all the machines that mount it: cuts it into batches, which whoever is free takes out of the queue,
 * and joins what they hand back. The report is that of a scan on one machine, whoever comes, goes or dies meanwhile.
 *
 * @param options as of a scan. The worker machines use their own threads and rates; they must judge alike.
 * @returns after an abort an incomplete report of what had come by then.
 * @throws SigsweepError what a scan throws; QUEUE_UNREACHABLE; STORE_SCAN_FAILED where a batch could not be done, or what
 * came back is not to be believed.
 */
export async function sharedScan(
  scan: ScanOptions,
  shared: SharedScanOptions,
  memory?: (webRoot: PlannedScan['root']) => ScanMemory,
): Promise<Report> {
  checkOptions(scan);
  const startedAt = new Date();
  const start = performance.now();
  const planned = planScan(scan);
  const { root, plan } = planned;
  if (plan.names.length > MAX_STORE_MODULES) {
    throw failed(
      `${root} has ${plan.names.length} modules, and ${MAX_STORE_MODULES} can be shared out; name some with --module`,
    );
  }
  const nonce = newNonce();
  const batches = batchesOf(planned);
  const body = await bodyOf(scan, planned, scan.now ?? startedAt, memory?.(root));
  const flow = flowOf(shared, nonce, root, body, batches);
  const parts = new Parts({ root, nonce, batches, keyOf: shared.keyOf });
  const { signal, onProgress } = scan;
  await shared.connection.ready(FIRST_CONTACT, signal);
  try {
    await collect(shared, flow, parts, signal, () => onProgress?.(parts.progress(plan.names.length)));
  } finally {
    await tidyUp(shared.connection, flow);
  }
  const head = {
    kind: 'full' as const,
    startedAt,
    milliseconds: performance.now() - start,
    root,
    modules: plan.names.length,
    oneFileSystem: scan.oneFileSystem ?? false,
    failOn: scan.failOn ?? 'high',
  };
  return joinParts(head, parts.isComplete ? parts.all : parts.all.map(asCutShort));
}

/** Of a scan that was ended early nothing may pass for the whole. */
function asCutShort(part: ScanPart): ScanPart {
  return { ...part, looked: false };
}

/** Nobody has to work on what nobody waits for. */
async function tidyUp(connection: QueueConnection, flow: Flow): Promise<void> {
  if (!connection.isReady) return;
  const removed = removeFlow(connection, flow).catch(() => undefined);
  await Promise.race([removed, new Promise((resolve) => setTimeout(resolve, LONGEST_END).unref())]);
}

function failed(message: string): SigsweepError {
  return new SigsweepError('STORE_SCAN_FAILED', message);
}
