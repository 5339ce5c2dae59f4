import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI_PATH, cliEnvironment, runCli } from '../helpers/cli.js';
import { tempFolder } from '../helpers/temp.js';
import { canUnshare, hasTool, isRoot, runTool } from '../helpers/tools.js';
import { besideSystemd, CAN_RUN_SYSTEMD, INSIDE, NODE_INSIDE } from '../schedule/systemd-manager.js';

const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

function schedule(command: string, ...args: readonly string[]) {
  return runCli(['schedule', command, ...args]);
}

describe('sigsweep schedule install --dir', () => {
  it('writes a service and a timer that everybody may read, and the same once more', async () => {
    const dir = tempFolder();
    const files = [`wrote ${dir}/sigsweep.service`, `wrote ${dir}/sigsweep.timer`, ''];
    const args = ['--systemd', '--dir', dir, '--at', '04:05', '--splay', '10m', '--', '--deep', '/var/www/html'];
    expect(await schedule('install', ...args)).toMatchObject({ code: 0, stdout: files.join('\n'), stderr: '' });
    const service = read(dir, 'sigsweep.service');
    const words = [process.execPath, CLI_PATH, 'scan', '--quiet', '--deep', '/var/www/html'].map((word) => `"${word}"`);
    expect(service).toContain(`\nExecStart=${words.join(' ')}\n`);
    expect(read(dir, 'sigsweep.timer')).toMatch(/^OnCalendar=\*-\*-\* 04:05:00$/m);
    for (const name of readdirSync(dir)) expect(statSync(join(dir, name)).mode & 0o777).toBe(0o644);
    expect(await schedule('install', ...args)).toMatchObject({ code: 0, stdout: files.join('\n'), stderr: '' });
    expect(read(dir, 'sigsweep.service')).toBe(service);
    if (hasTool('systemd-analyze')) {
      const units = ['sigsweep.service', 'sigsweep.timer'].map((name) => join(dir, name));
      expect(runTool('systemd-analyze', ['verify', ...units])).toBe('');
    }
  });

  it('writes a crontab', async () => {
    const dir = tempFolder();
    const written = { code: 0, stdout: `wrote ${dir}/sigsweep\n`, stderr: '' };
    expect(await schedule('install', '--cron', '--dir', dir, '--splay', '0')).toMatchObject(written);
    expect(read(dir, 'sigsweep')).toMatch(/^30 2 \* \* \* root said=\$\(\S+ \S+main\.js scan --quiet /m);
  });

  it('replaces what it wrote, and nothing that it did not', async () => {
    const dir = tempFolder();
    await schedule('install', '--systemd', '--dir', dir);
    expect(await schedule('install', '--systemd', '--dir', dir, '--at', '05:00')).toMatchObject({ code: 0 });
    expect(read(dir, 'sigsweep.timer')).toContain('05:00');
    writeFileSync(join(dir, 'sigsweep.timer'), '[Timer]\n');
    const refused = await schedule('install', '--systemd', '--dir', dir, '--at', '06:00');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toBe(
      `sigsweep: ${dir}/sigsweep.timer was not made by sigsweep schedule: move it away first, if nobody needs it [SCHEDULE_FAILED]\n`,
    );
    expect(read(dir, 'sigsweep.service')).toContain('"at":"05:00"');
    expect(read(dir, 'sigsweep.timer')).toBe('[Timer]\n');
  });

  it('leaves a masked unit masked', async () => {
    const dir = tempFolder();
    symlinkSync('/dev/null', join(dir, 'sigsweep.timer'));
    expect(await schedule('install', '--systemd', '--dir', dir)).toMatchObject({ code: 2 });
    expect(readdirSync(dir)).toEqual(['sigsweep.timer']);
  });

  it('does not schedule twice', async () => {
    const dir = tempFolder();
    await schedule('install', '--systemd', '--dir', dir);
    const { code, stderr } = await schedule('install', '--cron', '--dir', dir);
    expect(code).toBe(2);
    expect(stderr).toContain('schedules scans already, with systemd: sigsweep schedule remove first [SCHEDULE_FAILED]');
  });

  it('says that there is no such folder', async () => {
    const dir = join(tempFolder(), 'none');
    const { code, stderr } = await schedule('install', '--dir', dir);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `sigsweep: there is no folder ${dir}: is that scheduler installed here? [SCHEDULE_FAILED]\n`,
    });
  });

  it('lets the service write where the scan will', async () => {
    const dir = tempFolder();
    await schedule('install', '--systemd', '--dir', dir, '--', '--output', '/var/lib/./x/../reports/last.json');
    expect(read(dir, 'sigsweep.service')).toContain('\nReadWritePaths="/var/lib/reports"\n');
  });
});

