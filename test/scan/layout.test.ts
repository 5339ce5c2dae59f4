import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { readAmportalConf, readFreepbxConf } from '../../src/scan/freepbx-conf.js';
import { resolveInside } from '../../src/scan/resolve.js';
import { runCli } from '../helpers/cli.js';
import { moduleOf, reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

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

  it('a pipe in place of the configuration does not hold the scan', async () => {
    const system = await frameworkSystem();
    const { execFileSync } = await import('node:child_process');
    mkdirSync(join(system.dir, 'etc'), { recursive: true });
    rmSync(join(system.dir, 'etc/freepbx.conf'), { force: true });
    execFileSync('mkfifo', [join(system.dir, 'etc/freepbx.conf')]);
    expect((await scanJson(system, ['--root', system.dir])).exitCode).toBe(0);
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

  it('resolves links as a process inside the other system would', () => {
    const root = mkdtempSync(join(tmpdir(), 'sigsweep-test-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    mkdirSync(join(root, 'srv/real'), { recursive: true });
    writeFileSync(join(root, 'srv/real/file'), '');
    symlinkSync('/srv/real', join(root, 'absolute'));
    symlinkSync('../../../../srv', join(root, 'srv/up'));
    symlinkSync('loop', join(root, 'loop'));
    const inside = (path: string) => resolveInside(fromText(root), fromText(path)).slice(root.length);
    expect(inside('/absolute/file')).toBe('/srv/real/file');
    expect(inside('/srv/up/real')).toBe('/srv/real');
    expect(inside('/../../etc')).toBe('/etc');
    expect(inside('/loop')).toBe('/loop');
  });
});
