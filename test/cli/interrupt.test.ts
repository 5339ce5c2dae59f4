import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type GeneratedSystem, generateSystem } from '../../src/demo/system.js';
import { validated } from '../helpers/report.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';
import { RunningCli, until, untilItReads } from './controlled.js';

const OLD = 'the old report\n';

let folder: string;
let system: GeneratedSystem;
beforeAll(async () => {
  folder = makeTempFolder();
  // Many times what is read in one turn of the event loop.
  system = await generateSystem(join(folder, 'system'), {
    modules: 8,
    listedFiles: 3000,
    unlistedFiles: 2000,
    seed: 5,
    meanBytes: 1000,
  });
});
afterAll(() => removeFolder(folder));

/** A scan that waits in the middle of its start until `goOn` is called: it has begun, and has looked at nothing yet. */
async function startedScan(...args: string[]) {
  const pipe = join(tempFolder(), 'revoked');
  execFileSync('mkfifo', [pipe]);
  const cli = new RunningCli([
    'scan',
    system.webRoot,
    '--anchor',
    system.anchorFingerprint,
    '--revoked',
    pipe,
    '--format',
    'json',
    ...args,
  ]);
  onTestFinished(() => cli.kill());
  const gate = await untilItReads(pipe);
  return { cli, goOn: () => gate.goOn() };
}

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s', (signal, code) => {
  it('leaves a partial report that says so, and the exit code that a shell expects', async () => {
    const { cli, goOn } = await startedScan();
    await cli.send(signal);
    goOn();
    const ended = await cli.ended;
    expect(ended).toMatchObject({ code, signal: null, stderr: '' });
    const report = validated(JSON.parse(ended.stdout));
    expect(report).toMatchObject({ complete: false, exitCode: code });
    expect(report.summary.hashed).toBeLessThan(system.written.listedFiles);
  });

  it('leaves the partial report in the file asked for', async () => {
    const output = tempFolder();
    const file = join(output, 'report.json');
    writeFileSync(file, OLD);
    const { cli, goOn } = await startedScan('--output', file);
    await cli.send(signal);
    goOn();
    expect(await cli.ended).toMatchObject({ code, stdout: '', stderr: '' });
    expect(validated(JSON.parse(readFileSync(file, 'utf8')))).toMatchObject({ complete: false, exitCode: code });
    expect(readdirSync(output)).toEqual(['report.json']);
  });

  it('a second one ends the scan at once, without a report and with the old file as it was', async () => {
    const output = tempFolder();
    const file = join(output, 'report.json');
    writeFileSync(file, OLD);
    const { cli, goOn } = await startedScan('--output', file);
    await cli.send(signal);
    await cli.send(signal);
    goOn();
    expect(await cli.ended).toMatchObject({ code, signal: null, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(OLD);
    expect(readdirSync(output)).toEqual(['report.json']);
  });

  it('removes what a demonstration has built so far', async () => {
    const temporary = join(tempFolder(), 'tmp');
    mkdirSync(temporary);
    const cli = new RunningCli(['demo', '--format', 'json'], { TMPDIR: temporary });
    onTestFinished(() => cli.kill());
    // As soon as a part of it is there: the rest is still being built.
    await until(() => readdirSync(temporary, { recursive: true }).length > 1, 'the demonstration to be begun');
    await cli.send(signal);
    const { code: ended, stdout } = await cli.ended;
    expect(ended).toBe(code);
    expect(validated(JSON.parse(stdout))).toMatchObject({ complete: false, exitCode: code });
    expect(readdirSync(temporary)).toEqual([]);
  });
});

it('a second signal removes the demonstration too', async () => {
  const temporary = join(tempFolder(), 'tmp');
  mkdirSync(temporary);
  const cli = new RunningCli(['demo'], { TMPDIR: temporary });
  onTestFinished(() => cli.kill());
  await until(() => readdirSync(temporary).length > 0, 'the demonstration to be begun');
  await until(() => readdirSync(temporary, { recursive: true }).length > 1, 'a part of it');
  await cli.send('SIGINT');
  await cli.send('SIGTERM');
  // Where the first one was dealt with before the second came, the scan may have ended by itself.
  expect([130, 143]).toContain((await cli.ended).code);
  expect(readdirSync(temporary)).toEqual([]);
});
