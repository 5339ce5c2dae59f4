import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lchownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment, runCli } from '../helpers/cli.js';
import { type JsonReport, validated } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, hasTool, isRoot } from '../helpers/tools.js';
import { ODD_WORDS } from './settings.js';
import { CAN_RUN_SYSTEMD, INSIDE, runUnit } from './systemd-manager.js';

const NOBODY = 65_534;

/** What a scan finds, without when. */
type Found = Omit<JsonReport, 'scan' | 'startedAt' | 'finishedAt'>;

let system: TestSystem;

// A system of another user's, who forbids everybody to read: only a right that overrides that sees the shell.
beforeAll(async () => {
  const listed = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`${index % 9}/${index}.php`, '<?php\n']),
  );
  system = await makeSystem({ modules: { cdr: listed, core: { 'altered.php': '<?php // as signed\n' } } });
  system.writeListed('core', 'altered.php', '<?php // altered\n');
  const shell = system.writeInWebRoot('admin/shell.php', '<?php // nobody signed this\n');
  if (!isRoot) return;
  for (const path of readdirSync(system.dir, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(system.dir, path), NOBODY, NOBODY);
  }
  chownSync(system.dir, NOBODY, NOBODY);
  chmodSync(system.dir, 0o755);
  chmodSync(shell, 0);
  chmodSync(system.modulePath('cdr'), 0o700);
});
afterAll(() => system.cleanup());

function scanOf(root: string, output: string): string[] {
  const trust = ['--anchor', system.anchorFingerprint, '--keyring', `${root}/keyring`];
  return ['--root', root, ...trust, '--format', 'json', '--output', output];
}

function foundIn(file: string): Found {
  const report = JSON.parse(readFileSync(file, 'utf8'), (key, value) => (key === 'firstSeen' ? undefined : value));
  const { startedAt: _started, finishedAt: _finished, scan: _number, ...found } = validated(report);
  return found;
}

/** The same by a scan that nothing holds back; the web root's own path is all that may differ. */
function foundFreely(): Found {
  const file = join(tempFolder(), 'report.json');
  const args = [CLI_PATH, 'scan', ...scanOf(system.dir, file)];
  const { status } = spawnSync(process.execPath, args, { env: cliEnvironment() });
  expect(status).toBe(1);
  return foundIn(file);
}

/** The scans that a history holds, the last one first, with how each ended. */
async function exitCodesIn(state: string): Promise<number[]> {
  const { scans } = (await runCli(['history', '--json', '--state', state])).json<{ scans: { exitCode: number }[] }>();
  return scans.map(({ exitCode }) => exitCode);
}

function moved(found: Found, from: string, to: string): Found {
  return JSON.parse(JSON.stringify(found).replaceAll(from, to));
}

describe.skipIf(!CAN_RUN_SYSTEMD)('the service, run by systemd (needs it, and root)', () => {
  const main = `${INSIDE.app}/dist/program/cli/main.js`;

  it('finds what a free scan finds, remembers it, and says nothing else', async (context) => {
    const output = `${INSIDE.out}/report.json`;
    const scan = [...scanOf(INSIDE.system, output), '--io-idle', '--nice', '5'];
    const run = runUnit({ changes: { scan, writable: [INSIDE.out] }, main, system: system.dir });
    if (run === null) return context.skip('no manager of systemd starts here');
    expect(run).toMatchObject({ stdout: '', stderr: '', properties: { Result: 'exit-code', ExecMainStatus: '1' } });
    const found = foundIn(join(run.out, 'report.json'));
    expect(found).toEqual(moved(foundFreely(), system.dir, INSIDE.system));
    expect(found).toMatchObject({ complete: true, summary: { findings: { critical: 2, high: 0 } } });
    expect(await exitCodesIn(run.state)).toEqual([1]);
  });

  it.skipIf(!hasTool('logger') || !hasTool('python3'))('tells the system log, and a command', (context) => {
    const config = [
      'alerts:',
      `  log: {type: syslog, socket: ${INSIDE.out}/log}`,
      `  own: {type: command, run: [/bin/sh, -c, "cat >${INSIDE.out}/event"]}`,
      '',
    ].join('\n');
    const scan = ['--config', `${INSIDE.out}/config.yaml`, ...scanOf(INSIDE.system, `${INSIDE.out}/report.json`)];
    const run = runUnit({
      changes: { scan, writable: [INSIDE.out], needs: { network: false, sendmail: false, command: true } },
      main,
      system: system.dir,
      files: { 'config.yaml': config, 'log.py': LOG },
      before: `python3 ${INSIDE.out}/log.py & until [ -S ${INSIDE.out}/log ]; do sleep 0.1; done`,
    });
    if (run === null) return context.skip('no manager of systemd starts here');
    expect(run).toMatchObject({ stdout: '', stderr: '', properties: { ExecMainStatus: '1' } });
    expect(JSON.parse(readFileSync(join(run.out, 'event'), 'utf8'))).toMatchObject({ severity: 'critical' });
    expect(readFileSync(join(run.out, 'records'), 'utf8')).toMatch(/admin\/shell\.php/);
  });

  it('would not, without the one capability it has', (context) => {
    const changes = { scan: scanOf(INSIDE.system, `${INSIDE.out}/report.json`), writable: [INSIDE.out] };
    const run = runUnit({ changes, main, system: system.dir, dropIn: ['CapabilityBoundingSet='] });
    if (run === null) return context.skip('no manager of systemd starts here');
    expect(foundIn(join(run.out, 'report.json'))).toMatchObject({ complete: false });
  });

  it('gets every word as it is, and can do what it needs and nothing else', (context) => {
    const run = runUnit({
      changes: { scan: ODD_WORDS, writable: [INSIDE.out] },
      main: `${INSIDE.out}/probe.cjs`,
      system: system.dir,
      files: { 'probe.cjs': PROBE },
    });
    if (run === null) return context.skip('no manager of systemd starts here');
    expect(run).toMatchObject({ stderr: '', properties: { Result: 'success' } });
    expect(JSON.parse(run.stdout)).toEqual({
      words: ['scan', '--quiet', ...ODD_WORDS],
      capabilities: ['0000000000000004', '0000000000000004'],
      filtered: true,
      forbidden: '<?php // nobody signed this\n',
      writes: { out: '', state: '', system: 'EROFS', app: 'EROFS', root: 'EROFS' },
      descriptors: true,
      interfaces: ['lo'],
      inet: 'EAFNOSUPPORT',
      chown: 'EPERM',
      priority: { nice: 19, raised: 'EACCES', io: 'idle' },
    });
  });
});

