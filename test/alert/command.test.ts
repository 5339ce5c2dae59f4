import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deliver } from '../../src/alert/deliver.js';
import { tempFolder } from '../helpers/temp.js';
import { hostileEvent, makeEvent } from './event.js';
import { makeProgram } from './program.js';
import { channel } from './settings.js';

const event = makeEvent();

function run(command: string[], given: Record<string, unknown> = {}, signal?: AbortSignal) {
  return deliver('own', channel({ type: 'command', run: command, ...given }), event, { signal });
}

describe('a command', () => {
  test('gets the event as one line of JSON, and its arguments as they are', async () => {
    const { path, folder } = makeProgram(`
      writeFileSync(folder + '/args', JSON.stringify(process.argv.slice(2)));
      writeFileSync(folder + '/input', readFileSync(0));
    `);
    const odd = hostileEvent('\n\u2028 $(touch /tmp/x) \u202e');
    const args = ['$HOME', '; reboot', '*', '', '--x=y z'];
    await deliver('own', channel({ type: 'command', run: [path, ...args] }), odd);
    expect(JSON.parse(readFileSync(join(folder, 'args'), 'utf8'))).toEqual(args);
    const input = readFileSync(join(folder, 'input'), 'utf8');
    expect(input).toMatch(/^[^\n\u2028\u202e]*\n$/);
    expect(JSON.parse(input)).toEqual(odd);
  });

  test('sees nothing of the environment of whoever started the scan', async () => {
    const { path, folder } = makeProgram(`
      writeFileSync(folder + '/seen', JSON.stringify({ env: process.env, cwd: process.cwd() }));
    `);
    process.env.SIGSWEEP_TEST_SECRET = 'x';
    try {
      await run([path]);
    } finally {
      delete process.env.SIGSWEEP_TEST_SECRET;
    }
    const seen = JSON.parse(readFileSync(join(folder, 'seen'), 'utf8')) as { env: Record<string, string>; cwd: string };
    expect(Object.keys(seen.env).sort()).toEqual(['HOME', 'LANG', 'PATH']);
    expect(seen.env.HOME).toBe(homedir());
    expect(seen.cwd).toBe('/');
  });

  test('that reads nothing is no failure, however long the event', async () => {
    const { path } = makeProgram('process.exit(0);');
    const long = makeEvent({ notes: ['x'.repeat(5_000_000)] });
    await deliver('own', channel({ type: 'command', run: [path] }), long);
  });

  test('that says more than anybody reads is no failure', async () => {
    const { path } = makeProgram(`
      for (let at = 0; at < 200; at++) { writeFileSync(1, 'x'.repeat(50_000)); writeFileSync(2, 'y'.repeat(50_000)); }
    `);
    await run([path]);
  });

  test('that fails is quoted, escaped and cut', async () => {
    const { path } = makeProgram(`
      writeFileSync(1, 'on output \\x1b]0;owned\\x07');
      writeFileSync(2, 'x'.repeat(100_000));
      process.exitCode = 3;
    `);
    const error = (await run([path]).catch((reason: Error) => reason)) as Error;
    expect(error.message).toMatch(
      /^alert channel own: command \/\S+: it failed with exit code 3, saying: on output \\u\{1b\}\]0;owned\\u\{07\}x/,
    );
    expect(error.message.length).toBeLessThan(600);
  });

  test('that a signal ends is a failure', async () => {
    const { path } = makeProgram(`process.kill(process.pid, 'SIGSEGV'); setTimeout(() => {}, 60_000);`);
    await expect(run([path])).rejects.toThrow('it was ended by SIGSEGV');
  });

  test.each([
    ['is not there', '/nonexistent/program', 'ENOENT'],
    ['is a folder', '/', 'EACCES'],
  ])('that %s is a failure', async (_, path, words) => {
    await expect(run([path])).rejects.toThrow(words);
  });

  test('that nobody may run is a failure', async () => {
    const { path } = makeProgram('', 0o600);
    await expect(run([path])).rejects.toThrow('it could not be started: EACCES');
  });

  test('that leaves something running behind is not waited for', async () => {
    const { path, folder } = makeProgram(`
      const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['600'], { stdio: 'inherit' });
      writeFileSync(folder + '/pid', String(child.pid));
      child.unref();
      process.exitCode = process.argv[2] === 'fail' ? 1 : 0;
    `);
    const stop = () => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')));
    await run([path]);
    stop();
    await expect(run([path, 'fail'])).rejects.toThrow('exit code 1');
    stop();
  });

  test('that hangs is killed in time, with what it started', async () => {
    const { path, folder } = hanging();
    await expect(run([path], { timeout: '5s' })).rejects.toThrow('it took longer than 5 s');
    await ended(Number(readFileSync(join(folder, 'pid'), 'utf8')));
  });

  test('is killed by an interrupt, with what it started', async () => {
    const { path, folder } = hanging();
    const controller = new AbortController();
    const running = run([path], {}, controller.signal);
    running.catch(() => undefined);
    while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    await expect(running).rejects.toThrow('it was interrupted');
    await ended(Number(readFileSync(join(folder, 'pid'), 'utf8')));
  });

  test('is not even started after an interrupt', async () => {
    const { path, folder } = makeProgram(`writeFileSync(folder + '/ran', '');`);
    await expect(run([path], {}, AbortSignal.abort())).rejects.toThrow('it was interrupted');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });
});

describe('a program that others could have written', () => {
  test('is not run', async () => {
    const { path, folder } = makeProgram(`writeFileSync(folder + '/ran', '');`);
    chmodSync(path, 0o722);
    await expect(run([path])).rejects.toThrow(`chmod go-w ${path}`);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
  });

  test('is not run through a link either', async () => {
    const { path, folder } = makeProgram(`writeFileSync(folder + '/ran', '');`);
    const link = join(tempFolder(), 'link');
    symlinkSync(path, link);
    await run([link]);
    writeFileSync(join(folder, 'ran'), 'before');
    chmodSync(folder, 0o777);
    await expect(run([link])).rejects.toThrow(`chmod go-w ${folder}`);
    expect(readFileSync(join(folder, 'ran'), 'utf8')).toBe('before');
  });
});

/** A program that never ends, and neither does what it started. It leaves that one's number. */
function hanging() {
  return makeProgram(`
    process.on('SIGTERM', () => {});
    const { spawn } = require('node:child_process');
    const { renameSync } = require('node:fs');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    writeFileSync(folder + '/pid.new', String(child.pid));
    renameSync(folder + '/pid.new', folder + '/pid');
    setInterval(() => {}, 1000);
  `);
}

/** Waits until a process is no more, or only waits to be counted by whoever adopted it. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      if (/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
