import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CLI_PATH, type CliResult, cliEnvironment, runCli } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';
import { runTool } from '../helpers/tools.js';
import { inTerminal, TERMINAL_MISSING } from './terminal.js';

/** What a terminal would obey, and what a line would end at. */
const HOSTILE = '\u001b]0;owned\u0007\u202egpj.\nresult    clean';
/** Bytes that are no text. */
const NO_TEXT = Buffer.from('x\xff.php', 'latin1');

/** Three scans of one web root: clean, then with hostile names, then the same again. */
let system: TestSystem;
let state: string;
beforeAll(async () => {
  const hostileModule = `cdr${HOSTILE}`;
  system = await makeSystem({
    modules: { core: { 'core.php': '<?php // core\n' }, [hostileModule]: {} },
    unsigned: [hostileModule],
  });
  state = join(makeTempFolder(), 'state');
  await scan();
  system.writeInWebRoot(`${HOSTILE}.php`, '<?php // nobody signed this\n');
  writeFileSync(Buffer.concat([Buffer.from(`${system.webRoot}/`), NO_TEXT]), '<?php // nor this\n');
  await scan();
  await scan();
});
afterAll(() => {
  system.cleanup();
  removeFolder(join(state, '..'));
});

function scan(root = system.dir, into = state): Promise<CliResult> {
  const { anchorFingerprint, keyring } = system;
  return runCli(['scan', '--root', root, '--anchor', anchorFingerprint, '--keyring', keyring, '--state', into]);
}

function look(...args: readonly string[]): Promise<CliResult> {
  return runCli([...args, '--state', state]);
}

const path = { path: z.string(), pathBase64: z.string().optional() };
const finding = z.strictObject({
  module: z.string().nullable(),
  moduleBase64: z.string().optional(),
  kind: z.string(),
  ...path,
  file: z.string(),
  fileBase64: z.string().optional(),
  severity: z.string(),
  class: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  size: z.number().optional(),
  mode: z.string().optional(),
  uid: z.int().optional(),
  gid: z.int().optional(),
  mtime: z.iso.datetime().optional(),
  ctime: z.iso.datetime().optional(),
  uncovered: z.literal(true).optional(),
  note: z.string().optional(),
  firstSeen: z.iso.datetime(),
  exempted: z.literal(true).optional(),
});
const moduleState = {
  verdict: z.string(),
  version: z.string().nullable(),
  signer: z.string().nullable(),
  signedAt: z.iso.datetime().nullable(),
  textSha256: z.string().nullable(),
};
const record = {
  id: z.int().positive(),
  kind: z.enum(['full', 'quick']),
  root: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  complete: z.boolean(),
  whole: z.boolean(),
  reach: z.int(),
  failOn: z.string(),
  exitCode: z.int(),
  leftOut: z.int(),
  summary: z.looseObject({ findings: z.record(z.string(), z.number()) }),
  notes: z.array(z.string()),
};
const HISTORY = z.strictObject({ schema: z.literal('sigsweep/history@1'), scans: z.array(z.strictObject(record)) });
const SNAPSHOT = z.strictObject({
  schema: z.literal('sigsweep/snapshot@1'),
  ...record,
  modules: z.array(z.strictObject({ name: z.string(), ...moduleState, reason: z.string() })),
  findings: z.array(finding),
});
const DIFF = z.strictObject({
  schema: z.literal('sigsweep/diff@1'),
  since: z.strictObject({ scan: z.int(), startedAt: z.iso.datetime() }),
  modules: z.array(z.looseObject({ module: z.string(), kinds: z.array(z.string()) })),
  added: z.array(finding),
  still: z.int(),
  gone: z.array(finding),
});