/** A system log that keeps what it is told. */
const LOG = `
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind('${INSIDE.out}/log')
while True:
    with open('${INSIDE.out}/records', 'ab') as records: records.write(log.recv(65536) + b'\\n')
`;

/** Tries what the service may do and what it may not. */
const PROBE = `
const { readFileSync, readdirSync, writeFileSync, chownSync } = require('node:fs');
const { execFileSync } = require('node:child_process');
const { createServer } = require('node:net');
const os = require('node:os');
const attempt = (act) => { try { act(); return ''; } catch (error) { return error.info?.code ?? error.code; } };
const write = (folder) => attempt(() => writeFileSync(folder + '/written', ''));
const status = readFileSync('/proc/self/status', 'utf8');
const capabilities = ['CapEff', 'CapBnd'].map((name) => new RegExp(name + ':\\\\s+(\\\\w+)').exec(status)[1]);
const told = {
  words: process.argv.slice(2),
  capabilities,
  filtered: /Seccomp:\\s+2/.test(status),
  forbidden: readFileSync('/srv/system/var/www/html/admin/shell.php', 'utf8'),
  writes: {
    out: write('/srv/out'), state: write(process.env.STATE_DIRECTORY), system: write('/srv/system'),
    app: write('/srv/app'), root: write(''),
  },
  descriptors: readdirSync('/proc/self/fd').length > 2,
  interfaces: readFileSync('/proc/self/net/dev', 'utf8').match(/\\w+(?=:)/g),
  chown: attempt(() => chownSync('/srv/out/written', 1, 1)),
  priority: {
    nice: os.getPriority(),
    raised: attempt(() => os.setPriority(0)),
    io: execFileSync('ionice', ['-p', String(process.pid)], { encoding: 'utf8' }).trim(),
  },
};
const server = createServer();
server.on('error', ({ code }) => console.log(JSON.stringify({ ...told, inet: code })));
server.listen(0, '127.0.0.1', () => { console.log(JSON.stringify({ ...told, inet: '' })); server.close(); });
`;

// What of the service can be had without systemd: the one capability, a read-only system, no network, a small /proc.
describe.skipIf(!canUnshare('--mount', '--net') || !hasTool('setpriv'))(
  'a scan held back as the service is (root)',
  () => {
    const restricted = (capability: string, state: string, args: readonly string[]) => {
      const script = `
      state=$1 capability=$2; shift 2
      mount --make-rprivate / && mount --bind "$state" "$state" || exit 99
      mount -t proc -o subset=pid,hidepid=invisible proc /proc || exit 99
      for place in $(findmnt --raw --noheadings --output TARGET --tab-file /proc/self/mountinfo); do
        case $place in "$state"|/proc*|/dev*|/sys*) ;; *) mount -o remount,bind,ro "$place" || exit 99 ;; esac
      done
      exec setpriv --bounding-set "$capability" --inh-caps=-all --no-new-privs nice -n 19 "$@"`;
      const command = [process.execPath, CLI_PATH, 'scan', '--quiet', ...args];
      return spawnSync('unshare', ['--mount', '--net', 'sh', '-c', script, 'sh', state, capability, ...command], {
        encoding: 'utf8',
        env: { ...cliEnvironment(), SIGSWEEP_STATE: join(state, 'history') },
      });
    };

    it('finds what a free scan finds, and remembers it', async () => {
      const state = tempFolder();
      const file = join(state, 'report.json');
      const night = () => restricted('-all,+dac_read_search', state, scanOf(system.dir, file));
      expect(night()).toMatchObject({ status: 1, stdout: '', stderr: '' });
      expect(foundIn(file)).toEqual(foundFreely());
      expect(night()).toMatchObject({ status: 1, stdout: '', stderr: '' });
      expect(foundIn(file).changes).toMatchObject({ since: { scan: 1 }, added: 0, still: 2 });
      expect(await exitCodesIn(join(state, 'history'))).toEqual([1, 1]);
    });

    it('would not, without the one capability', () => {
      const state = tempFolder();
      const file = join(state, 'report.json');
      restricted('-all', state, scanOf(system.dir, file));
      expect(foundIn(file)).toMatchObject({ complete: false });
    });

    it('cannot write elsewhere', () => {
      const elsewhere = join(tempFolder(), 'report.json');
      const run = restricted('-all,+dac_read_search', tempFolder(), scanOf(system.dir, elsewhere));
      expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining('EROFS') });
      expect(existsSync(elsewhere)).toBe(false);
    });
  },
);
