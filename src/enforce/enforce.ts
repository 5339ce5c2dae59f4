import type { EnforcedModule, Enforcement } from '../enforcement.js';
import { SigsweepError } from '../errors.js';
import type { ModuleReport } from '../model.js';
import type { RunOptions } from '../scan/options.js';
import { type ListedScan, scanListed } from '../scan/scan-listed.js';
import type { LayoutOptions } from '../scan/system/layout.js';
import type { Verdict } from '../types.js';
import { type DisableCommand, freepbxCommand, givenCommand } from './command.js';
import { exitCodeOf } from './exit-code.js';
import { EnforcementLog } from './log.js';
import { type Plan, planOf } from './plan.js';
import { type DisableOptions, type DisableRun, disableAll, INTERRUPTED, type Result } from './run.js';

export interface EnforceOptions extends Pick<DisableOptions, 'signal' | 'onBegin'> {
  readonly scan: LayoutOptions & Omit<RunOptions, 'signal'>;
  /** Modules with one of these are disabled. */
  readonly verdicts: readonly Verdict[];
  /** A program and its arguments. @default FreePBX's own `fwconsole ma disable` */
  readonly command?: readonly string[];
  /** Where it is written down what is done; `null` to do nothing and say what would be done. */
  readonly log: string | null;
}

/**
 * Scans a system and disables the modules whose verdict asks for it, or says which would be.
 * @throws SigsweepError what a scan throws, and what is wrong with the command given or the log: nothing was run then.
 */
export async function enforce(options: EnforceOptions): Promise<Enforcement> {
  const startedAt = new Date();
  const start = performance.now();
  const given = options.command === undefined ? null : givenCommand(options.command);
  // Before the scan: what could not be written down in the end shall be known at once.
  const log = options.log === null ? null : EnforcementLog.open(options.log);
  try {
    const scan = await scanListed({ ...options.scan, signal: options.signal });
    const plan = planOf(scan.report, new Set(options.verdicts));
    const possible = plan.targets.flatMap(({ module, obstacle }) => (obstacle === null ? [module] : []));
    const isIdle = possible.length === 0 || options.signal.aborted;
    const { command, ...chosen } = isIdle ? { command: given, problem: null } : choose(given, scan);
    const { results, problem } =
      log === null || command === null
        ? untouched(possible, whyUntouched(options), chosen.problem)
        : await disableAll(possible, command, log, options);
    const found = {
      dryRun: log === null,
      problem,
      complete: scan.report.complete,
      modules: outcomesOf(plan, results),
    };
    const { root, notes } = scan.report;
    return {
      ...found,
      startedAt,
      finishedAt: new Date(startedAt.getTime() + performance.now() - start),
      root,
      verdicts: options.verdicts,
      command: command === null ? null : [command.program, ...command.args],
      notes,
      unverified: plan.unverified.map(({ name, reason }) => ({ name, reason })),
      exitCode: exitCodeOf(found),
    };
  } finally {
    log?.close();
  }
}

interface Choice {
  readonly command: DisableCommand | null;
  readonly problem: string | null;
}

function choose(given: DisableCommand | null, scan: ListedScan): Choice {
  try {
    return { command: given ?? freepbxCommand(scan), problem: null };
  } catch (error) {
    // The list is worth having all the same.
    if (!(error instanceof SigsweepError)) throw error;
    return { command: null, problem: error.message };
  }
}

function whyUntouched({ log, signal }: EnforceOptions): Result {
  if (log === null) return { outcome: 'would-be-disabled', detail: '' };
  return signal.aborted ? INTERRUPTED : { outcome: 'not-tried', detail: 'there is nothing to disable it with' };
}

function untouched(modules: readonly ModuleReport[], result: Result, problem: string | null): DisableRun {
  return { results: new Map(modules.map((module) => [module, result])), problem };
}

function outcomesOf({ targets }: Plan, results: DisableRun['results']): EnforcedModule[] {
  return targets.map(({ module, obstacle }) => {
    const { name, version, verdict, signature, reason } = module;
    const impossible = { outcome: 'impossible', detail: obstacle ?? '' } as const;
    return {
      name,
      version,
      verdict,
      signer: signature?.signer ?? null,
      reason,
      ...(results.get(module) ?? impossible),
    };
  });
}
