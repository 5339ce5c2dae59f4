import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { type JsonReport, scanSystem, validated } from '../helpers/report.js';
import type { TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { expectNothingForgotten, makeLargeSystem, withoutTimes } from './large.js';
import { scanArguments } from './places.js';

/** `SIGNALS=20 KILLS=200` is what the project's own claim rests on; each costs a good part of a scan. */
const SIGNALLED_RUNS = Number(process.env.SIGNALS ?? 6);
const KILLED_RUNS = Number(process.env.KILLS ?? 10);
const AT_ONCE = 2;

let system: TestSystem;
let undisturbed: JsonReport;
/** How long a scan takes here, in milliseconds. */
let duration: number;

beforeAll(async () => {
  system = await makeLargeSystem();
  undisturbed = await scanSystem(system, ['--threads', '2']);
  const start = performance.now();
  await scanSystem(system, ['--threads', '2']);
  duration = performance.now() - start;
});
afterAll(() => system.cleanup());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a scan and sends it a signal after so many milliseconds. */
async function scanUntil(signal: NodeJS.Signals, after: number, args: string[], folder: string): Promise<Ended> {
  const all = [CLI_PATH, ...scanArguments(system), '--threads', '2', '--format', 'json', ...args];
  const env = { ...cliEnvironment(), TMPDIR: folder };
  const child = spawn(process.execPath, all, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  await Promise.race([setTimeout(after), closed]);
  child.kill(signal);
  const [code, ended] = await closed;
  return { code, signal: ended, stdout, stderr };
}

/** Moments spread over the whole time of a scan, the very beginning and the very end included, and shifted by chance. */
function moments(count: number): number[] {
  return Array.from({ length: count }, (_, index) => ((index + Math.random()) / count) * duration * 1.05);
}

/** A report that a signal cut short, or that was done before it came. `code` is `null` where the signal came after it. */
function expectReport(text: string, code: number | null, interrupted: number): boolean {
  const report = validated(JSON.parse(text));
  if (code !== null) expect(report.exitCode).toBe(code);
  if (report.exitCode !== interrupted) {
    expect(withoutTimes(report)).toEqual(withoutTimes(undisturbed));
    return false;
  }
  if (report.complete) {
    // It came when the scan was done, and the report was not delivered yet: what was found stands.
    const { exitCode } = undisturbed;
    expect(withoutTimes({ ...report, exitCode })).toEqual(withoutTimes(undisturbed));
    return true;
  }
  for (const { verdict, listed, hashed } of report.modules) {
    expect(hashed).toBeLessThanOrEqual(listed);
    // Each of them has altered files: whatever was reached, none may be called good.
    expect(['tampered', 'unverified']).toContain(verdict);
  }
  return true;
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('case 89: %s at any moment', (signal, interrupted) => {
  it(`${SIGNALLED_RUNS / 2} runs → a partial report marked incomplete, exit code ${interrupted}`, async () => {
    let cut = 0;
    for (const moment of moments(SIGNALLED_RUNS / 2)) {
      const { code, signal: ended, stdout, stderr } = await scanUntil(signal, moment, [], tempFolder());
      // Before the program takes signals, and once its report is delivered, they end it as they end any other.
      if (ended !== null && stdout !== '') expectReport(stdout, null, interrupted);
      else if (ended === null && expectReport(stdout, code, interrupted)) cut += 1;
      expect(stderr).not.toContain('fault of sigsweep');
    }
    expect(cut).toBeGreaterThan(0);
  });

  it(`${SIGNALLED_RUNS / 2} runs with --output → the old report or a whole one, and no other file`, async () => {
    for (const moment of moments(SIGNALLED_RUNS / 2)) {
      const folder = tempFolder();
      const file = join(folder, 'report.json');
      writeFileSync(file, 'old');
      const { code } = await scanUntil(signal, moment, ['--output', file], folder);
      const text = readFileSync(file, 'utf8');
      if (text !== 'old') expectReport(text, code, interrupted);
      expect(readdirSync(folder)).toEqual(['report.json']);
    }
  });
});

describe('case 92: killed at any moment', () => {
  it(`${KILLED_RUNS} times → nothing is left behind, and the next scan is right`, async () => {
    const folder = tempFolder();
    const left = moments(KILLED_RUNS);
    const before = fileNames(system.dir);
    let killed = 0;
    const killer = async () => {
      for (let moment = left.pop(); moment !== undefined; moment = left.pop()) {
        const { signal } = await scanUntil('SIGKILL', moment, [], folder);
        if (signal === 'SIGKILL') killed += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, killer));
    // Beside other tests a scan takes now twice as long as when it was timed, now half as long.
    expect(killed).toBeGreaterThan(KILLED_RUNS / 5);
    expect(readdirSync(folder)).toEqual([]);
    expect(fileNames(system.dir)).toEqual(before);
    const next = await scanSystem(system);
    expectNothingForgotten(next);
    expect(withoutTimes(next)).toEqual(withoutTimes(undisturbed));
  }, 240_000);
});

function fileNames(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
