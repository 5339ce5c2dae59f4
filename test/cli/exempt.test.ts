import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CLI_PATH, type CliResult, cliEnvironment, runCli } from '../helpers/cli.js';
import { type JsonFinding, type JsonReport, moduleOf, reportOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
const WHY = ['--reason', 'known to us', '--expires', '30d', '--author', 'jane'];

let system: TestSystem;
let file: string;
beforeEach(async () => {
  system = await makeSystem({
    modules: {
      framework: { 'amp_conf/htdocs/admin/page.php': '<?php // page\n' },
      cdr: { 'functions.inc.php': '<?php\n', 'assets/a.css': 'a {}\n' },
    },
  });
  file = join(tempFolder(), 'exemptions.yaml');
  const made = system;
  onTestFinished(() => made.cleanup());
});

/** The options that tell where the test system lies and who may sign there. */
const place = () => [
  ...['--root', system.dir, '--anchor', system.anchorFingerprint, '--keyring', system.keyring, '--exemptions', file],
];
const exempt = (...args: string[]) => runCli(['exempt', ...place(), ...WHY, ...args]);
const scan = () => scanSystem(system, ['--exemptions', file]);
const written = () => readFileSync(file, 'utf8');

function findings(report: JsonReport): JsonFinding[] {
  return [...report.modules.flatMap((module) => module.findings), ...report.tree.findings];
}

/** One sentence on standard error, exit code 2, and no file. */
function expectRefused(result: CliResult, ...words: readonly (string | RegExp)[]): void {
  expect(result).toMatchObject({ code: 2, stdout: '' });
  for (const word of words) expect(result.stderr).toMatch(word);
  expect(result.stderr).not.toMatch(/fault of sigsweep/);
  expect(existsSync(file)).toBe(false);
}

describe('what is exempted stays in the report and does not count', () => {
  interface Vector {
    what: string;
    /** Makes the finding and returns the file. */
    make: () => string;
    /** Changes its content to something else that is found. */
    change?: (path: string) => void;
    expect: Partial<JsonFinding>;
    lines: readonly string[];
  }
  const vectors: readonly Vector[] = [
    {
      what: 'unlisted code in a module',
      make: () => system.writeInWebRoot('admin/modules/cdr/utests/a.php', '<?php // a\n'),
      expect: { kind: 'unlisted', path: 'utests/a.php', actual: sha256('<?php // a\n') },
      lines: ['module: cdr', 'path: utests/a.php', 'kind: unlisted', `sha256: ${sha256('<?php // a\n')}`],
    },
    {
      what: 'unlisted code outside of modules',
      make: () => system.writeInWebRoot('info.php', '<?php // info\n'),
      expect: { kind: 'unlisted', path: 'info.php' },
      lines: ['outside: true', 'path: info.php'],
    },
    {
      what: 'an altered file of a module',
      make: () => system.writeListed('cdr', 'functions.inc.php', '<?php // ours\n'),
      expect: { kind: 'altered', path: 'functions.inc.php', actual: sha256('<?php // ours\n') },
      lines: ['module: cdr', 'path: functions.inc.php', 'kind: altered'],
    },
    {
      what: 'an altered file of framework, which lies elsewhere',
      make: () => system.writeListed('framework', 'amp_conf/htdocs/admin/page.php', '<?php // ours\n'),
      expect: { kind: 'altered', path: 'amp_conf/htdocs/admin/page.php' },
      lines: ['module: framework', 'path: amp_conf/htdocs/admin/page.php', 'kind: altered'],
    },
    {
      what: 'server configuration',
      make: () => system.writeInWebRoot('.htaccess', 'Require all granted\n'),
      expect: { class: 'server-config', severity: 'critical', path: '.htaccess' },
      lines: ['outside: true', 'path: .htaccess', 'kind: unlisted'],
    },
    {
      what: 'PHP in a picture',
      make: () => system.writeInWebRoot('admin/modules/cdr/assets/x.png', 'x<?php x'),
      expect: { severity: 'high', path: 'assets/x.png' },
      lines: ['module: cdr', `sha256: ${sha256('x<?php x')}`],
    },
    {
      what: 'a missing file',
      make: () => {
        system.remove('var/www/html/admin/modules/cdr/functions.inc.php');
        return system.listedPath('cdr', 'functions.inc.php');
      },
      change: (path) => writeFileSync(path, '<?php // something else\n'),
      expect: { kind: 'missing', path: 'functions.inc.php', severity: 'high' },
      lines: ['kind: missing', 'module: cdr'],
    },
  ];

  it.each(vectors)('$what', async ({ make, change, expect: fields, lines }) => {
    const path = make();
    expect((await scanSystem(system)).exitCode).toBe(1);
    const result = await exempt(path);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(new RegExp(`1 exemption written to ${file}\n$`));
    for (const line of [...lines, 'author: jane', 'reason: known to us', `expires: ${IN_A_MONTH}`]) {
      expect(written()).toMatch(new RegExp(`^(?: {2}- | {4})${line.replace(/[.[\]]/g, '\\$&')}$`, 'm'));
    }
    const report = await scan();
    expect(findings(report)).toEqual([expect.objectContaining(fields)]);
    expect(findings(report)[0]?.exemption).toEqual({
      reason: 'known to us',
      author: 'jane',
      expires: `${IN_A_MONTH}T23:59:59.999Z`,
    });
    expect(report).toMatchObject({ exitCode: 0, summary: { exempted: 1, findings: { critical: 0, high: 0 } } });
    // Anything else under the name counts again.
    if (change === undefined) writeFileSync(path, `${readFileSync(path, 'latin1')} `);
    else change(path);
    const after = await scan();
    expect(after).toMatchObject({ exitCode: 1, summary: { exempted: 0 } });
    expect(findings(after)[0]?.exemption).toBeUndefined();
    expect(findings(after)[0]?.note).toMatch(/exemption of this path/);
  });
});

describe('sigsweep exempt', () => {
  it('takes paths relative to the folder it runs in, and through links above', async () => {
    system.writeInWebRoot('admin/modules/cdr/a.php', '<?php\n// a\n');
    symlinkSync(system.webRoot, join(system.dir, 'web'));
    const args = ['exempt', '--web-root', 'web', '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
    const run = (path: string) => runCli([...args, '--exemptions', file, ...WHY, path], { cwd: system.dir });
    expect(await run('web/admin/modules/cdr/a.php')).toMatchObject({ code: 0, stderr: '' });
    expect(written()).toContain('path: a.php');
  });

  it('takes a path inside --root, with it before or without', async () => {
    const path = system.writeInWebRoot('a.php', '<?php\n// a\n');
    expect(await exempt(path.slice(system.dir.length), '--dry-run')).toMatchObject({ code: 0 });
    expect(await exempt(path, '--dry-run')).toMatchObject({ code: 0 });
  });

  it('takes names that are no text', async () => {
    const name = Buffer.concat([
      Buffer.from(`${system.modulePath('cdr')}/caf`),
      Buffer.from([0xe9]),
      Buffer.from('.php'),
    ]);
    writeFileSync(name, '<?php\n// e\n');
    // What a shell hands over is bytes; this helper can only hand over the text that Node makes of them.
    expect(await exempt(`${system.modulePath('cdr')}/caf\ufffd.php`)).toMatchObject({ code: 0, stderr: '' });
    expect(written()).toContain(`pathBase64: ${Buffer.from('caf\u00e9.php', 'latin1').toString('base64')}`);
    expect((await scan()).summary.exempted).toBe(1);
    writeFileSync(Buffer.from(name.toString('latin1').replace('\u00e9', '\u00e8'), 'latin1'), '<?php\n// e\n');
    const result = await exempt(`${system.modulePath('cdr')}/caf\ufffd.php`);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(/several names read like this one/) });
  });

  it('names who is logged in where nobody else is named', async () => {
    const path = system.writeInWebRoot('a.php', '<?php\n// a\n');
    const args = ['exempt', ...place(), '--reason', 'r', '--expires', '7d', path];
    await runCli(args);
    expect(written()).toContain(`author: ${userInfo().username}\n`);
    await runCli(args, { env: { SUDO_USER: 'joe' } });
    expect(written()).toContain('author: joe\n');
  });

  it('takes several files, and adds to what is there', async () => {
    const paths = ['a.php', 'b.php', 'admin/modules/cdr/c.php'].map((path) =>
      system.writeInWebRoot(path, `<?php // ${path}\n`),
    );
    writeFileSync(file, '# ours\nexemptions: []\n');
    expect(await exempt(...paths.slice(0, 2))).toMatchObject({ code: 0 });
    expect(await exempt(...paths.slice(1))).toMatchObject({ code: 0 });
    expect(written()).toMatch(/^# ours\n/);
    const report = await scan();
    expect(report).toMatchObject({ exitCode: 0, summary: { exempted: 3 } });
  });

  it('with --dry-run says what it would write, and writes nothing', async () => {
    const path = system.writeInWebRoot('a.php', '<?php\n// a\n');
    const result = await exempt('--dry-run', path);
    expect(result.stdout).toBe(
      `unlisted  outside of modules  a.php  ${sha256('<?php\n// a\n')}\n1 exemption would be written to ${file}\n`,
    );
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(file)).toBe(false);
  });

  it('writes those that may be exempted and names the others, with exit code 1', async () => {
    const good = system.writeInWebRoot('a.php', '<?php\n// a\n');
    const link = join(system.webRoot, 'l.php');
    symlinkSync('/etc/hostname', link);
    const result = await exempt(good, link);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/^sigsweep: not exempted: outside of modules {2}l\.php: .*link leads to\n$/);
    expect(written()).toContain('path: a.php');
    expect(written()).not.toContain('l.php');
  });

  it('refuses what nothing is found on, and what may never be exempted', async () => {
    const listed = system.listedPath('cdr', 'functions.inc.php');
    expectRefused(await exempt(listed), 'functions.inc.php', /finds nothing on it/);
    expectRefused(await exempt(join(system.webRoot, 'nowhere.php')), 'nowhere.php', /finds nothing/);
    expectRefused(await exempt('/etc/hostname'), /finds nothing/);
    system.writeInWebRoot('ours/a.php', '<?php\n// a\n');
    expectRefused(await exempt(join(system.webRoot, 'ours')), /this is a folder/);
    system.remove('var/www/html/admin/modules/cdr/functions.inc.php');
    mkdirSync(listed);
    expectRefused(await exempt(listed), /none of these findings can be exempted/);
  });

  it.each<[string, string[], RegExp]>([
    ['no reason', ['--expires', '7d', '/a'], /give --reason and --expires/],
    ['no end', ['--reason', 'r', '/a'], /give --reason and --expires/],
    ['an empty reason', ['--reason', ' ', '--expires', '7d', '/a'], /--reason.*empty/],
    ['more than a year', ['--reason', 'r', '--expires', '400d', '/a'], /a year is the longest/],
    ['a date far away', ['--reason', 'r', '--expires', '2099-01-01', '/a'], /a year is the longest/],
    ['a date that is over', ['--reason', 'r', '--expires', '2020-01-01', '/a'], /that is over/],
    ['no date', ['--reason', 'r', '--expires', 'soon', '/a'], /--expires soon: give days/],
    ['nothing to exempt', ['--reason', 'r', '--expires', '7d'], /name files, or choose/],
    ['files and a scan', ['--reason', 'r', '--expires', '7d', '--scan', 'last', '/a'], /name files, or choose/],
    ['a choice without a scan', ['--reason', 'r', '--expires', '7d', '--module', 'cdr', '/a'], /go with --scan/],
    ['an empty path', ['--reason', 'r', '--expires', '7d', ''], /empty/],
    [
      'a history that is not there',
      [...WHY, '--scan', 'last', '--module', 'cdr', '--path', 'a'],
      /scans are not remembered/,
    ],
  ])('refuses %s', async (_what, args, says) => {
    expectRefused(await runCli(['exempt', ...place(), ...args]), says);
  });

  it('lists what there is', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const entry = (path: string, expires: string, rest = '') =>
      `  - module: cdr\n    path: ${path}\n    reason: because\n    author: jane\n    expires: ${expires}\n${rest}`;
    const entries = [entry('a', day(10)), entry('b', '2020-01-01', `    sha256: ${'ab'.repeat(32)}\n`)];
    writeFileSync(file, `exemptions:\n${entries.join('')}`);
    const { code, stdout } = await runCli(['exempt', '--list', '--exemptions', file]);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `${day(10)}  10 days left      cdr  a  any content  because (jane)`,
      '2020-01-01  ended             cdr  b  abababababab…  because (jane)',
      '',
    ]);
  });

  it('writes nothing when it is interrupted', async () => {
    const paths = Array.from({ length: 3000 }, (_, at) =>
      system.writeInWebRoot(`d${at % 50}/${at}.php`, `<?php ${at}`),
    );
    const child = spawn(process.execPath, [CLI_PATH, 'exempt', ...place(), ...WHY, paths[0] ?? ''], {
      env: cliEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    setTimeout(() => child.kill('SIGINT'), 150);
    const code = await new Promise((done) => child.once('exit', (exit, signal) => done(exit ?? signal)));
    // Too early for the program to hear it, in time, or too late: never something in between.
    if (code === 0) expect(written()).toContain('path: d0/0.php');
    else
      expect({ ended: [130, 'SIGINT'].includes(code as never), written: existsSync(file) }).toEqual({
        ended: true,
        written: false,
      });
  });
});

