import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { runCli } from '../helpers/cli.js';
import { reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { RunningCli, until, untilItReads } from './controlled.js';

/** Whatever runs the tests may have a low priority already. */
const OWN_NICE = getPriority();
/** More than the four that Node makes for itself when it is busy. */
const THREADS = 8;

const IONICE_MISSING: string | undefined =
  spawnSync('ionice', ['-c', '3', 'true']).status === 0 ? undefined : 'ionice is not installed, or may not be used';

let system: TestSystem;
beforeAll(async () => {
  system = await makeSystem({ modules: { cdr: { 'functions.inc.php': '<?php\n' } } });
  const large = Array.from({ length: THREADS }, (_, index) => `large${index}.php`);
  for (const name of large) truncateSync(system.writeListed('cdr', name, ''), 500_000_000);
  await system.sign('cdr', { entries: large.map((name) => [fromText(name), '0'.repeat(64)]) });
});
afterAll(() => system.cleanup());

function argumentsOf({ dir, anchorFingerprint, keyring }: TestSystem): string[] {
  return ['scan', '--root', dir, '--anchor', anchorFingerprint, '--keyring', keyring, '--format', 'json'];
}

/** A scan that goes on for hours, in worker threads that wait most of the time. */
async function endlessScan(args: readonly string[], through: readonly string[] = []): Promise<RunningCli> {
  const pipe = join(tempFolder(), 'revoked');
  execFileSync('mkfifo', [pipe]);
  const all = ['--max-rate', '0.1', '--threads', String(THREADS), '--revoked', pipe, ...args];
  const cli = new RunningCli([...argumentsOf(system), ...all], {}, through);
  onTestFinished(() => cli.kill());
  const gate = await untilItReads(pipe);
  const before = threadsOf(cli).length;
  gate.goOn();
  await until(() => threadsOf(cli).length >= before + THREADS, 'worker threads');
  return cli;
}

function threadsOf({ pid }: RunningCli): string[] {
  return readdirSync(`/proc/${pid}/task`);
}

/** Every nice value that one of its threads has. */
function niceValues(cli: RunningCli): number[] {
  const values = threadsOf(cli).map((thread) => {
    const stat = readFileSync(`/proc/${cli.pid}/task/${thread}/stat`, 'utf8');
    // The name in brackets may hold anything; nice is the 19th field, the 17th behind it.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  });
  return [...new Set(values)];
}

function ioClasses(cli: RunningCli): string[] {
  const classes = threadsOf(cli).map((thread) => execFileSync('ionice', ['-p', thread], { encoding: 'utf8' }).trim());
  return [...new Set(classes)];
}

describe('the CPU priority of every thread', () => {
  it.each([
    ['by default', [], 10],
    ['with --nice 13', ['--nice', '13'], 13],
    ['with --nice 0', ['--nice', '0'], 0],
  ])('%s', async (_, args, nice) => {
    expect(niceValues(await endlessScan(args))).toEqual([Math.max(OWN_NICE, nice)]);
  });

  it('is never raised', async () => {
    const cli = await endlessScan(['--nice', '1'], ['nice', '-n', '15']);
    expect(niceValues(cli)).toEqual([Math.min(19, OWN_NICE + 15)]);
  });
});

describe('--io-idle', () => {
  it.skipIf(IONICE_MISSING)(`is the class of every thread${IONICE_MISSING ? ` (${IONICE_MISSING})` : ''}`, async () => {
    expect(ioClasses(await endlessScan(['--io-idle']))).toEqual(['idle']);
    expect(ioClasses(await endlessScan([]))).not.toContain('idle');
  });

  it('without ionice the scan says so, and goes on', async () => {
    const small = await makeSystem({ modules: { cdr: {} } });
    onTestFinished(() => small.cleanup());
    const result = await runCli([...argumentsOf(small), '--io-idle'], { env: { PATH: tempFolder() } });
    expect(result).toMatchObject({
      code: 0,
      stderr: 'sigsweep: note: --io-idle has no effect: ionice (of util-linux) is not installed\n',
    });
    expect(reportOf(result).complete).toBe(true);
  });
});

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  it('is heard while worker threads wait for their turn', async () => {
    const cli = await endlessScan([]);
    await cli.send(signal);
    const { code, stdout } = await cli.ended;
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(JSON.parse(stdout)).toMatchObject({ complete: false, exitCode: code });
  });
});
