import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { succeeds } from '../files/temporary.js';
import { runCli } from '../helpers/cli.js';
import { type JsonReport, reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { expectNothingForgotten, makeLargeSystem, withoutTimes } from './large.js';
import { inShell, NO_MOUNTS, parsed, scanArguments, unshared } from './places.js';

const TROUBLE = fileURLToPath(new URL('preload/worker-trouble.mjs', import.meta.url));

let system: TestSystem;
let undisturbed: JsonReport;

beforeAll(async () => {
  system = await makeLargeSystem();
  undisturbed = await scanSystem(system);
  expectNothingForgotten(undisturbed);
  expect(undisturbed.complete).toBe(true);
});
afterAll(() => system.cleanup());

describe('worker threads in trouble, in a scan of a whole system by the built program', () => {
  it.each([
    ['one of them terminated', 'terminate:1', true],
    ['the first four terminated', 'terminate:4', false],
    ['every one of them terminated', 'terminate:1000', false],
    ['out of memory in the middle of a batch', 'memory', false],
    ['throwing in the middle of a batch', 'throw', false],
    ['throwing where nobody catches it', 'uncaught', false],
    ['ending of their own accord', 'exit', false],
  ])('case 88: %s → done again, or unreadable; never absent', async (_, trouble, whole) => {
    const env = { NODE_OPTIONS: `--import=${TROUBLE}`, WORKER_TROUBLE: trouble };
    const result = await runCli([...scanArguments(system), '--threads', '2', '--format', 'json'], { env });
    const report = reportOf(result);
    expect(result.stderr).toContain('trouble');
    expectNothingForgotten(report);
    expect(result.code).toBe(1);
    if (whole || report.complete) expect(withoutTimes(report)).toEqual(withoutTimes(undisturbed));
  });
});

describe('too few descriptors', () => {
  it.each([20, 40, 64, 128])('ulimit -n %i → right, or incomplete, or not begun; never clean', async (limit) => {
    const args = [...scanArguments(system), '--threads', '2', '--format', 'json'];
    const { code, stdout, stderr } = await inShell(`ulimit -n ${limit}; exec "$@"`, args);
    // Node 22 and 24 need more than 20 to read the file of any program: nothing of this one has run then.
    if (stdout === '' && limit === 20 && stderr.startsWith('node:')) return;
    if (stdout === '') {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^sigsweep: .*EMFILE.*\n$/);
      return;
    }
    const report = parsed(stdout, stderr);
    expect(report.exitCode).toBe(code);
    if (report.complete) expect(withoutTimes(report)).toEqual(withoutTimes(undisturbed));
    else expect([1, 3]).toContain(code);
  });
});

describe('a full disk', () => {
  const args = () => [...scanArguments(system), '--format', 'json'];

  it('case 90: behind standard output → one clear sentence, exit code 2', async () => {
    const { code, stderr } = await inShell('"$@" > /dev/full', args());
    expect(stderr).toMatch(/^sigsweep: cannot write to standard output: ENOSPC: .*\n$/);
    expect(code).toBe(2);
  });

  it.skipIf(NO_MOUNTS !== undefined)(
    `case 90: while the report is written → the same, and the old report is as it was${NO_MOUNTS === undefined ? '' : ` (${NO_MOUNTS})`}`,
    async () => {
      const folder = tempFolder();
      mkdirSync(join(folder, 'small'));
      const small = await makeSystem({ modules: { cdr: {} } });
      try {
        for (let index = 0; index < 300; index += 1) small.writeInWebRoot(`dropped/${index}.php`, `<?php // ${index}`);
        const script = `cd '${folder}'; mount -t tmpfs -o size=64k tmpfs small; echo old > small/report
          "$@" --output "$PWD/small/report"; echo "exit code $?"; cat small/report; ls -A small`;
        const { stdout, stderr } = await inShell(script, [...scanArguments(small), '--format', 'json'], unshared());
        expect(stdout).toBe('exit code 2\nold\nreport\n');
        expect(stderr).toMatch(/^sigsweep: cannot write .*\/small\/report: ENOSPC: .*\n$/);
      } finally {
        small.cleanup();
      }
    },
  );
});

const NO_FAKETIME = succeeds('faketime', '-f', '@2001-01-01 00:00:00', 'true') ? undefined : 'needs faketime';

describe.skipIf(NO_FAKETIME)(`a clock set back${NO_FAKETIME === undefined ? '' : ` (${NO_FAKETIME})`}`, () => {
  it('to 2001 → signatures of later are invalid, and a note says why; never a crash, never good', async () => {
    const args = [...scanArguments(system), '--format', 'json'];
    const { code, stdout, stderr } = await inShell('"$@"', args, ['faketime', '-f', '@2001-01-01 00:00:00']);
    const report = parsed(stdout, stderr);
    expect(code).toBe(1);
    expect(new Set(report.modules.map(({ verdict }) => verdict))).toEqual(new Set(['invalid']));
    expect(report.notes).toContainEqual(expect.stringMatching(/the time is taken to be 2001-01-01 /));
  });

  it('by an hour in the middle of a scan → the report is the same, and the scan took no negative time', async () => {
    const folder = tempFolder();
    const args = [...scanArguments(system), '--threads', '2', '--format', 'json'];
    // The scan has begun when it opens the pipe, and goes on when it is closed.
    const script = `unset FAKETIME; cd '${folder}'; mkfifo revoked; echo +0 > time
      export FAKETIME_TIMESTAMP_FILE="$PWD/time" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
      "$@" --revoked "$PWD/revoked" & exec 3> revoked; echo -1h > time; exec 3>&-; wait $!`;
    const { stdout, stderr } = await inShell(script, args, ['faketime', '-f', '+0']);
    const report = parsed(stdout, stderr);
    expect(withoutTimes(report)).toEqual(withoutTimes(undisturbed));
    expect(Date.parse(report.finishedAt)).toBeGreaterThanOrEqual(Date.parse(report.startedAt));
  });
});

describe('scans that keep nothing', () => {
  it('case 91: two at once over one system: both are right, because there is no state that they share', async () => {
    const reports = await Promise.all([scanSystem(system), scanSystem(system), scanSystem(system, ['--threads', '1'])]);
    for (const report of reports) expect(withoutTimes(report)).toEqual(withoutTimes(undisturbed));
  });

  it('writes nothing into the tree', async () => {
    const before = fingerprintOf(system.dir);
    await scanSystem(system, ['--deep', '--all']);
    expect(fingerprintOf(system.dir)).toBe(before);
  });
});

/** Name, size, and times of content and of inode of everything in a folder. */
function fingerprintOf(folder: string): string {
  return execFileSync('sh', ['-c', "find . -printf '%p %s %T@ %C@\\n' | sort"], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}
