import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { readAmportalConf, readFreepbxConf } from '../../src/scan/system/freepbx-conf.js';
import { runCli } from '../helpers/cli.js';
import { moduleOf, reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const FRAMEWORK = {
  'install.php': '<?php // stays with the module\n',
  'amp_conf/htdocs/admin/index.php': '<?php // web root\n',
  'amp_conf/bin/helper.php': '<?php // AMPBIN\n',
  'amp_conf/sbin/fwconsole': '#!/usr/bin/php\n',
  'amp_conf/agi-bin/hangup.agi': '#!/usr/bin/php\n',
  'amp_conf/sounds/en/beep.gsm': 'sound\n',
};
const UNCHECKED = ['amp_conf/astetc/sip.conf', 'amp_conf/moh/a.wav', 'upgrades/2.0/x.php'];

async function frameworkSystem(name = 'framework'): Promise<TestSystem> {
  const system = await makeSystem({ modules: { [name]: FRAMEWORK } });
  onTestFinished(() => system.cleanup());
  const entries = UNCHECKED.map((path) => [fromText(path), '0'.repeat(64)] as const);
  await system.sign(name, { entries });
  return system;
}

describe("framework's files", () => {
  it('are checked where they are installed', async () => {
    const system = await frameworkSystem();
    const report = await scanSystem(system);
    expect(moduleOf(report, 'framework')).toMatchObject({ verdict: 'good', listed: 10, hashed: 7, unchecked: 3 });
    expect(report.tree.findings).toEqual([]);
    expect(report.exitCode).toBe(0);
  });

  it.each([
    ['amp_conf/htdocs/admin/index.php', 'var/www/html/admin/index.php'],
    ['amp_conf/bin/helper.php', 'var/lib/asterisk/bin/helper.php'],
    ['amp_conf/sbin/fwconsole', 'usr/sbin/fwconsole'],
    ['amp_conf/agi-bin/hangup.agi', 'var/lib/asterisk/agi-bin/hangup.agi'],
    ['install.php', 'var/www/html/admin/modules/framework/install.php'],
  ])('%s altered at %s is critical', async (listed, installed) => {
    const system = await frameworkSystem();
    system.write(installed, 'changed');
    const { verdict, findings } = moduleOf(await scanSystem(system), 'framework');
    expect(verdict).toBe('tampered');
    expect(findings).toMatchObject([
      { kind: 'altered', path: listed, file: join(system.dir, installed), severity: 'critical' },
    ]);
  });

  it('are relocated for that very name only', async () => {
    const system = await frameworkSystem('Framework');
    const { verdict, findings } = moduleOf(await scanSystem(system), 'Framework');
    expect(verdict).toBe('tampered');
    expect(findings.filter(({ kind }) => kind === 'missing').map(({ path }) => path)).toEqual(
      expect.arrayContaining(UNCHECKED),
    );
  });
});

describe('where a system lies', () => {
  const scanJson = async (system: TestSystem, args: string[]) =>
    reportOf(
      await runCli([
        'scan',
        '--anchor',
        system.anchorFingerprint,
        '--keyring',
        system.keyring,
        '--format',
        'json',
        ...args,
      ]),
    );

  it('a web root that ends in /var/www/html brings the rest of its system along', async () => {
    const system = await frameworkSystem();
    expect(moduleOf(await scanJson(system, [system.webRoot]), 'framework')).toMatchObject({
      verdict: 'good',
      hashed: 7,
    });
  });

  it('--root takes the folders from its own configuration, links inside it included', async () => {
    const system = await frameworkSystem();
    mkdirSync(join(system.dir, 'srv'));
    renameSync(system.webRoot, join(system.dir, 'srv/pbx'));
    symlinkSync('/srv/pbx', join(system.dir, 'srv/html'));
    renameSync(join(system.dir, 'var/lib/asterisk/bin'), join(system.dir, 'srv/bin'));
    system.write('etc/freepbx.conf', `<?php\n$amp_conf['AMPWEBROOT'] = '/srv/html';\n`);
    system.write('etc/amportal.conf', 'AMPBIN=/srv/bin # moved\n');
    const report = await scanJson(system, ['--root', system.dir]);
    expect(report.root).toBe(join(system.dir, 'srv/pbx'));
    // The web server's user can write these files, so what they change is said.
    expect(report.notes.join('\n')).toContain('AMPWEBROOT is /srv/html');
    expect(report.notes.join('\n')).toContain('AMPBIN is /srv/bin');
    expect(moduleOf(report, 'framework')).toMatchObject({ verdict: 'good', hashed: 7 });
  });

  it('elsewhere, the folders outside the web root are not checked, and the report says so', async () => {
    const system = await frameworkSystem();
    const copy = join(system.dir, 'copy');
    renameSync(system.webRoot, copy);
    const report = await scanJson(system, [copy]);
    expect(moduleOf(report, 'framework')).toMatchObject({ verdict: 'good', hashed: 3, unchecked: 7 });
    expect(report.notes.join()).toContain('AMPBIN, AMPSBIN, ASTAGIDIR, ASTVARLIBDIR');
    const maps = [
      ['AMPBIN', 'var/lib/asterisk/bin'],
      ['AMPSBIN', 'usr/sbin'],
      ['ASTAGIDIR', 'var/lib/asterisk/agi-bin'],
      ['ASTVARLIBDIR', 'var/lib/asterisk'],
    ];
    const args = maps.flatMap(([folder, dir]) => ['--map', `${folder}=${join(system.dir, dir ?? '')}`]);
    const mapped = await scanJson(system, [copy, ...args]);
    expect(moduleOf(mapped, 'framework')).toMatchObject({ verdict: 'good', hashed: 7, unchecked: 3 });
    expect(mapped.notes).toEqual([]);
  });

  it('--root takes the web root as a path inside, with or without its own place before it', async () => {
    const system = await frameworkSystem();
    cpSync(system.webRoot, join(system.dir, 'srv/pbx'), { recursive: true });
    const link = join(tempFolder(), 'link');
    symlinkSync(system.dir, link);
    for (const [given, root] of [
      ['/srv/pbx', system.dir],
      ['srv/pbx', system.dir],
      [join(system.dir, 'srv/pbx'), system.dir],
      [join(system.dir, 'etc/../srv//pbx/'), `${system.dir}/`],
      [join(link, 'srv/pbx'), link],
      [join(system.dir, 'srv/pbx'), link],
    ] as const) {
      const report = await scanJson(system, [given, '--root', root]);
      expect(report.root, given).toBe(join(system.dir, 'srv/pbx'));
      expect(moduleOf(report, 'framework'), given).toMatchObject({ verdict: 'good', hashed: 7 });
    }
  });

  it('--root never looks for a web root on this machine instead', async () => {
    const host = await frameworkSystem();
    const backup = await frameworkSystem();
    const scanned = async (given: readonly string[]) => runCli(['scan', ...given, '--root', backup.dir]);
    // This web root is there, but not in the backup.
    expect(await scanned([host.webRoot])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(`web root ${host.webRoot} inside ${backup.dir}: no such folder`),
    });
    // In the backup it is a link, which leads into the backup for whoever lives there.
    rmSync(backup.webRoot, { recursive: true });
    symlinkSync(host.webRoot, backup.webRoot);
    for (const given of [[], [backup.webRoot], ['/var/www/html']]) {
      expect(await scanned(given)).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(`web root /var/www/html inside ${backup.dir}: no such folder`),
      });
    }
    // More links than anybody follows: what is left of them must not be followed by the kernel.
    rmSync(backup.webRoot);
    for (let index = 1; index < 45; index++) symlinkSync(`/l${index + 1}`, join(backup.dir, `l${index}`));
    symlinkSync(host.webRoot, join(backup.dir, 'l45'));
    symlinkSync('/l1', backup.webRoot);
    for (const given of [[], [backup.webRoot]]) expect(await scanned(given)).toMatchObject({ code: 2, stdout: '' });
  });

  it('--root never takes a configured folder of this machine, and --map does', async () => {
    const host = await frameworkSystem();
    const backup = await frameworkSystem();
    const bin = 'var/lib/asterisk/bin';
    rmSync(join(backup.dir, bin), { recursive: true });
    for (const way of ['link', 'links', 'name']) {
      if (way === 'link') symlinkSync(join(host.dir, bin), join(backup.dir, bin));
      if (way === 'links') {
        for (let index = 1; index < 45; index++) symlinkSync(`/l${index + 1}`, join(backup.dir, `l${index}`));
        symlinkSync(join(host.dir, bin), join(backup.dir, 'l45'));
        symlinkSync('/l1', join(backup.dir, bin));
      }
      if (way === 'name') backup.write('etc/amportal.conf', `AMPBIN=${join(host.dir, bin)}\n`);
      const { verdict, findings } = moduleOf(await scanJson(backup, ['--root', backup.dir]), 'framework');
      expect(verdict, way).toBe('tampered');
      expect(findings, way).toMatchObject([{ path: 'amp_conf/bin/helper.php' }]);
      const map = ['--map', `AMPBIN=${join(host.dir, bin)}`];
      expect(moduleOf(await scanJson(backup, ['--root', backup.dir, ...map]), 'framework').verdict, way).toBe('good');
      rmSync(join(backup.dir, bin), { force: true });
    }
  });

  it('a pipe in place of the configuration does not hold the scan', async () => {
    const system = await frameworkSystem();
    const { execFileSync } = await import('node:child_process');
    mkdirSync(join(system.dir, 'etc'), { recursive: true });
    rmSync(join(system.dir, 'etc/freepbx.conf'), { force: true });
    execFileSync('mkfifo', [join(system.dir, 'etc/freepbx.conf')]);
    expect((await scanJson(system, ['--root', system.dir])).exitCode).toBe(0);
  });
});

