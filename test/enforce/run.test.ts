import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { givenCommand } from '../../src/enforce/command.js';
import { EnforcementLog } from '../../src/enforce/log.js';
import { planOf } from '../../src/enforce/plan.js';
import { type DisableOptions, type DisableRun, disableAll } from '../../src/enforce/run.js';
import type { EnforcedModule } from '../../src/enforcement.js';
import { scanListed } from '../../src/scan/scan-listed.js';
import { until } from '../cli/controlled.js';
import { RevokedSystem } from './system.js';

const { signal } = new AbortController();

/** Disables the modules of a system that are revoked. */
async function disable(
  made: RevokedSystem,
  program: string,
  options: Partial<DisableOptions> = {},
  prepare: (log: EnforcementLog) => void = () => undefined,
): Promise<Pick<DisableRun, 'problem'> & { results: Pick<EnforcedModule, 'outcome' | 'detail'>[] }> {
  const { dir, keyring, anchorFingerprint } = made.system;
  const { report } = await scanListed({ root: dir, keyrings: [keyring], anchors: [anchorFingerprint], threads: 0 });
  const modules = planOf(report, new Set(['revoked'])).targets.map(({ module }) => module);
  expect(modules.map(({ name }) => name)).toEqual(['fax', 'zulu']);
  const log = EnforcementLog.open(made.log);
  prepare(log);
  const { results, problem } = await disableAll(modules, givenCommand([program]), log, { signal, ...options });
  return { problem, results: [...results.values()] };
}

/** Whether a process is no more, or only waits to be counted. */
function hasEnded(pid: string): boolean {
  try {
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid.trim()}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

it('that hangs is ended in time, with what it started, and does not stop the next ones', async () => {
  const made = await RevokedSystem.make();
  const pid = join(made.folder, 'pid');
  const program = made.program(`[ "$1" = zulu ] && exit 0; sleep 1000 & echo $! >"${pid}"; wait`);
  const { results, problem } = await disable(made, program, { milliseconds: 2000 });
  expect({ results, problem }).toEqual({
    problem: null,
    results: [
      { outcome: 'failed', detail: 'it took longer than 2 s' },
      { outcome: 'disabled', detail: '' },
    ],
  });
  await until(() => hasEnded(readFileSync(pid, 'utf8')), 'what it started to be ended');
  expect(made.logged.map((fields) => fields.at(-1))).toEqual([
    'begins',
    'failed: it took longer than 2 s',
    'begins',
    'disabled',
  ]);
});

it('nothing is run that cannot be logged', async () => {
  const made = await RevokedSystem.make();
  const { results, problem } = await disable(made, made.program(), {}, (log) => log.close());
  const untried = { outcome: 'not-tried', detail: 'it could not be logged' };
  expect(results).toEqual([untried, untried]);
  expect(problem).toBe(
    `cannot write the log ${made.log}: EBADF: bad file descriptor; give another place with --log FILE`,
  );
  expect(made.runs).toEqual([]);
});

it('what was done stands when it can be logged no more, and nothing else is begun', async () => {
  const made = await RevokedSystem.make();
  let open: EnforcementLog | undefined;
  const { results, problem } = await disable(made, made.program(), { onBegin: () => open?.close() }, (log) => {
    open = log;
  });
  expect(results).toEqual([
    { outcome: 'disabled', detail: '' },
    { outcome: 'not-tried', detail: 'it could not be logged' },
  ]);
  expect(problem).toContain('EBADF');
  expect(made.runs).toEqual([['fax']]);
  expect(made.logged.map((fields) => fields.at(-1))).toEqual(['begins']);
});

it('a program that the system cannot start has failed', async () => {
  const made = await RevokedSystem.make();
  const program = made.program();
  const { results } = await disable(made, program, {
    // It was there when it was looked at.
    onBegin: () => made.removeProgram(),
  });
  expect(results).toEqual([
    { outcome: 'failed', detail: 'it could not be started: ENOENT: no such file or directory' },
    { outcome: 'failed', detail: 'it could not be started: ENOENT: no such file or directory' },
  ]);
});

it('nothing is begun after an interrupt', async () => {
  const made = await RevokedSystem.make();
  const { results, problem } = await disable(made, made.program(), { signal: AbortSignal.abort() });
  const untried = { outcome: 'not-tried', detail: 'it was interrupted' };
  expect({ results, problem }).toEqual({ results: [untried, untried], problem: null });
  expect(made.runs).toEqual([]);
  expect(existsSync(made.log)).toBe(true);
  expect(made.logged).toEqual([]);
});
