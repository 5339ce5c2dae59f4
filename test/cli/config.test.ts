import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CliResult, failureOf, runCli } from '../helpers/cli.js';
import { reportOf } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { inTerminal, TERMINAL_MISSING } from './terminal.js';

let system: TestSystem;
beforeAll(async () => {
  system = await makeSystem({
    modules: { cdr: { 'functions.inc.php': '<?php\n' }, voicemail: { 'page.css': 'x' } },
    unsigned: ['voicemail'],
  });
});
afterAll(() => system.cleanup());

let folder: string;
let file: string;
beforeEach(() => {
  folder = tempFolder();
  file = join(folder, 'config.yaml');
});

function write(yaml: string, mode = 0o600): string {
  writeFileSync(file, yaml);
  chmodSync(file, mode);
  return file;
}

/** What makes the test system's scan trust it. */
const trust = () => `web-root: ${system.webRoot}\nanchor: "${system.anchorFingerprint}"\nkeyring: ${system.keyring}\n`;

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(args, { env: { SIGSWEEP_CONFIG: file, ...env } });

/** The sentence that the program ended with. */
function sentenceOf({ code, stdout, stderr }: CliResult): string {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^sigsweep: [^\n]+\n$/);
  return `sigsweep: ${failureOf(stderr)}`;
}

describe('a scan', () => {
  it('takes what it needs from the file alone', async () => {
    write(`${trust()}format: json\nmodule: [cdr]\n`);
    const result = await run(['scan']);
    expect(result.code).toBe(0);
    expect(reportOf(result).modules.map(({ name, verdict }) => [name, verdict])).toEqual([['cdr', 'good']]);
  });

  it('takes each value from the first that says it: command line, environment, file, default', async () => {
    const args = ['scan', '--format', 'json'];
    const modulesOf = async (typed: readonly string[], env = {}) => {
      const result = await run([...args, ...typed], env);
      return { code: result.code, modules: reportOf(result).modules.map(({ name }) => name) };
    };
    write(trust());
    expect(await modulesOf([])).toEqual({ code: 0, modules: ['cdr', 'voicemail'] });
    write(`${trust()}fail-on: medium\n`);
    expect(await modulesOf([])).toEqual({ code: 1, modules: ['cdr', 'voicemail'] });
    write(`${trust()}fail-on: medium\nmodule: [cdr]\n`);
    expect(await modulesOf([])).toEqual({ code: 0, modules: ['cdr'] });
    const environment = { SIGSWEEP_MODULE: 'voicemail' };
    expect(await modulesOf([], environment)).toEqual({ code: 1, modules: ['voicemail'] });
    expect(await modulesOf(['--fail-on', 'high'], environment)).toEqual({ code: 0, modules: ['voicemail'] });
    expect(await modulesOf(['--module', 'cdr'], environment)).toEqual({ code: 0, modules: ['cdr'] });
  });

  it('looks where exempt does', async () => {
    const path = system.writeInWebRoot('admin/modules/cdr/own.php', '<?php\n// own\n');
    write(trust());
    try {
      const why = ['--reason', 'ours', '--expires', '7d', '--dry-run'];
      expect(await run(['exempt', ...why, path])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('own.php'),
      });
    } finally {
      rmSync(path);
    }
  });

  it('is configured as verify and demo are', async () => {
    write(`${trust()}format: json\nprogress: false\nnice: 0\n`);
    const verified = await run(['verify', system.modulePath('cdr')]);
    expect(verified.json()).toMatchObject({ exitCode: 0, modules: [{ name: 'cdr', verdict: 'good' }] });
  });

  it.each([
    ['a bad value', 'fail-on: worst', 'line 1: fail-on: allowed choices are critical, high, medium, low, info'],
    ['a bad number', 'threads: 0', 'line 1: threads: give a whole number from 1 to 256'],
    ['a folder of no known name', 'map:\n  AMPBIN: /bin\n  AMPFOO: /bin', 'line 3: map.AMPFOO: give FOLDER=DIR'],
    ['an unknown key', '\nfial-on: low', 'line 2: unknown key fial-on: did you mean fail-on?'],
    ['a short list', 'bench:\n  threads: [1, two]', 'line 2: bench.threads: give up to 16 whole numbers'],
  ])('does not begin with %s', async (_, yaml, message) => {
    write(yaml);
    expect(sentenceOf(await run(['scan', system.webRoot]))).toContain(`sigsweep: ${file}: ${message}`);
    // Whether or not the command has the option.
    expect(sentenceOf(await run(['demo']))).toContain(message);
  });

  it('is refused for a bad value with the words of the command line', async () => {
    const typed = await runCli(['scan', '--max-rate', '0']);
    const reason = /is invalid: (.*)\. \[USAGE\]\n/.exec(typed.stderr)?.[1] ?? 'none';
    write('max-rate: 0');
    expect(sentenceOf(await run(['scan']))).toContain(`max-rate: ${reason}`);
    write('');
    expect(sentenceOf(await run(['scan'], { SIGSWEEP_MAX_RATE: '0' }))).toContain(`SIGSWEEP_MAX_RATE: ${reason}`);
  });

  it('is refused for a slip in a variable', async () => {
    write('');
    expect(sentenceOf(await run(['scan'], { SIGSWEEP_ANCOR: 'A'.repeat(40) }))).toBe(
      'sigsweep: the environment variable SIGSWEEP_ANCOR sets nothing: did you mean SIGSWEEP_ANCHOR?',
    );
  });

  it('is refused for a configuration that is not there, or that others could have written', async () => {
    const missing = join(folder, 'none.yaml');
    expect(sentenceOf(await runCli(['scan', '--config', missing]))).toContain(`${missing}: ENOENT`);
    expect(sentenceOf(await runCli(['scan', '--config', folder]))).toContain('no regular file');
    expect((await runCli(['scan', '--config', ''])).stderr).toContain('it is empty');
    write('', 0o666);
    expect(sentenceOf(await run(['scan']))).toContain(`chmod go-w ${file}`);
  });

  it('shows nothing of a hostile name of a key to the terminal', async () => {
    write('"a\\e[2J\\nb": 1');
    expect(sentenceOf(await run(['scan']))).toContain('unknown key a\\u{1b}[2J\\nb');
  });
});

