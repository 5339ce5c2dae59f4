import type { BytePath } from '../files/bytepath.js';
import type { ModuleReport, Report } from '../model.js';
import type { Verdict } from '../types.js';

/** The form that FreePBX gives to modules' names. A folder's name is the choice of whoever could make it. */
const MODULE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** FreePBX's database takes names in any case for the same. */
const ESSENTIAL = /^(?:framework|core)$/i;

/** A module whose verdict asks for it to be disabled. */
export interface Target {
  readonly module: ModuleReport;
  /** Why it cannot be, with what to do instead; `null` when it can. */
  readonly obstacle: string | null;
}

/** What a scan asks for. */
export interface Plan {
  readonly targets: readonly Target[];
  /** Modules of which nothing can be said: a disk that failed must not disable a phone system. */
  readonly unverified: readonly ModuleReport[];
}

/** The modules that have one of these verdicts, in the order of the report. */
export function planOf(report: Report, verdicts: ReadonlySet<Verdict>): Plan {
  const unverified = report.modules.filter(({ verdict }) => verdict === 'unverified');
  const targets = report.modules
    .filter(({ verdict }) => verdict !== 'unverified' && verdicts.has(verdict))
    .map((module) => ({ module, obstacle: obstacleTo(module.name) }));
  return { targets, unverified };
}

function obstacleTo(name: BytePath): string | null {
  if (!MODULE_NAME.test(name)) return 'FreePBX gives no module such a name: look at the folder, and move it away';
  if (ESSENTIAL.test(name)) return 'FreePBX does not work without it: install it anew from a source that you trust';
  return null;
}
