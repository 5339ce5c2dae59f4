import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/state/sqlite.js';
import { runCli } from '../helpers/cli.js';
import { validated } from '../helpers/report.js';
import { sarifRun } from '../helpers/sarif.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';

/** Two scans of one web root: clean, then after an intrusion with an exempted file. What the second one said. */
let system: TestSystem;
let folder: string;
let said: string;
const scanned = () => ['scan', system.webRoot, '--anchor', system.anchorFingerprint, '--keyring', system.keyring];
const state = () => ['--state', join(folder, 'state')];
/** The forms that people and other programs read, each to a file of its own. */
const FORMS = ['csv', 'freepbx', 'html', 'junit', 'rpm', 'sarif'];
const everyForm = (name: string) => FORMS.flatMap((form) => ['--report', `${form}=${join(folder, name)}.${form}`]);

beforeAll(async () => {
  folder = makeTempFolder();
  system = await makeSystem({
    modules: { framework: { 'index.php': '<?php\n' }, core: { 'core.php': '<?php // core\n' }, cdr: {} },
    unsigned: ['cdr'],
  });
  const exemptions = join(folder, 'exemptions.yaml');
  writeFileSync(exemptions, 'exemptions: []\n', { mode: 0o600 });
  await runCli([...scanned(), ...state(), '--exemptions', exemptions]);
  system.writeInWebRoot('shell.php', '<?php system($_GET["x"]);\n');
  system.writeInWebRoot('probe.php', '<?php // monitoring\n');
  system.writeListed('core', 'core.php', '<?php // altered\n');
  const probe = join(system.webRoot, 'probe.php');
  const exempt = ['exempt', probe, '--reason', 'monitoring', '--expires', '90d', '--web-root', system.webRoot];
  await runCli([...exempt, '--exemptions', exemptions]);
  said = (
    await runCli([...scanned(), ...state(), '--exemptions', exemptions, '--format', 'json', ...everyForm('scan')])
  ).stdout;
});
afterAll(() => {
  system.cleanup();
  removeFolder(folder);
});

describe('report', () => {
  it('gives the report of an earlier scan byte for byte, with its exemptions, its changes and the scans before', async () => {
    const again = await runCli(['report', '2', ...state(), '--format', 'json']);
    expect(again).toMatchObject({ code: 0, stderr: '', stdout: said });
    const report = JSON.parse(said);
    expect(report).toMatchObject({ scan: 2, exitCode: 1, summary: { exempted: 1 }, changes: { since: { scan: 1 } } });
    expect(report.history).toMatchObject([{ scan: 1, whole: true, complete: true }]);
    const shell = report.tree.findings.find(({ path }: { path: string }) => path === 'shell.php');
    expect(shell).toMatchObject({ uid: process.getuid?.(), gid: process.getgid?.(), ctime: expect.any(String) });
  });

  it('gives every other form of it byte for byte, too', async () => {
    expect(await runCli(['report', '2', ...state(), ...everyForm('again')])).toMatchObject({ code: 0, stderr: '' });
    const read = (name: string, form: string) => readFileSync(join(folder, `${name}.${form}`), 'utf8');
    for (const form of FORMS) {
      expect(read('scan', form)).toContain('core.php');
      expect(read('again', form)).toBe(read('scan', form));
    }
    const { results } = sarifRun(read('scan', 'sarif'));
    const of = (uri: string) =>
      results.find(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri === uri);
    expect(of('shell.php')).toMatchObject({ ruleId: 'unlisted-code', baselineState: 'new', suppressions: [] });
    expect(of('probe.php')?.suppressions).toMatchObject([{ justification: expect.stringContaining('monitoring') }]);
  });

  it('takes the last one where none is named, and prints it as text', async () => {
    const { code, stdout } = await runCli(['report', ...state()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/critical +unlisted code +shell\.php +new$/m);
    expect(stdout).toMatch(/exempted +unlisted code +probe\.php +\(until .*: monitoring\)/);
    expect(stdout).toMatch(/^result {4}NOT clean\.$/m);
  });

  it('writes several forms at once, and prints nothing besides', async () => {
    const into = tempFolder();
    const files = ['--report', `json=${into}/a.json`, '--report', `text=${into}/a=b.txt`];
    expect(await runCli(['report', ...state(), ...files])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(`${into}/a.json`, 'utf8')).toBe(said);
    expect(readFileSync(`${into}/a=b.txt`, 'utf8')).toContain('shell.php');
    expect(readdirSync(into)).toHaveLength(2);
  });

  it.each([
    ['99', /scan 99 is not remembered/],
    ['x', /'x' is no scan/],
  ])('of a scan %s that is not there → a clear error', async (name, error) => {
    const { code, stdout, stderr } = await runCli(['report', name, ...state()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(error);
  });
});

describe('a history that an older release wrote', () => {
  it('gives what it holds: a signature whose details it lacks is left out, an exemption it does not know says so', async () => {
    const old = join(folder, 'old');
    cpSync(join(folder, 'state'), old, { recursive: true });
    const database = new Sqlite(join(old, 'history.db'), 1000);
    database.run('ALTER TABLE scans DROP COLUMN fail_on; ALTER TABLE modules DROP COLUMN details');
    database.run('ALTER TABLE scan_findings DROP COLUMN exemption; PRAGMA user_version = 1');
    database.close();
    const { code, stdout } = await runCli(['report', 'last', '--state', old, '--format', 'json']);
    expect(code).toBe(0);
    const report = validated(JSON.parse(stdout));
    expect(report.modules.map(({ signature, listed }) => [signature, listed])).toEqual(Array(3).fill([null, 0]));
    expect(report.tree.findings.map(({ path, exemption }) => [path, exemption?.reason])).toEqual([
      ['probe.php', 'the reason was not remembered'],
      ['shell.php', undefined],
    ]);
  });
});

describe('scan --report', () => {
  it('writes each form it can, prints the report all the same, and says what it could not write', async () => {
    const into = tempFolder();
    mkdirSync(join(into, 'json'));
    const files = ['--report', `json=${into}/json`, '--report', `ndjson=${into}/a.ndjson`];
    const { code, stdout, stderr } = await runCli([...scanned(), '--no-state', ...files]);
    expect(code).toBe(2);
    expect(stdout).toContain('shell.php');
    expect(stderr).toMatch(/^sigsweep: cannot write .*\/json: it is no regular file/m);
    expect(readFileSync(`${into}/a.ndjson`, 'utf8')).toMatch(/"type":"summary"/);
  });

  it.each([
    [['--report', 'pdf=a'], /give FORMAT=FILE, with FORMAT one of text, html, json/],
    [['--report', 'json'], /give FORMAT=FILE/],
    [['--report', 'json='], /give FORMAT=FILE/],
    [['--report', 'json=a', '--report', 'json=b'], /json was given before/],
    [['--report', 'json=a', '--report', 'text=./a'], /two reports cannot both be written to/],
    [['--report', 'json=a', '--output', 'a'], /two reports cannot both be written to a/],
  ])('%j → nothing is scanned', async (args, error) => {
    const { code, stdout, stderr } = await runCli([...scanned(), '--no-state', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(error);
    expect(existsSync('a')).toBe(false);
  });

  it('refuses one file by two names of its folder', async () => {
    const into = tempFolder();
    symlinkSync(into, join(into, 'again'));
    const files = ['--report', `json=${into}/a`, '--report', `csv=${into}/again/a`];
    expect(await runCli([...scanned(), '--no-state', ...files])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two reports cannot both be written'),
    });
    expect(readdirSync(into)).toEqual(['again']);
  });
});