describe('sigsweep history', () => {
  it('is a table that fits a terminal, and a curve', async () => {
    const { code, stdout, stderr } = await look('history');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^scan {2}began \(UTC\) +kind +result +modules +critical +high +medium +low$/);
    expect(lines[2]).toMatch(/^ {3}2 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}full {2}findings +2 +2 +0 +1 +0$/);
    expect(lines.slice(4)).toEqual(['', 'findings  ▄██', `web root  ${system.webRoot}`, '']);
    expect(Math.max(...lines.slice(0, 6).map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('as JSON, and of so many scans as asked for', async () => {
    const { scans } = HISTORY.parse((await look('history', '--json')).json());
    expect(scans.map(({ id, exitCode, root }) => ({ id, exitCode, root }))).toEqual([
      { id: 1, exitCode: 0, root: system.webRoot },
      { id: 2, exitCode: 1, root: system.webRoot },
      { id: 3, exitCode: 1, root: system.webRoot },
    ]);
    const last = HISTORY.parse((await look('history', '--json', '--last', '2')).json());
    expect(last.scans.map(({ id }) => id)).toEqual([2, 3]);
  });

  it('has a table for each web root', async () => {
    const both = join(tempFolder(), 'both');
    cpSync(state, both, { recursive: true });
    chmodSync(both, 0o700);
    const other = join(tempFolder(), 'copy');
    // Node copies no names that are no text.
    runTool('cp', ['-a', system.dir, other]);
    const webRoot = system.webRoot.replace(system.dir, other);
    await scan(other, both);
    const tables = (await runCli(['history', '--state', both])).stdout.split('\n\nscan');
    expect(tables).toHaveLength(2);
    const [own, copied] = [system.webRoot, webRoot].map((root) => tables.find((table) => table.includes(root)) ?? '');
    expect(own).toContain('findings  ▄██');
    expect(copied).toContain('findings  █');
    // The last one is the other's; it is compared with nothing of this one.
    const { stdout } = await runCli(['show', '--state', both]);
    expect(stdout).toContain(`scan 4  full  ${webRoot}  `);
    expect(await runCli(['diff', '--state', both])).toMatchObject({
      code: 2,
      stderr: `sigsweep: no complete scan of ${webRoot} before scan 4 is remembered [SCAN_NOT_FOUND]\n`,
    });
    expect(await runCli(['diff', '3', '4', '--state', both])).toMatchObject({
      code: 2,
      stderr: 'sigsweep: scans 3 and 4 are of different web roots [USAGE]\n',
    });
  });

  it('of no scan at all says so', async () => {
    const empty = join(tempFolder(), 'empty');
    // Opens the history, and cannot scan.
    expect((await scan('/nowhere/at/all', empty)).code).toBe(2);
    expect(await runCli(['history', '--state', empty])).toMatchObject({ code: 0, stdout: 'no scan is remembered\n' });
    expect(HISTORY.parse((await runCli(['history', '--json', '--state', empty])).json()).scans).toEqual([]);
    expect(await runCli(['show', '--state', empty])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^sigsweep: scan last is not remembered/),
    });
  });

  it('ends quietly where its reader has had enough', () => {
    const command = `"${process.execPath}" "${CLI_PATH}" history --state "${state}" | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command], { env: cliEnvironment(), encoding: 'utf8' });
    expect(stdout).toMatch(/^scan .*\n0\n$/);
    expect(stderr).toBe('');
  });

  it.skipIf(TERMINAL_MISSING).each([
    ['C.UTF-8', 'findings  ▄██'],
    ['C', 'findings  ~##'],
  ])('has a curve that a terminal with LC_ALL=%s can show', async (locale, curve) => {
    const { code, screen } = await inTerminal(`$SIGSWEEP history --state ${state}`, { env: { LC_ALL: locale } });
    expect(code).toBe(0);
    expect(screen).toContain(curve);
  });
});

describe('sigsweep show', () => {
  it('is the last scan, or one by its number', async () => {
    const last = await look('show');
    expect(last).toMatchObject({ code: 0, stderr: '' });
    expect(last.stdout).toMatch(/^scan 3 {2}full {2}/);
    expect((await look('show', 'last')).stdout).toBe(last.stdout);
    expect((await look('show', '3')).stdout).toBe(last.stdout);
    const first = (await look('show', '1')).stdout;
    expect(first).toMatch(
      /^modules {3}2, 1 of them not good\nfindings {2}0 critical, 0 high, 1 medium, 0 low\nresult/m,
    );
    expect(first).not.toContain('x\\xff.php');
  });

  it('as JSON, with bytes that are no text', async () => {
    const { findings, modules } = SNAPSHOT.parse((await look('show', '2', '--json')).json());
    expect(modules).toHaveLength(2);
    expect(findings.find(({ pathBase64 }) => pathBase64 !== undefined)).toMatchObject({
      path: 'x\\xff.php',
      pathBase64: NO_TEXT.toString('base64'),
    });
  });
});

describe('sigsweep diff', () => {
  it('is what the last scan found otherwise than the one before, or between two of them', async () => {
    expect((await look('diff')).stdout).toMatch(/^since scan 2 of .*: 0 new, 0 gone, \d+ still there\n$/);
    expect((await look('diff', '1', '2')).stdout).toMatch(
      /^since scan 1 of .*: 2 new, 0 gone,[\s\S]*\n\nnew\n {2}critical/,
    );
    expect((await look('diff', '1')).stdout).toMatch(/^since scan 1 of .*: 2 new, 0 gone,/);
    expect((await look('diff', '2', '1')).stdout).toMatch(/^since scan 2 of .*: 0 new, 2 gone,[\s\S]*\n\ngone\n/);
  });

  it('as JSON, with the new findings themselves', async () => {
    const { added, gone, since } = DIFF.parse((await look('diff', '1', '3', '--json')).json());
    expect(added.map(({ path: name }) => name)).toContain('x\\xff.php');
    expect({ gone, scan: since.scan }).toEqual({ gone: [], scan: 1 });
  });
});

it.each([[['history']], [['show']], [['show', '2']], [['diff', '1', '3']]])(
  'sigsweep %j shows hostile names as text, on lines of their own',
  async (args) => {
    const { stdout } = await look(...args);
    for (const line of stdout.split('\n')) expect(line).toMatch(/^[\P{C}]*$/u);
    expect(stdout).not.toMatch(/^ *result {4}clean.*\n./m);
    const { stdout: json } = await look(...args, '--json');
    expect(json.trimEnd()).toMatch(/^[\P{C}]*$/u);
  },
);

describe('what is not there', () => {
  it.each([
    [['show', '4'], 'scan 4 is not remembered; sigsweep history lists those that are'],
    [['show', '0'], 'scan 0 is not remembered; sigsweep history lists those that are'],
    [['show', '-1'], "'-1' is no scan: give its number as sigsweep history shows it, or last"],
    [['show', 'first'], "'first' is no scan: give its number as sigsweep history shows it, or last"],
    [['show', '1e3'], "'1e3' is no scan: give its number as sigsweep history shows it, or last"],
    [['show', '999999999999999'], 'scan 999999999999999 is not remembered; sigsweep history lists those that are'],
    [['diff', '9', '1'], 'scan 9 is not remembered; sigsweep history lists those that are'],
    [['diff', '1', '2', '3'], 'too many arguments'],
    [['history', '--last', '0'], "option '--last <n>' argument '0' is invalid: give a whole number from 1 to 100000."],
    [['history', '--last', 'all'], "option '--last <n>' argument 'all' is invalid: give a whole number"],
  ])('sigsweep %j is refused in a sentence', async (args, says) => {
    const { code, stdout, stderr } = await look(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`sigsweep: ${says}`);
  });

  it.each(['history', 'show', 'diff'])('sigsweep %s without a history leaves none behind', async (command) => {
    const none = join(tempFolder(), 'none');
    mkdirSync(none, { mode: 0o700 });
    for (const folder of [none, join(none, 'deeper')]) {
      expect(await runCli([command, '--state', folder])).toMatchObject({
        code: 2,
        stderr: `sigsweep: no scan is remembered in ${folder}: run sigsweep scan first, or give --state DIR [SCAN_NOT_FOUND]\n`,
      });
    }
    expect(readdirSync(none)).toEqual([]);
    expect(await runCli([command, '--no-state'])).toMatchObject({
      code: 2,
      stderr: 'sigsweep: scans are not remembered (state is false): give --state DIR [SCAN_NOT_FOUND]\n',
    });
  });

  it('is not read where others could have written it', async () => {
    const open = join(tempFolder(), 'open');
    cpSync(state, open, { recursive: true });
    chmodSync(open, 0o770);
    const choice = ['--scan', 'last', '--outside', '--path', '*.php', '--reason', 'r', '--expires', '7d', '--dry-run'];
    for (const args of [['history'], ['show'], ['diff'], ['exempt', ...choice]]) {
      const { code, stdout, stderr } = await runCli([...args, '--state', open]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(`sigsweep: ${open} can be written by others: chmod go-w ${open} [FILE_UNSAFE]\n`);
    }
  });
});
