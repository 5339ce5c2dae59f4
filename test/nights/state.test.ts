import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../src/state/sqlite.js';
import { tempFolder } from '../helpers/temp.js';
import { isRoot } from '../helpers/tools.js';
import { FAKETIME_MISSING, Unattended } from './unattended.js';

async function scansIn(unattended: Unattended): Promise<number[]> {
  const { stdout } = await unattended.run(['history', '--json', '--last', '100']);
  return JSON.parse(stdout).scans.map(({ id }: { id: number }) => id);
}

describe('a history that is damaged', () => {
  it.each([
    ['from its first byte', 0],
    ['in the middle', 8 * 4096],
  ])('%s is kept aside, and a new one begins', async (_where, at) => {
    const unattended = await Unattended.begin();
    const shell = unattended.intrude();
    await unattended.scan(1);
    const file = join(unattended.state, 'history.db');
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(4096, 0xa5), 0, 4096, at);
    closeSync(descriptor);
    const damaged = readFileSync(file);

    const report = await unattended.report();
    expect(report).toMatchObject({ exitCode: 1, changes: null, complete: true });
    expect(report.modules.flatMap(({ findings }) => findings.map((one) => one.file))).toEqual([shell]);
    const [note] = report.notes;
    expect(note).toMatch(/^the history in .* was damaged \(.*\): it is kept as history\.db\.damaged-.*, and a new one/);
    const aside = /kept as (\S+),/.exec(String(note))?.[1] ?? '';
    expect(readFileSync(join(unattended.state, aside)).equals(damaged)).toBe(true);

    const next = await unattended.report();
    expect(next).toMatchObject({ exitCode: 1, notes: [], changes: { still: 1, added: 0 } });
  });
});

describe('a state folder', () => {
  it('may have any name', async () => {
    const unattended = await Unattended.begin();
    for (const name of [':memory:', `file:a?mode=ro#%20'"; é\\ \u{1f512}`]) {
      const state = join(tempFolder(), name);
      const env = { SIGSWEEP_STATE: state };
      await unattended.scan(0, [], { env });
      expect((await unattended.report([], { env })).changes).toMatchObject({ since: { scan: 1 } });
      expect(readdirSync(state)).toContain('history.db');
      expect((await unattended.run(['history'], { env })).stdout).toMatch(/^ {3}2 {2}/m);
    }
  });

  it('is refused where others could write it, and nothing is scanned', async () => {
    const unattended = await Unattended.begin();
    await unattended.scan(0);
    chmodSync(unattended.state, 0o770);
    expect(await unattended.run(['scan', '--quick'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `sigsweep: ${unattended.state} can be written by others: chmod go-w ${unattended.state} [FILE_UNSAFE]\n`,
    });
  });

  it('is refused where others could write the history in it', async () => {
    const unattended = await Unattended.begin();
    await unattended.scan(0);
    const file = join(unattended.state, 'history.db');
    chmodSync(file, 0o666);
    for (const args of [['scan', '--quick'], ['history']]) {
      const stderr = `sigsweep: ${file} can be written by others: chmod go-w ${file} [FILE_UNSAFE]\n`;
      expect(await unattended.run(args)).toMatchObject({ code: 2, stdout: '', stderr });
    }
  });

  it.skipIf(!isRoot)('of another user is refused (needs root)', async () => {
    const unattended = await Unattended.begin();
    mkdirSync(unattended.state, { mode: 0o700 });
    chownSync(unattended.state, 65_534, 65_534);
    const { code, stderr } = await unattended.run(['scan']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${unattended.state} belongs to user 65534`);
    expect(readdirSync(unattended.state)).toEqual([]);
  });
});

describe.skipIf(FAKETIME_MISSING)(`what is kept${FAKETIME_MISSING ? ` (skipped: ${FAKETIME_MISSING})` : ''}`, () => {
  it('is every scan that is young enough, the last thirty, and the last complete one', async () => {
    const unattended = await Unattended.begin();
    await unattended.scan(0);
    // Forty incomplete scans, in less time than they would take.
    const columns =
      'root, kind, started_at, finished_at, 0, whole, reach, exit_code, left_out, summary, notes, fail_on';
    const database = new Sqlite(join(unattended.state, 'history.db'), 1000);
    for (let more = 0; more < 40; more += 1) {
      database.run(`INSERT INTO scans SELECT NULL, ${columns} FROM scans WHERE id = 1`);
    }
    database.close();
    await unattended.scan(0, ['--module', 'core'], { day: 3 });
    expect(await scansIn(unattended)).toHaveLength(42);
    await unattended.scan(0, ['--module', 'core', '--keep', '1d'], { day: 3 });
    const kept = await scansIn(unattended);
    expect(kept).toEqual([1, ...Array.from({ length: 30 }, (_, index) => 14 + index)]);
    // Compared with the one that was kept; then it may go, too.
    expect((await unattended.report(['--keep', '1d'], { day: 3 })).changes).toMatchObject({ since: { scan: 1 } });
    expect((await scansIn(unattended))[0]).toBe(15);
  });

  it('is not lost in a night with a clock that is a year ahead', async () => {
    const unattended = await Unattended.begin();
    for (const day of [0, 1, 366, 2]) await unattended.scan(0, ['--keep', '30d'], { day });
    expect(await scansIn(unattended)).toEqual([1, 2, 3, 4]);
  });
});

it('--no-state writes nothing', async () => {
  const unattended = await Unattended.begin();
  unattended.intrude();
  const home = tempFolder();
  const env = { HOME: home, TMPDIR: home, XDG_STATE_HOME: home };
  const { exitCode, changes } = await unattended.report(['--no-state', '--quick'], { env });
  expect({ exitCode, changes }).toEqual({ exitCode: 1, changes: null });
  expect(readdirSync(home)).toEqual([]);
  expect(existsSync(unattended.state)).toBe(false);
});