it('--config and --no-config may stand before a command and behind it', async () => {
  write(`${trust()}format: json\n`);
  for (const args of [
    ['scan', '--config', file],
    ['--config', file, 'scan'],
  ]) {
    expect(reportOf(await runCli(args)).modules).toHaveLength(2);
  }
  for (const args of [
    ['config', 'print', '--config', file],
    ['config', '--config', file, 'print'],
    ['--config', file, 'config', 'print'],
    ['--no-config', 'config', 'print', '--config', file],
  ]) {
    expect((await runCli(args)).stdout.split('\n')[0]).toBe(file);
  }
  expect((await run(['config', '--no-config', 'print'])).stdout).toMatch(/^no configuration file\n/);
});

describe('config print', () => {
  it('says each value and where it comes from', async () => {
    write(
      `web-root: /srv/html\n\nanchor: [${'A'.repeat(40)}, ${'B'.repeat(40)}]\nquiet: true\nmap: {AMPBIN: /b, AMPSBIN: /s}\n` +
        'progress: false\nbench:\n  threads: [1, 2]\n',
    );
    const { code, stdout, stderr } = await run(['config', 'print'], { SIGSWEEP_ONE_FILE_SYSTEM: 'yes' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|'));
    expect(lines[0]).toBe(file);
    for (const line of [
      'web-root|line 1|/srv/html',
      `anchor|line 3|${'A'.repeat(40)}`,
      `|${'B'.repeat(40)}`,
      'quiet|line 4|true',
      'map|line 5|AMPBIN=/b',
      '|AMPSBIN=/s',
      'progress|line 6|false',
      'bench.threads|line 8|1,2',
      'one-file-system|SIGSWEEP_ONE_FILE_SYSTEM|true',
      'fail-on|default|high',
      'color|default|true',
      'all|default|false',
      'output|default|-',
    ]) {
      expect(lines).toContain(line);
    }
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });

  it('says the same as JSON', async () => {
    write('fail-on: low\nalerts:\n  log: {type: syslog}\n');
    const printed = (await run(['config', 'print', '--json'], { SIGSWEEP_THREADS: '2' })).json<{
      settings: { key: string }[];
    }>();
    expect(printed).toMatchObject({
      schema: 'sigsweep/config@1',
      file,
      channels: [{ name: 'log', type: 'syslog', line: 3, description: 'syslog daemon' }],
    });
    const of = (key: string) => printed.settings.find((setting) => setting.key === key);
    expect(of('fail-on')).toMatchObject({ section: null, value: 'low', source: { kind: 'file', file, line: 1 } });
    expect(of('threads')).toMatchObject({ value: 2, source: { kind: 'environment', variable: 'SIGSWEEP_THREADS' } });
    expect(of('quiet')).toMatchObject({ value: false, source: { kind: 'default' } });
    expect(of('output')).toMatchObject({ value: null });
  });

  it('says durations as they are written, given or by default', async () => {
    write('keep: 90d\nschedule: {splay: 90m}\n');
    const env = { SIGSWEEP_REMIND: '36h' };
    const { stdout } = await run(['config', 'print'], env);
    const lines = stdout.split('\n').map((line) => line.replace(/ {2,}/g, '|'));
    const expected = [
      'keep|line 1|90d',
      'full-every|default|7d',
      'remind|SIGSWEEP_REMIND|36h',
      'schedule.splay|line 2|90m',
    ];
    for (const line of expected) expect(lines).toContain(line);
    expect((await runCli(['config', 'print'])).stdout).toMatch(/^schedule\.splay +default +30m$/m);
    const { settings } = (await run(['config', 'print', '--json'], env)).json<{ settings: object[] }>();
    expect(settings).toContainEqual(expect.objectContaining({ key: 'keep', value: '90d' }));
    expect(settings).toContainEqual(expect.objectContaining({ key: 'full-every', value: '7d' }));
  });

  it('says that there is no file', async () => {
    const { code, stdout } = await runCli(['config', 'print', '--no-config']);
    expect([code, stdout.split('\n')[0]]).toEqual([0, 'no configuration file']);
  });

  it.skipIf(TERMINAL_MISSING)(`shows no control characters (${TERMINAL_MISSING ?? 'in a terminal'})`, async () => {
    write('output: "/a\\e[2Jb"');
    const { screen } = await inTerminal(`$SIGSWEEP config print --config ${file}`);
    expect(screen).toContain('/a\\u{1b}[2Jb');
    expect(screen).not.toContain('\u001b[2J');
  });

  it('fails as a scan does where the file is wrong', async () => {
    write('fail-on: worst');
    expect(sentenceOf(await run(['config', 'print']))).toContain('line 1: fail-on');
  });
});

describe('config check', () => {
  it('says ok', async () => {
    write('fail-on: low');
    expect(await run(['config', 'check'])).toMatchObject({ code: 0, stdout: `${file}: ok\n`, stderr: '' });
    expect(await runCli(['config', 'check', file])).toMatchObject({ code: 0, stdout: `${file}: ok\n` });
    expect(await runCli(['config', 'check'])).toMatchObject({
      code: 0,
      stdout: 'there is no configuration: the defaults apply\n',
    });
  });

  it('says each problem on a line of its own', async () => {
    write('fial-on: low\nthreads: no\n');
    const { code, stdout, stderr } = await run(['config', 'check']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      `sigsweep: ${file}: line 1: unknown key fial-on: did you mean fail-on?`,
      `sigsweep: ${file}: line 2: threads: give a whole number from 1 to 256`,
      '',
    ]);
  });

  it('looks at the environment too', async () => {
    write('');
    expect(sentenceOf(await run(['config', 'check'], { SIGSWEEP_THREADS: 'no' }))).toContain('SIGSWEEP_THREADS');
  });

  it('looks at the files that channels name', async () => {
    const secret = (name: string, mode: number, content = 'hunter2') => {
      writeFileSync(join(folder, name), content, { mode });
      return join(folder, name);
    };
    mkdirSync(join(folder, 'folder'));
    write(
      [
        'alerts:',
        '  mail:',
        '    type: mail',
        '    to: admin@example.org',
        `    smtp: {host: localhost, user: u, passwordFile: ${secret('open', 0o644)}}`,
        '  hook:',
        '    type: webhook',
        `    urlFile: ${secret('closed', 0o600)}`,
        `    secretFile: ${folder}/missing`,
        `    caFile: ${secret('ca', 0o644)}`,
        '  empty:',
        '    type: webhook',
        `    urlFile: ${secret('empty', 0o600, ' \n')}`,
        '  run:',
        '    type: command',
        '    run:',
        `      - ${secret('program', 0o777)}`,
        '  text: {type: command, run: [/etc/passwd]}',
        '  fine: {type: command, run: [/bin/sh, -c, hunter2]}',
        `  folder: {type: command, run: [${folder}/folder]}`,
      ].join('\n'),
    );
    chmodSync(join(folder, 'program'), 0o777);
    const { code, stdout, stderr } = await run(['config', 'check']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      `sigsweep: ${file}: line 5: alerts.mail.smtp.passwordFile: ${folder}/open is open to others: chmod go= ${folder}/open`,
      `sigsweep: ${file}: line 9: alerts.hook.secretFile: cannot use ${folder}/missing: ENOENT: no such file or directory`,
      `sigsweep: ${file}: line 13: alerts.empty.urlFile: ${folder}/empty is empty`,
      `sigsweep: ${file}: line 17: alerts.run.run[1]: ${folder}/program can be written by others: chmod go-w ${folder}/program`,
      `sigsweep: ${file}: line 18: alerts.text.run[1]: cannot use /etc/passwd: EACCES: permission denied`,
      `sigsweep: ${file}: line 20: alerts.folder.run[1]: ${folder}/folder is no program`,
    ]);
  });
});

