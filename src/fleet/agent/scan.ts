import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditOptions } from '../../audit/audit.js';
import { audit } from '../../audit/audit.js';
import { errnoOf, SigsweepError } from '../../errors.js';
import { MAX_FLEET_TEXT } from '../../limits.js';
import type { Report } from '../../model.js';
import { oneLine } from '../../report/one-line.js';
import type { Progress } from '../../scan/options.js';
import type { ScanRequest } from '../message/message.js';

/** How this host scans, whatever is asked of it. */
export type OwnScan = Omit<AuditOptions, 'interrupted' | 'quick'>;

/** What came of a scan that was asked for. */
export type Outcome =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failure'; readonly code: string; readonly reason: string }
  /** The program ends: the scan is to be done another time. */
  | { readonly kind: 'stopped' };

export interface ScanHooks {
  /** The program ends. */
  readonly stop: AbortSignal;
  /** The exit code of the signal that ends it. */
  readonly interrupted: () => number | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly say: (sentence: string) => void;
}

/** How long the end of another scan is waited for before it is tried again, in milliseconds: at first, and at most. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** What of a scan is as the job wants it: how much of the machine is used, at most as much as this host itself allows. */
export function chosen(own: OwnScan, request: ScanRequest): Omit<AuditOptions, 'interrupted'> {
  const { threads, maxRate, modules } = request;
  const { scan } = own;
  return {
    ...own,
    quick: request.kind === 'quick',
    scan: {
      ...scan,
      ...(threads === undefined ? {} : { threads: Math.min(threads, scan.threads ?? availableParallelism()) }),
      ...(maxRate === undefined ? {} : { maxRate: Math.min(maxRate, scan.maxRate ?? maxRate) }),
      ...(modules === undefined ? {} : { modules }),
    },
  };
}

/** Scans as a job asks, within its time. A scan that runs already, as every night, is waited for. Never throws. */
export async function scanAsAsked(own: OwnScan, request: ScanRequest, hooks: ScanHooks): Promise<Outcome> {
  const { stop, say } = hooks;
  const deadline = AbortSignal.timeout(request.deadline);
  const signal = AbortSignal.any([stop, deadline]);
  const options = chosen(own, request);
  const { interrupted, onProgress } = hooks;
  let { attended } = options;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    try {
      const report = await audit({ ...options, attended, scan: { ...options.scan, signal, onProgress }, interrupted });
      return stop.aborted ? { kind: 'stopped' } : { kind: 'report', report };
    } catch (error) {
      if (stop.aborted) return { kind: 'stopped' };
      const isBusy = error instanceof SigsweepError && error.code === 'SCAN_RUNNING';
      if (!isBusy || deadline.aborted) return failureOf(error);
      if (pause === FIRST_PAUSE) say(`${error.message}; it is waited for`);
      // Whoever has to be told that the other one seems not to end was told.
      attended = true;
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (stop.aborted) return { kind: 'stopped' };
      if (deadline.aborted) return failureOf(error);
    }
  }
}

/** What the coordinator is told of an error. */
export function failureOf(error: unknown): Extract<Outcome, { readonly kind: 'failure' }> {
  const reason = oneLine(error instanceof Error ? error.message : String(error), MAX_FLEET_TEXT);
  if (error instanceof SigsweepError) return { kind: 'failure', code: error.code, reason };
  const isFull = ['EMFILE', 'ENFILE'].includes(errnoOf(error) ?? '');
  return { kind: 'failure', code: isFull ? 'OPEN_FILES' : 'INTERNAL', reason };
}
