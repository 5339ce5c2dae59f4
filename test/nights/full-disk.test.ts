import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { canUnshare } from '../helpers/tools.js';
import { Unattended } from './unattended.js';

const MOUNTS_MISSING: string | undefined = canUnshare('-m') ? undefined : 'file systems cannot be mounted here';

describe.skipIf(MOUNTS_MISSING)(`a state folder${MOUNTS_MISSING ? ` (skipped: ${MOUNTS_MISSING})` : ''}`, () => {
  /** Runs a shell script that alone sees a small file system of its own in the place of the state folder. */
  function onSmallDisk(unattended: Unattended, script: string): void {
    const { state, folder, environment } = unattended;
    mkdirSync(state, { mode: 0o700 });
    execFileSync('mkfifo', [join(folder, 'revoked')]);
    const head = [
      'set -e',
      `mount -t tmpfs -o size=2m,mode=0700 tmpfs "${state}"`,
      `cd "${folder}"`,
      `scan() { code=0; "${process.execPath}" "${CLI_PATH}" scan "$@" || code=$?; echo "exit $code"; }`,
      `fill() { dd if=/dev/zero of="${state}/filler" bs=4096 2>/dev/null || true; }`,
      // Opening a pipe waits for its reader: a scan that has taken the state, and looked at nothing.
      'when_it_runs() { exec 3>revoked; "$@"; exec 3>&-; wait; }',
    ];
    writeFileSync(join(folder, 'script'), [...head, script, ''].join('\n'));
    const { status, stderr } = spawnSync('unshare', ['-m', 'sh', join(folder, 'script')], {
      env: { ...cliEnvironment(), ...environment },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }

  it('on a disk that fills up during a scan costs no report, and the next scan is remembered', async () => {
    const unattended = await Unattended.begin();
    const script = `
      scan >first
      scan --revoked revoked >second &
      when_it_runs fill
      rm "${unattended.state}/filler"
      scan >third`;
    onSmallDisk(unattended, script);
    const [first, second, third] = ['first', 'second', 'third'].map((name) =>
      readFileSync(join(unattended.folder, name), 'utf8'),
    );
    expect(first).toMatch(/^exit 0$/m);
    expect(second).toMatch(/^modules {3}3: 3 good$/m);
    expect(second).toMatch(/^note {6}this scan could not be remembered: SQLITE_FULL: database or disk is full$/m);
    expect(second).toMatch(/^result {4}clean, but not everything around the scan went well: see the notes\.\nexit 3$/m);
    expect(third).toMatch(/^changes .* since scan 1 [\s\S]*^exit 0$/m);
  });

  it('on a disk that fills up costs no alert that waits there', async () => {
    const unattended = await Unattended.begin();
    unattended.configure('alerts:', unattended.channel('admin'));
    writeFileSync(join(unattended.folder, 'admin.away'), '');
    unattended.intrude();
    const script = `
      scan >first
      rm admin.away
      scan --revoked revoked >second &
      when_it_runs fill
      rm "${unattended.state}/filler"
      scan >third`;
    onSmallDisk(unattended, script);
    expect(readFileSync(join(unattended.folder, 'second'), 'utf8')).toMatch(/ajax\.php[\s\S]*^exit 1$/m);
    // Rather twice than never: of this scan, which nobody will remember, and of the one before.
    const heard = unattended.told().map(({ reasons, scan }) => ({ reasons, scan }));
    expect(heard.slice(0, 2)).toEqual([
      { reasons: ['findings'], scan: null },
      { reasons: ['findings'], scan: 1 },
    ]);
    expect(readFileSync(join(unattended.folder, 'third'), 'utf8')).toMatch(/^changes {3}0 new, 0 gone, 1 still there/m);
  });

  it('on a disk that is full costs no scan, only its memory, and is as it was when there is room again', async () => {
    const unattended = await Unattended.begin();
    const script = `
      scan >first
      fill
      scan >second 2>problem
      rm "${unattended.state}/filler"
      scan >third`;
    onSmallDisk(unattended, script);
    const [second, third] = ['second', 'third'].map((name) => readFileSync(join(unattended.folder, name), 'utf8'));
    expect(second).toMatch(/^note {6}cannot keep the history in .*: SQLITE_IOERR\S*: .*; give another folder /m);
    expect(second).toMatch(/^exit [13]$/m);
    expect(third).toMatch(/^changes .* since scan 1 [\s\S]*^exit 0$/m);
  });

  it('on a file system that is read-only is refused in a sentence', async () => {
    const unattended = await Unattended.begin();
    onSmallDisk(unattended, `scan >first\nmount -o remount,ro "${unattended.state}"\nscan >second 2>problem`);
    expect(readFileSync(join(unattended.folder, 'second'), 'utf8')).toBe('exit 2\n');
    expect(readFileSync(join(unattended.folder, 'problem'), 'utf8')).toMatch(
      /^sigsweep: cannot keep the history in .*; give another folder with --state DIR, or remember nothing with --no-state \[STATE_UNUSABLE\]\n$/,
    );
  });
});
