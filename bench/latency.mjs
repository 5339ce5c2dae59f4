#!/usr/bin/env node
/**
 * Measures how late a scan makes others: probes that wake every 20 ms, as a phone call's packets do, beside scans of a
 * tree that run one after another. Needs the built program, a C compiler (without one nothing is measured: a probe in
 * JavaScript would be late by its own garbage collection) and a tree that `bench/generate.mjs` made. Prints a table to
 * standard error and JSON to standard output.
 *
 *     node bench/latency.mjs WEBROOT --anchor FINGERPRINT [--seconds 10]
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = 'usage: node bench/latency.mjs WEBROOT --anchor FINGERPRINT [--seconds N]\n';
const PROGRAM = fileURLToPath(new URL('../dist/program/cli/main.js', import.meta.url));
const PROBE_SOURCE = fileURLToPath(new URL('native/probe.c', import.meta.url));

/** Between two RTP packets of a call. */
const PERIOD_MICROSECONDS = 20_000;
/** What a call costs in one period, and more. */
const WORK_MICROSECONDS = 200;
/** Before the probes begin: the scan is then past its start. */
const LEAD_MILLISECONDS = 500;

/** @type {readonly { readonly name: string, readonly options: readonly string[] | null }[]} */
const RUNS = [
  { name: 'no scan', options: null },
  { name: 'scan --nice 0', options: ['--nice', '0'] },
  { name: 'scan (defaults)', options: [] },
  { name: 'scan --nice 19 --io-idle --max-rate 50', options: ['--nice', '19', '--io-idle', '--max-rate', '50'] },
];

/** Scans one after another until `stop` is called. */
class Scans {
  finished = 0;
  #stopped = false;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Promise<void>} */
  #ended;

  /** @param {readonly string[]} args */
  constructor(args) {
    this.#ended = this.#run(args);
  }

  async stop() {
    this.#stopped = true;
    this.#child?.kill('SIGTERM');
    await this.#ended;
  }

  /** @param {readonly string[]} args */
  async #run(args) {
    while (!this.#stopped) {
      const child = spawn(process.execPath, [PROGRAM, 'scan', ...args], {
        stdio: 'ignore',
        env: { ...process.env, SIGSWEEP_CONFIG: 'false', SIGSWEEP_STATE: 'false' },
      });
      this.#child = child;
      const code = await new Promise((resolve) => child.on('close', resolve));
      if (this.#stopped) return;
      if (code !== 0) throw new Error(`the scan ended with ${code}`);
      this.finished += 1;
    }
  }
}

/**
 * @param {string} probe
 * @param {number} seconds
 * @param {string} iterations
 * @param {boolean} ownSession
 * @returns {Promise<number[][]>} microseconds late, of each wake-up and of its work
 */
function runProbe(probe, seconds, iterations, ownSession) {
  const args = [String(seconds), String(PERIOD_MICROSECONDS), iterations];
  // `detached` begins a session, as whatever starts a service does. Kernels that group by session (autogroup) share the
  // CPU among sessions first, and look at priorities only within one.
  const child = spawn(probe, args, { detached: ownSession, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  return new Promise((resolve) => {
    child.on('close', () =>
      resolve(
        text
          .trim()
          .split('\n')
          .map((line) => line.split(' ').map(Number)),
      ),
    );
  });
}

/** @param {readonly number[]} values */
function summary(values) {
  const sorted = values.toSorted((a, b) => a - b);
  /** @param {number} share */
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { median: at(0.5), p99: at(0.99), 'p99.9': at(0.999), max: at(1) };
}

/** @param {string} file */
function readSetting(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { anchor: { type: 'string' }, seconds: { type: 'string', default: '10' } },
  });
  const seconds = Number(values.seconds);
  const webRoot = positionals[0];
  if (webRoot === undefined || positionals.length !== 1 || !(seconds > 0))
    throw new RangeError('one WEBROOT is needed');
  const tree = values.anchor === undefined ? [webRoot] : [webRoot, '--anchor', values.anchor];

  const folder = mkdtempSync(join(tmpdir(), 'sigsweep-latency-'));
  try {
    const probe = join(folder, 'probe');
    try {
      execFileSync('cc', ['-O2', '-o', probe, PROBE_SOURCE]);
    } catch {
      return { measured: false, why: 'there is no C compiler (cc) to build the probe with' };
    }
    const iterations = execFileSync(probe, ['calibrate', String(WORK_MICROSECONDS)], { encoding: 'utf8' }).trim();
    const cores = availableParallelism();
    const results = [];
    process.stderr.write('microseconds late, wake-up and 200 of work\n');
    process.stderr.write(`probes  session  ${['median', 'p99', 'p99.9', 'max'].map((h) => h.padStart(7)).join(' ')}\n`);
    for (const probes of new Set([1, cores])) {
      for (const ownSession of [true, false]) {
        for (const { name, options } of RUNS) {
          const scans = options === null ? undefined : new Scans([...tree, ...options]);
          await sleep(LEAD_MILLISECONDS);
          const running = Array.from({ length: probes }, () => runProbe(probe, seconds, iterations, ownSession));
          const late = (await Promise.all(running)).flat();
          await scans?.stop();
          const work = summary(late.map(([, done]) => done ?? 0));
          const figures = Object.values(work).map((value) => String(value).padStart(7));
          const session = ownSession ? 'own' : 'same';
          process.stderr.write(`${String(probes).padEnd(7)} ${session.padEnd(8)} ${figures.join(' ')}  ${name}\n`);
          results.push({
            run: name,
            probes,
            session,
            wakeUps: late.length,
            wakeUpMicroseconds: summary(late.map(([woken]) => woken ?? 0)),
            doneMicroseconds: work,
            scansFinished: scans?.finished ?? null,
          });
        }
      }
    }
    const autogroup = readSetting('/proc/sys/kernel/sched_autogroup_enabled');
    return { measured: true, cores, seconds, workMicroseconds: WORK_MICROSECONDS, autogroup, results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.stdout.write(`${JSON.stringify(await main(), undefined, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
