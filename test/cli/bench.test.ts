import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Measurement } from '../../src/measurement.js';
import { runCli } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { RunningCli, until } from './controlled.js';
import { inTerminal, TERMINAL_MISSING } from './terminal.js';

const FILES = 300;

let system: TestSystem;
beforeAll(async () => {
  const files = Array.from({ length: FILES }, (_, index) => [`${index % 7}/${index}.php`, `<?php // ${index}\n`]);
  system = await makeSystem({ modules: { cdr: Object.fromEntries(files) } });
  symlinkSync(system.keyring, join(system.webRoot, 'elsewhere'));
  system.writeInWebRoot('node_modules/x/index.js', '');
  execFileSync('mkfifo', [join(system.webRoot, 'pipe.php')]);
});
afterAll(() => system.cleanup());

type Json = Omit<Measurement, 'root'> & { schema: string; root: string; verified: boolean };

/** Everything in a tree with its times, but for that of reading. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => {
      const { size, mode, mtimeMs, ctimeMs } = lstatSync(join(folder, path));
      return [path, size, mode, mtimeMs, ctimeMs].join(' ');
    })
    .sort();
}

/** As many has a busy Node by itself (measured): newer ones start fewer. */
const THREADS_OF_NODE = Number.parseInt(process.versions.node, 10) < 22 ? 11 : 7;

describe('sigsweep bench', () => {
  it('measures every number of threads asked for, and verifies and writes nothing', async () => {
    const before = snapshot(system.webRoot);
    const result = await runCli(['bench', system.webRoot, '--seconds', '10', '--threads', '2,1', '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const json = result.json<Json>();
    // The module's files, module.xml and module.sig.
    const files = FILES + 2;
    expect(json).toMatchObject({
      schema: 'sigsweep/bench@1',
      root: system.webRoot,
      verified: false,
      complete: true,
      exitCode: 0,
      listing: { files, whole: true },
      sample: { files },
      firstPass: { files },
      speeds: [{ threads: 2 }, { threads: 1 }],
    });
    for (const { passes } of json.speeds) expect(passes.length).toBeGreaterThanOrEqual(3);
    expect([1, 2]).toContain(json.recommendation?.threads);
    expect(snapshot(system.webRoot)).toEqual(before);
  });

  it('finds the web root inside of --root as scan does', async () => {
    const { code, json } = await runCli(['bench', '--root', system.dir, '--seconds', '3', '--threads', '1', '--json']);
    expect([0, 3]).toContain(code);
    expect(json<Json>().root).toBe(system.webRoot);
  });

  it('tells a person, without colours and within 60 columns but for paths and notes', async () => {
    const { stdout, stderr } = await runCli(['bench', system.webRoot, '--seconds', '5', '--threads', '1']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^sigsweep \S+ bench\nnothing was verified/);
    expect(stdout).toMatch(/^ {6}1 +\d/m);
    const wide = stdout.split('\n').filter((line) => line.length >= 60 && !/^(?:web root|note) /.test(line));
    expect(wide).toEqual([]);
  });

  it.skipIf(TERMINAL_MISSING)('says in a terminal how long it will take', async () => {
    const { screen } = await inTerminal(`$SIGSWEEP bench ${system.webRoot} --seconds 2 --threads 1`, { columns: 60 });
    expect(screen).toContain('measuring for about 2 s');
    expect(screen).toContain('nothing was verified');
    expect(screen).not.toContain('\u001b');
  });

  it('a tree without files is no complete measurement', async () => {
    const empty = await makeSystem({ modules: {} });
    onTestFinished(() => empty.cleanup());
    const { code, stdout } = await runCli(['bench', empty.webRoot, '--seconds', '2']);
    expect(code).toBe(3);
    expect(stdout).toContain('there are no files to read');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with what was measured until then', async (signal, code) => {
    const cli = new RunningCli(['bench', system.webRoot, '--seconds', '3600', '--threads', '1,2', '--json']);
    onTestFinished(() => cli.kill());
    // The worker threads of the first pass.
    await until(() => readdirSync(`/proc/${cli.pid}/task`).length > THREADS_OF_NODE, 'threads');
    await cli.send(signal);
    const ended = await cli.ended;
    expect(ended).toMatchObject({ code, signal: null, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({ complete: false, exitCode: code });
  });
});