// test/config/secrets.test.ts has them all.
describe('secrets', () => {
  it.each([
    'password: hunter2',
    'alerts:\n  x:\n    password: *hunter2\n',
    'alerts:\n  x: {type: webhook, url: "https://hooks.example/hunter2", preset: slack}',
    'alerts:\n  x: {type: mail, to: a@b, smtp: {host: h, user: u, password: hunter2}}',
  ])('%j is said nowhere', async (yaml) => {
    write(yaml);
    const runs = [
      ['config', 'check'],
      ['config', 'print'],
      ['config', 'print', '--json'],
      ['scan', '/nowhere'],
    ];
    for (const { stdout, stderr } of await Promise.all(runs.map((args) => run(args)))) {
      expect(stdout + stderr).not.toContain('hunter2');
      expect(stderr).not.toContain('fault of sigsweep');
    }
  });

  it('channels are shown without them', async () => {
    write(
      'alerts:\n' +
        '  chat: {type: webhook, url: "https://hooks.example:8443/hunter2?x=hunter2", preset: slack}\n' +
        '  pager: {type: command, run: [/bin/page, hunter2]}\n' +
        '  mail: {type: mail, to: [a@example.org, b@example.org], smtp: {host: mx.example.org, user: u, passwordFile: /p}}\n' +
        '  local: {type: mail, to: a@example.org, sendmail: /usr/sbin/sendmail}\n' +
        '  hook: {type: webhook, urlFile: /u, secretFile: /s}\n' +
        '  log: {type: syslog, facility: local3, server: log.example.org}\n',
    );
    const { code, stdout } = await run(['config', 'print']);
    const channels = stdout.split('\n').filter((line) => line.startsWith('alerts.'));
    expect(code).toBe(0);
    expect(channels.map((line) => line.replace(/ {2,}/g, '|'))).toEqual([
      'alerts.chat|line 2|webhook (slack) to https://hooks.example:8443/…',
      'alerts.pager|line 3|command /bin/page …',
      'alerts.mail|line 4|mail to a@example.org, b@example.org by mx.example.org, password in /p',
      'alerts.local|line 5|mail to a@example.org by /usr/sbin/sendmail',
      'alerts.hook|line 6|webhook (event) to the address in /u, secret in /s',
      'alerts.log|line 7|syslog local3 of log.example.org',
    ]);
  });
});
