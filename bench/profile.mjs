#!/usr/bin/env node
/**
 * Where the CPU time of a scan goes, by stage, as V8's sampling profiler sees it in the coordinator and in the threads;
 * the median of some scans. Needs the built program. Prints a table in Markdown.
 *
 *     node bench/profile.mjs WEBROOT --anchor FINGERPRINT [--runs 5] [--program dist/program/cli/main.js]
 *
 * Not in it: the time before Node runs the program, and V8's own threads, which compile and collect.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { summarize } from './measure/stats.mjs';
import { COORDINATOR, stageTimes, sumOf, THREAD } from './report/stages.mjs';

const USAGE = 'usage: node bench/profile.mjs WEBROOT --anchor FINGERPRINT [--runs N] [--program FILE]\n';
const PROGRAM = fileURLToPath(new URL('../dist/program/cli/main.js', import.meta.url));
const INTERVAL_MICROSECONDS = 250;

/** One scan's times of the coordinator, and of all threads together. @param {string} program @param {string[]} args */
function profile(program, args) {
  const folder = mkdtempSync(join(tmpdir(), 'sigsweep-profile-'));
  try {
    const options = ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_MICROSECONDS}`];
    const { status } = spawnSync(process.execPath, [...options, program, 'scan', ...args], {
      stdio: 'ignore',
      env: { ...process.env, SIGSWEEP_CONFIG: 'false', SIGSWEEP_STATE: 'false' },
    });
    if (status !== 0 && status !== 1) throw new Error(`the scan ended with ${status}`);
    const [coordinator = new Map(), ...threads] = readdirSync(folder)
      .sort(byThread)
      .map((name, index) => {
        const profile = JSON.parse(readFileSync(join(folder, name), 'utf8'));
        return stageTimes(profile, index === 0 ? COORDINATOR : THREAD);
      });
    return { coordinator, threads: sumOf(threads) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names end in the thread's number and a running one; the coordinator's is 0. @param {string} a @param {string} b */
function byThread(a, b) {
  return Number(a.split('.').at(-3)) - Number(b.split('.').at(-3));
}

/** @param {string} title @param {readonly ReadonlyMap<string, number>[]} runs @param {readonly string[]} order */
function table(title, runs, order) {
  const stages = [...order, 'other'];
  const of = stages.map((stage) => summarize(runs.map((times) => times.get(stage) ?? 0)).median);
  const total = summarize(runs.map((times) => [...times.values()].reduce((sum, time) => sum + time, 0))).median;
  const rows = stages.map((stage, index) => `| ${stage} | ${Math.round(of[index] ?? 0)} |`);
  return [`| ${title} | ms |`, '| --- | ---: |', ...rows, `| **together** | **${Math.round(total)}** |`, ''].join('\n');
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      anchor: { type: 'string' },
      runs: { type: 'string', default: '5' },
      program: { type: 'string', default: PROGRAM },
    },
  });
  const webRoot = positionals[0];
  const count = Number(values.runs);
  if (webRoot === undefined || !Number.isSafeInteger(count) || count < 1) throw new RangeError('one WEBROOT is needed');
  const args = [webRoot, '--quiet', ...(values.anchor === undefined ? [] : ['--anchor', values.anchor])];
  const runs = Array.from({ length: count }, () => profile(values.program, args));
  const coordinators = runs.map(({ coordinator }) => coordinator);
  const threads = runs.map((run) => run.threads);
  const [first, second] = [COORDINATOR, THREAD].map((stages) => stages.map(([stage]) => stage));
  process.stdout.write(`${table('coordinator', coordinators, first ?? [])}\n`);
  process.stdout.write(table('threads, all together', threads, second ?? []));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
