import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Ended, RunningCli, until } from '../cli/controlled.js';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { canUnshare } from '../helpers/tools.js';
import { OLD_SIGNATURE, Publisher, refusal } from './publisher.js';

/** As long as a file may be: reading it takes a good part of a second, and it takes no room. */
const LONG = 1024 ** 3;

/** More than Node itself reads when it begins, and a part of a long file only. */
const UNDER_WAY = 100_000_000;

/** Signs, and does something once the first long file is being read: a file that is only open may not have been measured yet. */
async function signWhile(publisher: Publisher, act: (cli: RunningCli) => unknown, ...args: string[]): Promise<Ended> {
  const cli = new RunningCli(['sign', publisher.module, ...publisher.trust, '--key', publisher.key, ...args]);
  onTestFinished(() => cli.kill());
  await until(() => bytesReadBy(cli.pid) > UNDER_WAY, 'a long file to be read');
  await act(cli);
  return cli.ended;
}

function bytesReadBy(pid: number): number {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'latin1'))?.[1]);
  } catch {
    return 0; // Not begun.
  }
}

describe('a file that changes while it is hashed', () => {
  it.each([
    ['shrinks', 0, /^long could not be hashed: ended after \d+ of 1073741824 bytes$/],
    ['grows', LONG + 1, /^long could not be hashed: size changed from 1073741824 to 1073741825 bytes$/],
  ])('and %s: nothing is signed', async (_what, size, said) => {
    const publisher = await Publisher.begin({ 'a.php': 'a', long: '', 'module.sig': OLD_SIGNATURE });
    const long = join(publisher.module, 'long');
    truncateSync(long, LONG);
    expect(refusal(await signWhile(publisher, () => truncateSync(long, size)))).toMatch(said);
    expect(readFileSync(publisher.signature, 'utf8')).toBe(OLD_SIGNATURE);
    expect(readdirSync(publisher.module).sort()).toEqual(['a.php', 'long', 'module.sig', 'module.xml']);
  });
});

it('a file that is longer than any that a scan reads is refused', async () => {
  const publisher = await Publisher.begin({ long: '' });
  truncateSync(join(publisher.module, 'long'), LONG + 1);
  expect(refusal(await publisher.sign())).toBe(
    'long could not be hashed: 1073741825 bytes: larger than any file that is hashed',
  );
});

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s while files are hashed', (signal, code) => {
  it.each([
    ['in the calling thread', 0, ['--threads', '1']],
    ['in other threads', 400, ['--threads', '2']],
  ])('%s ends it, and leaves everything as it was', async (_where, others, args) => {
    const publisher = await Publisher.begin({ 'module.sig': OLD_SIGNATURE });
    for (let index = 0; index < others; index += 1) publisher.write(`other-${index}`, '');
    // All together they take longer than anybody waits.
    for (let index = 0; index < 100; index += 1) {
      publisher.write(`long-${index}`, '');
      truncateSync(join(publisher.module, `long-${index}`), LONG);
    }
    const ended = await signWhile(publisher, (cli) => cli.send(signal), ...args);
    expect(ended).toEqual({ code, signal: null, stdout: '', stderr: '' });
    expect(readFileSync(publisher.signature, 'utf8')).toBe(OLD_SIGNATURE);
    expect(readdirSync(publisher.module).length).toBe(others + 100 + 2);
    expect(readdirSync(publisher.folder).sort()).toEqual(['keyring', 'mymodule', 'signer.asc']);
  });
});

const MOUNTS_MISSING = canUnshare('-m') ? undefined : 'file systems cannot be mounted here';

describe.skipIf(MOUNTS_MISSING)(`a disk${MOUNTS_MISSING ? ` (skipped: ${MOUNTS_MISSING})` : ''}`, () => {
  /** Signs on a small disk after a shell command, and says what is then in the module's folder. */
  function signOnDisk(publisher: Publisher, before: string) {
    const args = ['sign', publisher.module, ...publisher.trust, '--key', publisher.key];
    const script = [
      'set -e; module="$1"; copy="$2"; shift 2',
      'cp -r "$module" "$copy"; mount -t tmpfs -o size=64k tmpfs "$module"; cp -r "$copy"/. "$module"',
      `code=0; ${before}; "$@" || code=$?`,
      'rm -f "$module/filler" "$module/.filler"; ls -A "$module"; cat "$module/module.sig"; exit $code',
    ];
    const copy = join(publisher.folder, 'copy');
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['-m', 'sh', '-c', script.join('\n'), 'sh', publisher.module, copy, process.execPath, CLI_PATH, ...args],
      { env: cliEnvironment(), encoding: 'utf8' },
    );
    expect(stdout).toBe(`a.php\nmodule.sig\nmodule.xml\n${OLD_SIGNATURE}`);
    return refusal({ code: status, stdout: '', stderr });
  }

  it.each([
    [
      'that is full',
      'dd if=/dev/zero of="$module/.filler" bs=1k 2>/dev/null || true',
      /: ENOSPC: no space left on device$/,
    ],
    ['that is read-only', 'mount -o remount,ro "$module"', /: EROFS: read-only file system$/],
  ])('%s: one sentence, and the old signature stays', async (_what, before, said) => {
    const publisher = await Publisher.begin({ 'a.php': 'a', 'module.sig': OLD_SIGNATURE });
    expect(signOnDisk(publisher, before)).toMatch(said);
  });
});
