import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare } from '../helpers/tools.js';
import { FWCONSOLE, RevokedSystem } from './system.js';

const MOUNTS_MISSING: string | undefined = canUnshare('-m') ? undefined : 'file systems cannot be mounted here';

/** A user and a group that own nothing else. */
const WEB_SERVER = 64_123;

/** Who drops root's rights. */
const asUser = (user: number) => ['setpriv', '--reuid', `${user}`, '--regid', `${user}`, '--clear-groups'];

/** Others cannot read a program that lies in somebody's home. */
const [setpriv = '', ...dropping] = asUser(WEB_SERVER);
const PRIVATE = spawnSync(setpriv, [...dropping, 'test', '-r', CLI_PATH]).status !== 0;

/** The machine's own system: its configuration is seen as this machine's `/etc` by whatever {@link run} runs. */
class OwnSystem {
  private constructor(readonly made: RevokedSystem) {}

  static async make(fwconsole = '', listedAs = FWCONSOLE): Promise<OwnSystem> {
    const made = await RevokedSystem.make();
    const own = new OwnSystem(made);
    const { system } = made;
    const { dir, webRoot } = system;
    system.write(
      'etc/freepbx.conf',
      `<?php\n$amp_conf['AMPWEBROOT'] = '${webRoot}';\n$amp_conf['AMPBIN'] = '${dir}/var/lib/asterisk/bin';\n` +
        `$amp_conf['AMPSBIN'] = '${dir}/usr/sbin';\n`,
    );
    const script = `#!/bin/sh\n{ id -u; id -G; printf '%s\\n' "$HOME" "$@"; echo --; } >>"${own.ran}"\n${fwconsole}\n`;
    chmodSync(system.writeListed('framework', listedAs, script), 0o755);
    await system.sign('framework', { paths: ['module.xml', listedAs] });
    chmodSync(dir, 0o755);
    own.give(WEB_SERVER);
    return own;
  }

  /** Gives the web root to a user and a group. */
  give(user: number): void {
    chownSync(this.made.system.webRoot, user, user);
  }

  /** What each run of its `fwconsole` saw: user, groups, HOME, arguments. */
  get runs(): string[][] {
    if (!existsSync(this.ran)) return [];
    const runs = readFileSync(this.ran, 'utf8').split('--\n').slice(0, -1);
    return runs.map((run) => run.split('\n').slice(0, -1));
  }

  run(...args: readonly string[]) {
    return this.runAs([], this.made.log, ...args);
  }

  /** By a user who is not root, who writes a log where he may. */
  runAsUser(user: number, ...args: readonly string[]) {
    const folder = tempFolder();
    chownSync(folder, user, user);
    return this.runAs(asUser(user), join(folder, 'enforce.log'), ...args);
  }

  private runAs(prefix: readonly string[], log: string, ...args: readonly string[]) {
    const { system } = this.made;
    const { dir, anchorFingerprint, keyring } = system;
    const trust = ['--anchor', anchorFingerprint, '--keyring', keyring, '--log', log];
    const script = 'mount --make-rprivate / && mount --bind "$0" /etc && exec "$@"';
    const command = [...prefix, process.execPath, CLI_PATH, 'enforce', ...trust, ...args];
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, join(dir, 'etc'), ...command], {
      env: cliEnvironment(),
      encoding: 'utf8',
    });
    return { code: status, stdout, stderr };
  }

  private get ran(): string {
    return join(this.made.system.webRoot, 'ran.txt');
  }
}

