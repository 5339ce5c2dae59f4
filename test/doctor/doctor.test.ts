import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeClock } from '../../src/doctor/clock.js';
import { judgeNode, judgeOpenFiles, judgeThreads } from '../../src/doctor/runtime.js';
import { judgeSchedule } from '../../src/doctor/schedule.js';
import { checkState, judgeHolder, judgeLastScan, judgeSpace } from '../../src/doctor/state.js';
import { fromText } from '../../src/files/bytepath.js';
import type { Check } from '../../src/health-check.js';
import { displayWidth } from '../../src/report/layout/width.js';
import { Sqlite } from '../../src/state/sqlite.js';
import { openState } from '../../src/state/state.js';
import { RunningCli } from '../cli/controlled.js';
import { inTerminal, TERMINAL_MISSING } from '../cli/terminal.js';
import { runCli } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, hasTool } from '../helpers/tools.js';

/** A folder that is enough of a FreePBX to be found. */
function webRootIn(folder: string): string {
  mkdirSync(join(folder, 'html/admin/modules'), { recursive: true });
  return join(folder, 'html');
}

interface Answer {
  readonly schema: string;
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

const checksOf = (stdout: string) =>
  new Map((JSON.parse(stdout) as Answer).checks.map((check) => [check.name, check] as const));

describe('sigsweep doctor', () => {
  it('finds a machine well on which scans work, and leaves everything as it was', async () => {
    const folder = tempFolder();
    const state = join(folder, 'state');
    const args = [webRootIn(folder), '--state', state];
    const fresh = await runCli(['doctor', ...args, '--json']);
    expect(fresh.json<Answer>()).toMatchObject({ schema: 'sigsweep/doctor@1', healthy: true });
    expect(checksOf(fresh.stdout).get('state')).toMatchObject({ status: 'ok', found: `${state} is not made yet` });
    expect(checksOf(fresh.stdout).get('web root')).toMatchObject({
      status: 'warn',
      found: expect.stringMatching('no module'),
    });
    expect(readdirSync(folder)).toEqual(['html']);
    await runCli(['scan', ...args]);
    const before = readdirSync(state).map((name) => [name, statSync(join(state, name)).mtimeMs]);
    const { code, stdout, stderr } = await runCli(['doctor', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // The folder has no modules, so that no scan of it is complete.
    expect(stdout).toMatch(/^warn {2}last scan +no complete scan is remembered$/m);
    expect(readdirSync(state).map((name) => [name, statSync(join(state, name)).mtimeMs])).toEqual(before);
  });

  it('names a history that is no longer what was written', async () => {
    const folder = tempFolder();
    const state = join(folder, 'state');
    mkdirSync(state, { mode: 0o700 });
    const database = new Sqlite(join(state, 'history.db'), 1000);
    database.run('CREATE TABLE scans (id INTEGER); PRAGMA user_version = 2');
    database.close();
    chmodSync(join(state, 'history.db'), 0o600);
    const { code, stdout, stderr } = await runCli(['doctor', webRootIn(folder), '--state', state, '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(checksOf(stdout).get('state')).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/no such column/),
    });
  });

  it('names everything that is broken, with what to do and the code', async () => {
    const folder = tempFolder();
    const state = join(folder, 'state');
    const config = join(folder, 'config.yaml');
    mkdirSync(state);
    chmodSync(state, 0o777);
    writeFileSync(config, 'no-such-key: 1\n', { mode: 0o600 });
    const missing = join(folder, 'none');
    const args = [
      '--state',
      state,
      '--keyring',
      missing,
      '--revoked',
      missing,
      '--exemptions',
      missing,
      '--anchor',
      'A',
    ];
    const { code, stdout } = await runCli(['doctor', missing, ...args, '--json'], { env: { SIGSWEEP_CONFIG: config } });
    expect(code).toBe(1);
    const checks = checksOf(stdout);
    const failed = [...checks.values()].filter(({ status }) => status === 'fail');
    const found = Object.fromEntries(failed.map((check) => [check.name, /\[(\w+)\]$/.exec(check.found)?.[1]]));
    expect(found).toEqual({
      configuration: 'CONFIG_MALFORMED',
      'web root': 'WEB_ROOT_NOT_FOUND',
      keyrings: 'KEYRING_UNREADABLE',
      anchors: 'FINGERPRINT_MALFORMED',
      'revoked list': 'REVOKED_LIST_UNREADABLE',
      exemptions: 'EXEMPTIONS_UNREADABLE',
      state: 'FILE_UNSAFE',
    });
    for (const { todo } of failed) expect(todo).toMatch(/\w/);
    expect(checks.get('state')?.found).toContain(`chmod go-w ${state}`);
  });

  it('says that the history is damaged, and does not touch it', async () => {
    const folder = tempFolder();
    const file = join(folder, 'history.db');
    writeFileSync(file, 'this is no database, but a text that is longer than its head would be'.repeat(20));
    const before = statSync(file).mtimeMs;
    const { code, stdout } = await runCli(['doctor', webRootIn(folder), '--state', folder, '--json']);
    expect(code).toBe(1);
    const state = { status: 'fail', found: expect.stringMatching(/SQLITE_NOTADB.*\[STATE_UNUSABLE\]$/) };
    expect(checksOf(stdout).get('state')).toMatchObject(state);
    expect([readdirSync(folder).sort(), statSync(file).mtimeMs]).toEqual([['history.db', 'html'], before]);
  });

  it.skipIf(!hasTool('faketime'))('sees that the clock is wrong (needs faketime)', async () => {
    const running = new RunningCli(['doctor', '--no-state', '--json'], {}, ['faketime', '2020-01-01 00:00:00']);
    const { stdout } = await running.ended;
    expect(checksOf(stdout).get('clock')).toMatchObject({
      status: 'fail',
      found: expect.stringMatching(/^2020-01-01/),
    });
  });

  it.skipIf(!canUnshare('--mount'))('sees that /proc is not mounted (needs a mount namespace)', async () => {
    const through = ['unshare', '--mount', 'sh', '-c', 'umount -l /proc && exec "$@"', 'sh'];
    const { stdout } = await new RunningCli(['doctor', '--no-state', '--json'], {}, through).ended;
    expect(checksOf(stdout).get('proc')).toMatchObject({ status: 'warn', todo: 'mount -t proc proc /proc' });
  });

  it.skipIf(TERMINAL_MISSING !== undefined)(
    `fits a terminal of 60 columns (${TERMINAL_MISSING ?? 'in a pseudo terminal'})`,
    async () => {
      const { screen } = await inTerminal('$SIGSWEEP doctor /nowhere/at/all --no-state', { columns: 60 });
      expect(screen).toContain('\x1b[31mfail\x1b[39m');
      expect(screen.split('\r\n').filter((line) => displayWidth(line) > 60)).toEqual([]);
    },
  );
});

describe('judgements', () => {
  const now = new Date('2027-01-10T06:00:00Z');
  const statusOf = ({ status }: Check) => status;

  it('of Node and of what it may do', () => {
    expect(
      ['20.19.0', '20.18.9', '18.20.0', '22.0.0', '24.1.0'].map((version) => statusOf(judgeNode(version))),
    ).toEqual(['ok', 'fail', 'fail', 'ok', 'ok']);
    expect(judgeThreads(4, 'max 100000', null).status).toBe('ok');
    expect(judgeThreads(4, '150000 100000', null)).toMatchObject({
      status: 'warn',
      todo: expect.stringMatching(/^give --threads 1,/),
    });
    expect(judgeThreads(4, undefined, 'ENOMEM').status).toBe('fail');
    const limit = (files: string) => statusOf(judgeOpenFiles(`Max open files            ${files}    4096   files\n`));
    expect(['32', '128', '1024', 'unlimited'].map(limit)).toEqual(['fail', 'warn', 'ok', 'ok']);
  });

  it('of the clock', () => {
    const later = new Date('2027-01-11');
    expect(statusOf(judgeClock(now, null, undefined))).toBe('ok');
    expect(statusOf(judgeClock(now, later, true))).toBe('fail');
    expect(statusOf(judgeClock(new Date('2026-01-01'), null, true))).toBe('fail');
    expect(statusOf(judgeClock(now, null, false))).toBe('warn');
  });

  it('of what is remembered', () => {
    const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);
    expect([null, ago(3), ago(1)].map((last) => statusOf(judgeLastScan(last, now)))).toEqual(['warn', 'warn', 'ok']);
    expect([1e6, 50e6, 1e9].map((bytes) => statusOf(judgeSpace('/x', bytes)))).toEqual(['fail', 'warn', 'ok']);
    const holder = { pid: '7', since: now };
    expect(statusOf(judgeHolder({ ...holder, runs: true }))).toBe('ok');
    expect(statusOf(judgeHolder({ ...holder, runs: false }))).toBe('warn');
  });

  it('of the schedule', () => {
    const file = { path: '/etc/systemd/system/sigsweep.timer', state: 'current' } as const;
    const timer = { state: 'active', next: 'Sun 2027-01-11', last: '', result: '' };
    const systemd = { scheduler: 'systemd', files: [file], timer } as const;
    expect(judgeSchedule([systemd])).toMatchObject({ status: 'ok', found: 'by systemd, next run Sun 2027-01-11' });
    expect(statusOf(judgeSchedule([]))).toBe('warn');
    expect(statusOf(judgeSchedule([{ ...systemd, timer: { ...timer, state: 'inactive' } }]))).toBe('warn');
    expect(statusOf(judgeSchedule([{ ...systemd, files: [{ ...file, state: 'outdated' }] }]))).toBe('warn');
  });
});

it('takes no file for the folder of the history, nor a place below one', async () => {
  const file = join(tempFolder(), 'state');
  writeFileSync(file, '', { mode: 0o700 });
  for (const [folder, found] of [
    [file, `${file} is no folder`],
    [join(file, 'below'), expect.stringContaining('ENOTDIR')],
  ] as const) {
    const { checks } = await checkState(folder, null, new Date());
    expect(checks.find(({ name }) => name === 'state')).toMatchObject({ status: 'fail', found });
  }
});

it('counts no scan of another web root, such as a copy, as one of this', async () => {
  const folder = join(tempFolder(), 'state');
  const { database } = openState(folder, new Date());
  database.run(`INSERT INTO scans VALUES (1, '/mnt/copy', 'full', 0, 1000, 1, 1, 0, 0, 0, '{}', '[]', 'high')`);
  database.close();
  expect((await checkState(folder, fromText('/var/www/html'), new Date())).lastSuccess).toBeNull();
  expect((await checkState(folder, fromText('/mnt/copy'), new Date())).lastSuccess).toEqual(new Date(1000));
});