describe('links below the web root', () => {
  /** Severity by name of the links in `links/`, as a scan of the web root from within it tells. */
  async function severities(system: TestSystem, args: readonly string[]): Promise<Record<string, string>> {
    const options = ['--anchor', system.anchorFingerprint, '--keyring', system.keyring, '--format', 'json', '--all'];
    const report = reportOf(await runCli(['scan', ...args, ...options], { cwd: system.webRoot }));
    const links = report.tree.findings.filter(({ path }) => path.startsWith('links/'));
    return Object.fromEntries(links.map(({ path, severity }) => [path.slice('links/'.length), severity]));
  }

  const TARGETS = {
    cwd: '/proc/self/cwd',
    'cwd-below': '/proc/self/cwd/admin',
    thread: '/proc/thread-self/cwd/admin',
    'self-dots': '/proc/self/../self/cwd',
    root: '/proc/self/root/var/www/html/admin',
    descriptor: '/dev/fd/3',
    'standard-input': '/dev/stdin',
    chained: 'cwd-below/modules',
    detour: `${'./'.repeat(2000)}../admin`,
    inside: '../admin',
  };

  it.each([
    ['on this machine', () => ['.']],
    ['in a copied system', (system: TestSystem) => ['--root', system.dir]],
  ])('that end where the process likes lead out of it: %s', async (_what, argsOf) => {
    const system = await frameworkSystem();
    mkdirSync(join(system.webRoot, 'links'));
    for (const [name, target] of Object.entries(TARGETS)) symlinkSync(target, join(system.webRoot, 'links', name));
    const high = Object.fromEntries(Object.keys(TARGETS).map((name) => [name, 'high']));
    expect(await severities(system, argsOf(system))).toEqual({ ...high, inside: 'info' });
  });

  it('a thousand of them through long chains cost next to nothing', async () => {
    const system = await frameworkSystem();
    mkdirSync(join(system.webRoot, 'links/d'), { recursive: true });
    const to = (index: number) => `c${index}`;
    for (let index = 0; index < 39; index++) {
      symlinkSync(`${'d/../'.repeat(810)}${to(index + 1)}`, join(system.webRoot, 'links', to(index)));
    }
    const args = ['--root', system.dir];
    const before = performance.now();
    await severities(system, args);
    const without = performance.now() - before;
    for (let index = 0; index < 1000; index++) symlinkSync(to(0), join(system.webRoot, 'links', `n${index}`));
    const start = performance.now();
    const found = await severities(system, args);
    expect(performance.now() - start - without).toBeLessThan(5000);
    expect(found).toMatchObject({ n0: 'high', n999: 'high' });
  });
});

describe('configuration files, read as text', () => {
  it('takes plain assignments of freepbx.conf, the last of each', () => {
    const text = `<?php
// $amp_conf['AMPBIN'] = '/in/a/comment';
/* open
$amp_conf['AMPBIN'] = '/in/a/block';
*/
$amp_conf['AMPWEBROOT'] = '/old';
$amp_conf["AMPWEBROOT"]="/var/www/pbx" ;
$amp_conf['AMPSBIN'] = '/usr/' . 'sbin';
$amp_conf['ASTAGIDIR'] = 'relative/agi-bin';
$amp_conf['AMPDBPASS'] = 'secret';
`;
    expect(readFreepbxConf(text)).toEqual({ AMPWEBROOT: '/var/www/pbx' });
  });

  it('takes KEY=value lines of amportal.conf', () => {
    expect(readAmportalConf('# AMPBIN=/no\nAMPBIN = /opt/bin \r\nASTVARLIBDIR=/var/lib/asterisk;x\n')).toEqual({
      AMPBIN: '/opt/bin',
      ASTVARLIBDIR: '/var/lib/asterisk',
    });
  });
});