describe.skipIf(MOUNTS_MISSING)(`fwconsole${MOUNTS_MISSING ? ` (skipped: ${MOUNTS_MISSING})` : ''}`, () => {
  const user = String(WEB_SERVER);

  it.each([FWCONSOLE, 'amp_conf/sbin/fwconsole'])(
    'disables, from where framework lists it (%s), with the rights of the web root’s owner',
    async (listedAs) => {
      const own = await OwnSystem.make('', listedAs);
      expect(own.run()).toMatchObject({ code: 1, stderr: '' });
      expect(own.runs).toEqual([]);
      expect(own.run('--yes')).toMatchObject({ code: 0, stderr: '' });
      expect(own.runs).toEqual([
        [user, user, '/', 'ma', 'disable', 'fax'],
        [user, user, '/', 'ma', 'disable', 'zulu'],
      ]);
      const place = own.made.system.listedPath('framework', listedAs);
      expect(own.made.logged[0]?.[4]).toBe(`${place} ma disable`);
    },
  );

  it('that says a module is not enabled has nothing to do', async () => {
    const words = 'The following error(s) occured:\\n - Module not enabled: cannot disable\\n';
    const own = await OwnSystem.make(`printf '${words}'; exit 2`);
    const { code, stdout } = own.run('--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^fax {3}was disabled already\nzulu {2}was disabled already\n/m);
    expect(own.made.logged.map((fields) => fields.at(-1))).toEqual([
      'begins',
      'already disabled',
      'begins',
      'already disabled',
    ]);
  });

  it('that fails otherwise has failed', async () => {
    const own = await OwnSystem.make('echo "Cannot disable: The following modules depend on this one: cdr"; exit 2');
    const { code, stdout } = own.run('--yes');
    expect(code).toBe(3);
    expect(stdout).toContain('fax   not disabled: it failed with exit code 2, saying: Cannot disable: The following');
  });

  it('is not run where framework is not good, and it is said what to do', async () => {
    const own = await OwnSystem.make();
    const { system } = own.made;
    const place = system.listedPath('framework', FWCONSOLE);
    const remedy = 'restore framework from a source that you trust, or name a program of your own with --command';
    const refused = (what: string) => ({
      code: 2,
      stdout: expect.stringMatching(/^fax .* not disabled: there is nothing to disable it with$/m) as string,
      stderr: `sigsweep: fwconsole is not run: the module framework, which it is part of, is ${what}; ${remedy}\n`,
    });
    const original = readFileSync(place, 'utf8');
    system.writeListed('framework', FWCONSOLE, `${original}\ntouch ${system.webRoot}/pwned\n`);
    expect(own.run('--yes')).toEqual(refused('tampered'));
    system.writeListed('framework', FWCONSOLE, original);
    await own.made.revoke('framework');
    expect(own.run('--yes')).toEqual(refused('revoked'));
    system.remove('var/www/html/admin/modules/framework');
    expect(own.run('--yes')).toEqual(refused('not there'));
    expect(own.runs).toEqual([]);
    expect(own.made.logged).toEqual([]);
    expect(existsSync(join(system.webRoot, 'pwned'))).toBe(false);
    // The administrator's own program does not depend on it.
    expect(own.run('--yes', '--command', own.made.program())).toMatchObject({ code: 0, stderr: '' });
    expect(own.made.runs).toEqual([['fax'], ['zulu']]);
  });

  it('is not run where framework does not list it', async () => {
    const own = await OwnSystem.make();
    await own.made.system.sign('framework', { paths: ['module.xml'] });
    const { code, stderr } = own.run('--yes');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'sigsweep: fwconsole is not run: framework lists none in a place that is known, so nobody vouches for it; ' +
        'name a program of your own with --command\n',
    });
    expect(own.runs).toEqual([]);
  });

  it('is not run with the rights of root', async () => {
    const own = await OwnSystem.make();
    own.give(0);
    const { code, stderr } = own.run('--yes');
    expect(code).toBe(2);
    expect(stderr).toContain(`loads the code of every enabled module and ${own.made.system.webRoot} belongs to root`);
    expect(own.runs).toEqual([]);
  });

  it.skipIf(PRIVATE)('is run by whom the web root belongs to, and by no other user with his own rights', async () => {
    const own = await OwnSystem.make();
    const { system } = own.made;
    const other = own.runAsUser(WEB_SERVER + 1, '--yes');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(
      `${system.webRoot} belongs to user ${user}, so that this code would get the rights of user ${WEB_SERVER + 1}`,
    );
    expect(own.runs).toEqual([]);
    expect(own.runAsUser(WEB_SERVER, '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(own.runs.map((run) => run[0])).toEqual([user, user]);
  });
});
