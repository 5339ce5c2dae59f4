import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { manualPage } from '../../src/cli/man/page.js';
import { runCli } from '../helpers/cli.js';
import { hasTool } from '../helpers/tools.js';

let page: string;

beforeAll(async () => {
  const { code, stdout, stderr } = await runCli(['man']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  page = stdout;
});

/** What a program that reads the page says of it, and what it makes of it. */
function read(program: string, args: readonly string[], input = page) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  return { status, stdout, stderr };
}

const groff = (input?: string) => read('groff', ['-man', '-ww', '-Tutf8', '-P-cbou', '-rLL=78n'], input);

it('has the sections that readers of manual pages look for', () => {
  const sections = [...page.matchAll(/^\.SH "?([A-Z ]+)"?$/gm)].map(([, title]) => title);
  expect(sections).toEqual([
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'COMMANDS',
    'EXIT STATUS',
    'FILES',
    'ENVIRONMENT',
    'EXAMPLES',
    'SEE ALSO',
  ]);
});

it.skipIf(!hasTool('groff'))('groff has no warnings, and 80 columns hold every line', () => {
  const { status, stdout, stderr } = groff();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('--keyring file|dir|gnupg:dir');
  expect(stdout).toContain("sigsweep exempt /var/www/html/info.php --reason 'monitoring probe' --expires 90d");
  expect(stdout.split('\n').filter((line) => line.length > 92)).toEqual([]);
});

it.skipIf(!hasTool('mandoc'))('mandoc has no warnings', () => {
  expect(read('mandoc', ['-T', 'lint', '-W', 'warning'])).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('names every command that the help names, and every option of each', async () => {
  const plain = page.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, '');
  const { stdout } = await runCli(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name ?? '');
  expect(commands.length).toBeGreaterThan(15);
  for (const command of commands.filter((name) => name !== 'help')) expect(plain).toContain(`.SS "sigsweep ${command}`);
  const scan = await runCli(['scan', '--help']);
  const options = [...scan.stdout.matchAll(/^ {2}(--[\w-]+(?: <[^>]+>)?)/gm)].map(([, flags]) => flags ?? '');
  expect(options.length).toBeGreaterThan(20);
  const missing = options.filter((flags) => !plain.includes(`\n.TP\n${flags.replaceAll(/[<>]/g, '')}\n`));
  expect(missing).toEqual([]);
});

it('tells of the version and the day of the changelog', () => {
  const [, version, day] =
    /^## (\S+) \((\S+)\)$/m.exec(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')) ?? [];
  expect(page).toContain(`.TH SIGSWEEP 1 ${day} "sigsweep ${version}"`);
});

it.skipIf(!hasTool('groff'))('shows texts as they are, whatever roff would take them for', () => {
  const texts = ['.SH no section', "'tis no request", 'C:\\new \\fBnot bold', '--dashes ~ ^ ` "quoted"', 'größer'];
  const option = (text: string) => ({
    flags: '--option',
    short: undefined,
    long: '--option',
    summary: text,
    description: text,
    repeatable: false,
    value: undefined,
  });
  const program = {
    path: [],
    usage: '',
    summary: '',
    description: '',
    arguments: [],
    options: texts.map(option),
    hiddenOptions: [],
    commands: [],
  };
  const { stdout, stderr } = groff(manualPage(program, '1', '2026-01-01'));
  expect(stderr).toBe('');
  for (const text of texts) expect(stdout).toContain(text);
});