describe('what is handed to the scan', () => {
  it.each([
    [['--ouptut', '/x'], "unknown option '--ouptut'"],
    [['--threads', '0'], "argument '0' is invalid"],
    [['/var/www/html', '/srv'], 'too many arguments'],
    [['--output', 'report.json'], 'report.json is no absolute path'],
    [['html'], 'html is no absolute path'],
    [['--help'], 'would not take what is handed to it'],
  ])('%j is refused today, not every night', async (scan, message) => {
    const dir = tempFolder();
    const { code, stdout, stderr } = await schedule('install', '--dir', dir, '--', ...scan);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('is taken as it is, with or without options before it', async () => {
    for (const before of [[], ['--at', '03:00']]) {
      const { code, stdout } = await schedule('print', '--systemd', ...before, '--', '--fail-on', 'low', '/w/a b');
      expect(code).toBe(0);
      expect(stdout).toContain('"scan" "--quiet" "--fail-on" "low" "/w/a b"\n');
    }
  });
});

describe('what the configuration says', () => {
  const configured = (yaml: string) => {
    const file = join(tempFolder(), 'config.yaml');
    writeFileSync(file, yaml, { mode: 0o600 });
    return file;
  };
  const serviceOf = async (yaml: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await schedule('print', '--systemd', '--config', configured(yaml), ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };
  const alerts = (...channels: string[]) =>
    `alerts: {${channels.map((channel, at) => `c${at}: {${channel}}`).join(', ')}}\n`;
  const OFFLINE = 'PrivateNetwork=yes';
  const ONLINE = 'RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6';
  const SENDMAIL = '-/var/spool';

  it('is handed to the scan by its name, whichever way it was named', async () => {
    const file = configured('quiet: true\n');
    const words = `"scan" "--quiet" "--config" "${file}" "--deep"\n`;
    const env = { SIGSWEEP_CONFIG: file };
    for (const args of [
      ['schedule', 'print', '--systemd', '--config', file, '--', '--deep'],
      ['schedule', '--config', file, 'print', '--systemd', '--', '--deep'],
      ['schedule', 'print', '--systemd', '--', '--config', file, '--deep'],
      ['--no-config', 'schedule', 'print', '--systemd', '--', '--config', file, '--deep'],
    ]) {
      expect((await runCli(args)).stdout).toContain(words);
    }
    expect((await runCli(['schedule', 'print', '--systemd', '--', '--deep'], { env })).stdout).toContain(words);
    const cron = await runCli(['schedule', 'print', '--cron', '--', '--deep'], { env });
    expect(cron.stdout).toContain(` --config ${file} --deep `);
    const without = await runCli(['schedule', 'print', '--systemd', '--no-config', '--', '--deep'], { env });
    expect(without.stdout).toContain('"scan" "--quiet" "--no-config" "--deep"\n');
  });

  it('is found from the folder that the command runs in, and named from anywhere', async () => {
    const file = configured('');
    const args = ['schedule', 'print', '--systemd', '--config', 'config.yaml'];
    expect((await runCli(args, { cwd: join(file, '..') })).stdout).toContain(`"--config" "${file}"\n`);
  });

  it.each<[string, string, string[], string[]]>([
    ['no alerts', '', [OFFLINE], [ONLINE, SENDMAIL]],
    ['a webhook', alerts('type: webhook, url: "https://a.example/"'), [ONLINE], [OFFLINE, SENDMAIL]],
    ['SMTP', alerts('type: mail, to: a@b.example, smtp: {host: localhost}'), [ONLINE], [OFFLINE, SENDMAIL]],
    ['a system log elsewhere', alerts('type: syslog, server: log.example'), [ONLINE], [OFFLINE]],
    ['the system log', alerts('type: syslog'), [OFFLINE, 'RestrictAddressFamilies=AF_UNIX\n'], [ONLINE, SENDMAIL]],
    ['sendmail', alerts('type: mail, to: a@b.example, sendmail: /usr/sbin/sendmail'), [ONLINE, SENDMAIL], [OFFLINE]],
    [
      'a command',
      alerts('type: command, run: [/bin/page]'),
      [OFFLINE, '# An alert runs a program'],
      [ONLINE, SENDMAIL],
    ],
    ['several', alerts('type: syslog', 'type: webhook, urlFile: /etc/x'), [ONLINE], [OFFLINE]],
  ])('%s: the service may do what that needs, and no more', async (_, yaml, wanted, unwanted) => {
    const service = await serviceOf(yaml);
    for (const text of wanted) expect(service).toContain(text);
    for (const text of unwanted) expect(service).not.toContain(text);
  });

  it('lets the service write where the scan will, but for what is typed', async () => {
    const yaml = 'output: /srv/reports/last.json\nmetrics: /srv/metrics/x.prom\nstate: /srv/state\n';
    expect(await serviceOf(yaml)).toContain('\nReadWritePaths="/srv/metrics" "/srv/reports" "/srv/state"\n');
    const typed = ['--', '--output', '/srv/typed/last.json', '--no-state'];
    expect(await serviceOf(yaml, ...typed)).toContain('\nReadWritePaths="/srv/metrics" "/srv/typed"\n');
    const usual = 'output: /var/lib/sigsweep/last.json\nstate: /var/lib/sigsweep\n';
    expect(await serviceOf(usual)).not.toContain('\nReadWritePaths=');
  });

  it('says what the options of the schedule do not', async () => {
    const yaml = 'schedule: {at: "05:05", network: true}\n';
    const service = await serviceOf(yaml);
    expect(service).toContain(ONLINE);
    expect(service).toContain('OnCalendar=*-*-* 05:05:00');
  });

  it.each([
    ['fail-on: worst', 'line 1: fail-on'],
    ['alerts: {x: {type: fax}}', 'line 1: alerts.x.type'],
  ])('is refused today where it is wrong: %s', async (yaml, message) => {
    const dir = tempFolder();
    const file = configured(yaml);
    for (const args of [
      ['--config', file],
      ['--', '--config', file],
    ]) {
      const { code, stderr } = await schedule('install', '--systemd', '--dir', dir, ...args);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('sigsweep schedule', () => {
  it.each([
    [['--at', '24:00'], 'give HH:MM'],
    [['--at', '2:30'], 'give HH:MM'],
    [['--splay', '13h'], 'at most 12h'],
    [['--splay', 'soon'], 'give 0 or a number'],
    [['--dir', ''], 'it is empty'],
    [['--systemd', '--cron'], 'cannot be used with'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await schedule('install', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it('print writes nothing and shows what install would write', async () => {
    const dir = tempFolder();
    await schedule('install', '--systemd', '--dir', dir);
    const { stdout } = await schedule('print', '--systemd');
    expect(stdout).toContain(read(dir, 'sigsweep.service'));
    expect(stdout).toContain(read(dir, 'sigsweep.timer'));
    const other = tempFolder();
    await schedule('install', '--cron', '--dir', other);
    expect((await schedule('print', '--cron')).stdout).toBe(read(other, 'sigsweep'));
  });

  it('status tells what is there and what is not as it would be now', async () => {
    const dir = tempFolder();
    const status = async () => (await schedule('status', '--dir', dir)).stdout;
    expect(await status()).toBe('nothing is scheduled: sigsweep schedule install\n');
    await schedule('install', '--systemd', '--dir', dir, '--network', '--', '--deep');
    const current = 'as this sigsweep would write it';
    expect(await status()).toBe(
      `systemd  ${dir}/sigsweep.service: ${current}\nsystemd  ${dir}/sigsweep.timer: ${current}\n`,
    );
    writeFileSync(join(dir, 'sigsweep.service'), read(dir, 'sigsweep.service').replace('Nice=19', 'Nice=0'));
    rmSync(join(dir, 'sigsweep.timer'));
    expect(await status()).toMatch(/service: OUTDATED: .*\n.*timer: MISSING: /);
    writeFileSync(join(dir, 'sigsweep'), '# by hand\n');
    expect(await status()).toContain(`cron  ${dir}/sigsweep: not made by sigsweep\n`);
  });

  it('remove takes away what install wrote, and nothing else', async () => {
    const dir = tempFolder();
    await schedule('install', '--systemd', '--dir', dir);
    writeFileSync(join(dir, 'sigsweep'), '# by hand\n');
    expect(await schedule('remove', '--dir', dir)).toMatchObject({
      code: 0,
      stdout: `removed ${dir}/sigsweep.service\nremoved ${dir}/sigsweep.timer\n`,
      stderr: '',
    });
    expect(readdirSync(dir)).toEqual(['sigsweep']);
    expect(await schedule('remove', '--dir', dir)).toMatchObject({ code: 0, stdout: 'nothing is scheduled\n' });
  });
});

describe('on this machine', () => {
  it.skipIf(!hasTool('setpriv') || !isRoot)('install and remove need root (as root, to be somebody else)', () => {
    const other = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
    for (const command of ['install', 'remove']) {
      const args = [...other, process.execPath, CLI_PATH, 'schedule', command];
      const { status, stderr } = spawnSync('setpriv', args, { encoding: 'utf8', env: cliEnvironment() });
      expect(status).toBe(2);
      expect(stderr).toContain(`only root can ${command} a schedule: sudo sigsweep schedule ${command}`);
    }
  });

  const project = new URL('../..', import.meta.url).pathname;
  // The folders that a schedule is written to have to be there, to be hidden from it.
  const canHide = canUnshare('--mount') && existsSync('/etc/systemd') && existsSync('/etc/cron.d');
  const isRoots = isRoot && statSync(project).uid === 0;
  const sigsweep = `${NODE_INSIDE} ${INSIDE.app}/dist/program/cli/main.js schedule`;

  it.skipIf(!CAN_RUN_SYSTEMD || !isRoots)(
    'install starts the timer, and remove leaves nothing (root, systemd)',
    (context) => {
      const folder = tempFolder();
      const script = `
      exec 2>&1
      ${sigsweep} install -- /var/www/html
      echo "== $? $(systemctl is-enabled sigsweep.timer) $(systemctl is-active sigsweep.timer)"
      ${sigsweep} install --at 04:00 --splay 0 -- /var/www/html
      echo "== $? $(systemctl show sigsweep.timer --property=NextElapseUSecRealtime | grep -c ' 04:00:00 ')"
      ${sigsweep} status
      echo "== $?"
      systemctl start sigsweep.service >/dev/null 2>&1
      ${sigsweep} status | grep 'last run'
      ${sigsweep} install --cron
      echo "== $?"
      rm /etc/systemd/system/sigsweep.timer
      ${sigsweep} remove
      echo "== $?"
      ${sigsweep} install -- /var/www/html >/dev/null
      echo "== $? $(find /srv/home -name 'stamp-sigsweep*' | wc -l)"
      ${sigsweep} remove
      echo "== $? $(find /srv/home -name 'stamp-sigsweep*' | wc -l)"
      echo "== $? $(systemctl list-units --all --no-legend 'sigsweep*') $(ls -A /etc/systemd/system)"
      ${sigsweep} status`;
      const run = besideSystemd(script, folder);
      if (run === null) return context.skip('no manager of systemd starts here');
      expect(run.stderr).toBe('');
      const units = '/etc/systemd/system/sigsweep';
      expect(run.stdout.split('\n')).toEqual([
        `wrote ${units}.service`,
        `wrote ${units}.timer`,
        '== 0 enabled active',
        `wrote ${units}.service`,
        `wrote ${units}.timer`,
        '== 0 1',
        `systemd  ${units}.service: as this sigsweep would write it`,
        `systemd  ${units}.timer: as this sigsweep would write it`,
        expect.stringMatching(/^systemd {2}timer active, next run \w{3} [\d-]+ 04:00:00 \w+$/),
        'systemd  no run since this machine started',
        '== 0',
        expect.stringMatching(/last run .+: exit code 2$/),
        `sigsweep: ${units}.service schedules scans already, with systemd: sigsweep schedule remove first [SCHEDULE_FAILED]`,
        '== 2',
        `removed ${units}.service`,
        '== 0',
        '== 0 1',
        `removed ${units}.service`,
        `removed ${units}.timer`,
        '== 0 0',
        '== 0  ',
        'nothing is scheduled: sigsweep schedule install',
        '',
      ]);
    },
  );

  it.skipIf(!canHide || !isRoots)('install takes what cron finds (root)', () => {
    const script = `
      mount -t tmpfs -o mode=755 tmpfs /srv && mkdir /srv/app /srv/cron.d && mount --bind "$1" /srv/app || exit 99
      mount -t tmpfs -o mode=755 tmpfs /etc/systemd && mount --bind /srv/cron.d /etc/cron.d || exit 99
      ${sigsweep} install --cron && ${sigsweep} install --cron && cat /etc/cron.d/sigsweep && ${sigsweep} remove
      ls -A /etc/cron.d`;
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', project], {
      encoding: 'utf8',
      env: cliEnvironment(),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^(wrote \/etc\/cron\.d\/sigsweep\n){2}# Made by [\s\S]* root said=[\s\S]*\nremoved \S+\n$/);
  });

  it.skipIf(!canHide || !isRoots)('install refuses what would not work every night (root)', () => {
    const script = `
      mount -t tmpfs -o mode=755 tmpfs /srv && mkdir -p /srv/app /srv/other && mount --bind "$1" /srv/app || exit 99
      ln -s / /srv/link
      chown 65534 /srv/other
      mount -t tmpfs -o mode=755 tmpfs /etc/systemd && mkdir /etc/systemd/system || exit 99
      exec 2>&1
      for output in /srv/none/x /srv/x /srv/link/x /tmp/x /srv/other/x; do ${sigsweep} install --systemd -- --output $output; done
      chmod 777 /srv
      ${sigsweep} install --systemd
      ls -A /etc/systemd/system`;
    const run = spawnSync('unshare', ['--mount', 'sh', '-c', script, 'sh', project], {
      encoding: 'utf8',
      env: cliEnvironment(),
    });
    expect(run.stdout.split('\n')).toEqual([
      'sigsweep: there is no folder /srv/none: make it first [SCHEDULE_FAILED]',
      'sigsweep: a service that may write to /srv may write too much: choose a folder below it [SCHEDULE_FAILED]',
      'sigsweep: a service that may write to /srv/link may write too much: choose a folder below it [SCHEDULE_FAILED]',
      'sigsweep: what a service writes to /tmp is gone when it ends: choose another folder [SCHEDULE_FAILED]',
      'sigsweep: the service has no right to write to /srv/other, which belongs to user 65534: chown it to root [SCHEDULE_FAILED]',
      expect.stringContaining('sigsweep: /srv is not safe to run as root every night: others than root may write it'),
      '',
    ]);
  });
});