describe('scan --exemptions', () => {
  it('refuses a file that is not there or malformed before it scans', async () => {
    for (const text of [null, 'exemptions: []\nuntil: never\n']) {
      if (text !== null) writeFileSync(file, text);
      const result = await runCli(['scan', ...place()]);
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain(file);
      if (text !== null) expect(result.stderr).toMatch(/: line 2: unknown key until \[EXEMPTIONS_MALFORMED\]\n$/);
    }
  });

  it('shows exempted findings in the text report, folded, and with --quiet nothing', async () => {
    const paths = ['a.php', 'd/b.php', 'd/e/c.php'].map((path) => system.writeInWebRoot(path, `<?php // ${path}\n`));
    await exempt(...paths);
    const { code, stdout } = await runCli(['scan', ...place()]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `\n  exempted  unlisted code           3 files, the first: a.php  (until ${IN_A_MONTH}: known to us)\n`,
    );
    expect(stdout).toContain('; 3 exempted\n');
    expect(stdout).not.toContain('next:');
    expect(await runCli(['scan', '--quiet', ...place()])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('says what ended, and counts it', async () => {
    const path = system.writeInWebRoot('a.php', '<?php\n// a\n');
    await exempt(path);
    writeFileSync(file, written().replace(IN_A_MONTH, '2026-01-01'));
    const report = reportOf(await runCli(['scan', ...place(), '--format', 'json']));
    expect(report.exitCode).toBe(1);
    expect(report.notes).toContain('1 exemption has ended, so its findings count again');
    expect(moduleOf(report, 'cdr').verdict).toBe('good');
  });
});
