import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Ended, RunningCli } from '../cli/controlled.js';
import { CLI_PATH } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { isRoot } from '../helpers/tools.js';
import { MODULES } from './unattended.js';

const NOBODY = 65_534;
const AS_NOBODY = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];

/** Why the program cannot be run by an ordinary user here; `undefined` when it can. */
const ORDINARY_USER_MISSING: string | undefined =
  spawnSync('env', [...AS_NOBODY, process.execPath, CLI_PATH, '--version'], { cwd: '/' }).status === 0
    ? undefined
    : 'nobody cannot run the program where it lies, or setpriv is not installed';

describe.skipIf(ORDINARY_USER_MISSING)(
  `an ordinary user${ORDINARY_USER_MISSING ? ` (skipped: ${ORDINARY_USER_MISSING})` : ''}`,
  () => {
    let system: TestSystem;
    let home: string;
    beforeEach(async () => {
      system = await makeSystem({ modules: MODULES });
      onTestFinished(() => system.cleanup());
      const folder = tempFolder();
      for (const open of [system.dir, folder]) chmodSync(open, 0o755);
      home = join(folder, 'home');
      makeOwn(home);
    });

    /** A folder of the ordinary user's own. */
    function makeOwn(folder: string): void {
      mkdirSync(folder, { mode: 0o700 });
      if (isRoot) chownSync(folder, NOBODY, NOBODY);
    }

    /** Runs the program without a word about where scans are remembered, but for `env`. */
    function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
      const through = ['env', '-u', 'SIGSWEEP_STATE', ...AS_NOBODY];
      return new RunningCli(args, { HOME: home, ...env }, through).ended;
    }

    function scan(env: Readonly<Record<string, string>> = {}, ...args: readonly string[]): Promise<Ended> {
      const { dir, anchorFingerprint, keyring } = system;
      return run(['scan', '--root', dir, '--anchor', anchorFingerprint, '--keyring', keyring, ...args], env);
    }

    it.each([
      ['nothing says where', {}],
      ['XDG_STATE_HOME is relative', { XDG_STATE_HOME: 'state' }],
      ['XDG_STATE_HOME is empty', { XDG_STATE_HOME: '' }],
    ])('has a history in the home folder where %s', async (_what, env) => {
      expect(await scan(env)).toMatchObject({ code: 0, stderr: '' });
      expect(readdirSync(join(home, '.local/state/sigsweep'))).toContain('history.db');
      expect((await run(['history'], env)).stdout).toMatch(/^ {3}1 {2}/m);
    });

    it('has it where XDG_STATE_HOME says', async () => {
      const env = { XDG_STATE_HOME: join(home, 'elsewhere') };
      expect(await scan(env)).toMatchObject({ code: 0, stderr: '' });
      expect(readdirSync(home)).toEqual(['elsewhere']);
      expect(await run(['show'], env)).toMatchObject({ code: 0 });
      expect((await run(['show'])).stderr).toContain(`no scan is remembered in ${home}/.local/state/sigsweep: `);
    });

    it('scans without one where the usual place cannot be written, and says so', async () => {
      chmodSync(home, 0o500);
      const { code, stdout } = await scan();
      expect(code).toBe(0);
      expect(stdout).toMatch(/^note {6}cannot keep the history in .*\/\.local\/state\/sigsweep: /m);
      const named = join(home, 'state');
      expect(await scan({}, '--state', named)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(`^sigsweep: cannot keep the history in ${named}: .*; give another folder`),
      });
    });

    it('scans without one where there is one that cannot be written, and says so', async () => {
      expect(await scan()).toMatchObject({ code: 0 });
      const state = join(home, '.local/state/sigsweep');
      chmodSync(state, 0o500);
      expect((await scan()).stdout).toMatch(/^note {6}cannot keep the history in /m);
      chmodSync(state, 0o700);
      expect((await scan()).stdout).toMatch(/^changes .* since scan \d /m);
    });
  },
);
