import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { BytePath } from '../../src/files/bytepath.js';
import { FolderChain } from '../../src/files/folder-chain.js';
import { openRegular } from '../../src/files/open.js';
import { asNobody, bytePath, isRoot, openDescriptors, succeeds, temporaryFolder } from './temporary.js';

const root = temporaryFolder();
const inRoot = '' as BytePath;
writeFileSync(`${root}/file`, 'content');
linkSync(`${root}/file`, `${root}/hard-link`);
symlinkSync('file', `${root}/link`);
symlinkSync('/nowhere', `${root}/dangling`);
symlinkSync('loop', `${root}/loop`);
mkdirSync(`${root}/folder`);
execFileSync('mkfifo', [`${root}/fifo`]);
const server = createServer().listen(`${root}/socket`);
await once(server, 'listening');
afterAll(() => server.close());
const canMakeDevices = succeeds('mknod', `${root}/character`, 'c', '1', '3');
if (canMakeDevices) execFileSync('mknod', [`${root}/block`, 'b', '7', '200']);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe.each([
  ['through descriptors', true],
  ['without procfs', false],
])('opening %s', (_, usesDescriptors) => {
  const chain = new FolderChain(bytePath(root), usesDescriptors);
  afterAll(() => chain.close());
  const attempt = (name: string, folder = '') => openRegular(chain, bytePath(folder), bytePath(name));

  test.each(['file', 'hard-link'])('%s is opened', (name) => {
    const file = attempt(name);
    if (!file.ok) throw new Error(file.detail);
    expect(readFileSync(file.descriptor, 'utf8')).toBe('content');
    expect(file.stat.size).toBe(7);
    closeSync(file.descriptor);
  });

  test.each([
    ['link', 'symbolic link'],
    ['dangling', 'symbolic link'],
    ['loop', 'symbolic link'],
    ['folder', 'folder'],
    ['fifo', 'FIFO'],
    ['socket', 'socket'],
  ])('%s is of another type', (name, detail) => {
    const before = openDescriptors();
    expect(attempt(name)).toEqual({ ok: false, outcome: 'type-changed', detail });
    expect(openDescriptors()).toBe(before);
  });

  test.runIf(canMakeDevices).each([
    ['character', 'character device'],
    // No driver answers there: opening it would give ENXIO.
    ['block', 'block device'],
  ])('a %s device is not opened (needs mknod)', (name, detail) => {
    expect(attempt(name)).toEqual({ ok: false, outcome: 'type-changed', detail });
  });

  test('what is not there is missing', () => {
    expect(attempt('nothing')).toEqual({ ok: false, outcome: 'missing', detail: 'no such file' });
    expect(attempt('file', 'nothing')).toEqual({ ok: false, outcome: 'missing', detail: 'parent folder is missing' });
  });

  test('what nobody may read is unreadable, not missing', () => {
    chmodSync(root, 0o755);
    writeFileSync(`${root}/secret`, '');
    chmodSync(`${root}/secret`, 0);
    const outcome = asNobody(() => attempt('secret'));
    expect(outcome).toEqual({ ok: false, outcome: 'unreadable', detail: 'EACCES: permission denied' });
  });

  test('a name too long for any file is unreadable', () => {
    expect(attempt('n'.repeat(256))).toMatchObject({ outcome: 'unreadable', detail: 'ENAMETOOLONG: name too long' });
  });

  test.runIf(succeeds('python3', '--version'))('a write lease makes nobody wait (needs python3)', async () => {
    const script = `import fcntl, os, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)
f = os.open(sys.argv[1], os.O_RDONLY)
fcntl.fcntl(f, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print('leased', flush=True)
signal.pause()`;
    writeFileSync(`${root}/leased`, '');
    const child = spawn('python3', ['-c', script, `${root}/leased`], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    expect(attempt('leased')).toEqual({
      ok: false,
      outcome: 'unreadable',
      detail: 'EAGAIN: another process holds a lease on it',
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(`${root}/leased`);
  });
});

test('too few descriptors make a file unreadable, never lost', () => {
  const limited = `
    import { FolderChain } from './dist/src/files/folder-chain.js';
    import { openRegular } from './dist/src/files/open.js';
    const chain = new FolderChain(${JSON.stringify(root)});
    const outcomes = [];
    for (let count = 0; count < 80; count += 1) outcomes.push(openRegular(chain, '', 'file'));
    console.log(JSON.stringify(outcomes.at(-1)));`;
  const command = 'ulimit -n 64; exec "$0" --input-type=module -e "$1"';
  const output = execFileSync('sh', ['-c', command, process.execPath, limited], { encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({ ok: false, outcome: 'unreadable', detail: 'EMFILE: too many open files' });
});

test('root needs no permission', ({ skip }) => {
  if (!isRoot) skip('needs root');
  writeFileSync(`${root}/sealed`, 'x', { mode: 0 });
  const chain = new FolderChain(bytePath(root));
  const file = openRegular(chain, inRoot, bytePath('sealed'));
  chain.close();
  expect(file.ok).toBe(true);
  if (file.ok) closeSync(file.descriptor);
});
