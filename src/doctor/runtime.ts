import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { procAvailable } from '../files/proc.js';
import { HashPool } from '../hash/pool.js';
import { type Check, fail, ok, warn } from '../health-check.js';

/** The oldest Node that the program is made for. */
const OLDEST: readonly [major: number, minor: number] = [20, 19];

/** Each thread has a few files open, and reading folders takes some more. */
const FEW_FILES = 256;
const TOO_FEW_FILES = 64;

export function judgeNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  if (!isOld) return ok('node', version);
  return fail(
    'node',
    `${version}, older than ${OLDEST.join('.')}`,
    'install a newer Node, or the package that brings its own',
  );
}

/**
 * @param quota of a control group, as `cpu.max` of cgroup 2 has it; `undefined` where there is none
 * @param problem why a thread did not start; `null` when it did
 */
export function judgeThreads(cores: number, quota: string | undefined, problem: string | null): Check {
  if (problem !== null) {
    const todo = 'allow more memory and processes (ulimit -v, ulimit -u, MemoryMax= and TasksMax= of a service)';
    return fail('threads', `no worker thread starts: ${problem}`, todo);
  }
  const allowed = coresOf(quota);
  const found = `worker threads start; ${cores} ${cores === 1 ? 'core' : 'cores'}`;
  if (allowed === undefined || allowed >= cores) return ok('threads', found);
  const todo = `give --threads ${Math.max(1, Math.floor(allowed))}, or raise the limit of the control group`;
  return warn('threads', `${found}, of which a control group allows ${allowed.toFixed(1)}`, todo);
}

export function judgeProc(isThere: boolean): Check {
  if (isThere) return ok('proc', '/proc/self/fd is usable');
  return warn(
    'proc',
    '/proc is not mounted: folders are opened by path, which somebody quick enough could swap meanwhile',
    'mount -t proc proc /proc',
  );
}

/** @param limits what `/proc/self/limits` says; `undefined` where that is not to be had */
export function judgeOpenFiles(limits: string | undefined): Check {
  const [, soft] = /^Max open files +(\d+|unlimited)/m.exec(limits ?? '') ?? [];
  if (soft === undefined) return warn('open files', 'the limit is not known', 'look at ulimit -n');
  const files = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
  if (files < TOO_FEW_FILES) return fail('open files', `at most ${soft}`, 'allow more: ulimit -n 4096');
  if (files < FEW_FILES) return warn('open files', `at most ${soft}`, 'allow more: ulimit -n 4096, or use --threads 2');
  return ok('open files', `at most ${soft}`);
}

/** `200000 100000` are two cores, `max 100000` all. */
function coresOf(quota: string | undefined): number | undefined {
  const [, allowed, period] = /^(\d+) (\d+)/.exec(quota ?? '') ?? [];
  return allowed === undefined || period === undefined ? undefined : Number(allowed) / Number(period);
}

/** What the program runs on. */
export async function checkRuntime(): Promise<Check[]> {
  const quota = readText('/sys/fs/cgroup/cpu.max');
  return [
    judgeNode(process.versions.node),
    judgeThreads(availableParallelism(), quota, await threadProblem()),
    judgeProc(procAvailable()),
    judgeOpenFiles(readText('/proc/self/limits')),
  ];
}

async function threadProblem(): Promise<string | null> {
  try {
    const pool = await HashPool.start(1);
    await (await pool.ready()).close();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
