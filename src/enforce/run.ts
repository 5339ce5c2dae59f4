import type { EnforcedModule } from '../enforcement.js';
import { SigsweepError } from '../errors.js';
import type { BytePath } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { MAX_DISABLE_MILLISECONDS } from '../limits.js';
import type { ModuleReport } from '../model.js';
import { WorkError } from '../process/failure.js';
import { ProgramError, runProgram } from '../process/run-program.js';
import { within } from '../process/within.js';
import { escapeControls } from '../report/escape.js';
import type { DisableCommand } from './command.js';
import type { EnforcementLog } from './log.js';

/** What became of one module. */
export type Result = Pick<EnforcedModule, 'outcome' | 'detail'>;

export interface DisableOptions {
  /** Ends the run early: what runs by then comes to its end, nothing else is begun. */
  readonly signal: AbortSignal;
  /** Called before each module. */
  readonly onBegin?: (module: BytePath) => void;
  /** How long each may take, in milliseconds. @default MAX_DISABLE_MILLISECONDS */
  readonly milliseconds?: number;
}

/** What became of all of them. */
export interface DisableRun {
  readonly results: ReadonlyMap<ModuleReport, Result>;
  /** Why the rest was not tried; `null` where it was, or somebody interrupted it. */
  readonly problem: string | null;
}

export const INTERRUPTED: Result = { outcome: 'not-tried', detail: 'it was interrupted' };
const UNLOGGED: Result = { outcome: 'not-tried', detail: 'it could not be logged' };

/** How `fwconsole` fails for a module that somebody disabled before: the second night is no failure. */
const NOT_ENABLED = { exitCode: 2, words: 'Module not enabled: cannot disable' } as const;

/**
 * Disables modules one after the other, whatever becomes of the one before; each is written down before and after.
 * FreePBX gets a name: what lies under it by then need not be what was scanned.
 */
export async function disableAll(
  modules: readonly ModuleReport[],
  command: DisableCommand,
  log: EnforcementLog,
  options: DisableOptions,
): Promise<DisableRun> {
  const results = new Map<ModuleReport, Result>();
  let problem: string | null = null;
  for (const module of modules) {
    if (problem !== null || options.signal.aborted) {
      results.set(module, problem === null ? INTERRUPTED : UNLOGGED);
      continue;
    }
    let result = UNLOGGED;
    try {
      log.note(module, command, 'begins');
      options.onBegin?.(module.name);
      result = await disable(module, command, options.milliseconds ?? MAX_DISABLE_MILLISECONDS);
      log.note(module, command, inWords(result));
    } catch (error) {
      if (!(error instanceof SigsweepError)) throw error;
      problem = error.message;
    }
    results.set(module, result);
  }
  return { results, problem };
}

async function disable({ name }: ModuleReport, command: DisableCommand, milliseconds: number): Promise<Result> {
  const { program, args, user, isFreepbx } = command;
  try {
    await within(milliseconds, undefined, (signal) => runProgram(program, [...args, name], '', signal, user));
    return { outcome: 'disabled', detail: '' };
  } catch (error) {
    if (isFreepbx && error instanceof ProgramError && saysNotEnabled(error)) {
      return { outcome: 'already-disabled', detail: '' };
    }
    const why = error instanceof WorkError ? error.message : errorInWords(error);
    return { outcome: 'failed', detail: escapeControls(why) };
  }
}

function saysNotEnabled({ exitCode, said }: ProgramError): boolean {
  return exitCode === NOT_ENABLED.exitCode && said.includes(NOT_ENABLED.words);
}

function inWords({ outcome, detail }: Result): string {
  return `${outcome.replaceAll('-', ' ')}${detail === '' ? '' : `: ${detail}`}`;
}
