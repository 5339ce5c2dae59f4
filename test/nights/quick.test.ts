import { chmodSync, cpSync, linkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { type JsonReport, moduleOf } from '../helpers/report.js';
import { STAMPS_MISSING } from '../helpers/stamps.js';
import { FAKETIME_MISSING, LISTED, Unattended } from './unattended.js';

/** A time that can be given back to the nanosecond. */
const WHOLE_SECOND = 1_700_000_000;

const MISSING = FAKETIME_MISSING ?? STAMPS_MISSING;

/** A scan reads again what changed within two minutes before it; the files of a test did. */
describe.skipIf(MISSING)(`a quick scan${MISSING ? ` (skipped: ${MISSING})` : ''}`, () => {
  /** A system that was read whole a day ago, as the second scan takes it. */
  async function readYesterday(): Promise<Unattended> {
    const unattended = await Unattended.begin();
    expect((await unattended.report([], { day: 1 })).kind).toBe('full');
    return unattended;
  }

  function quick(unattended: Unattended, day = 2, args: readonly string[] = []): Promise<JsonReport> {
    return unattended.report(['--quick', ...args], { day });
  }

  /** So many files were read at least, and not all: one of seven is read by chance whatever is known of it. */
  function expectRead({ summary: { hashed, reused } }: JsonReport, least: number): void {
    expect(hashed + reused).toBe(LISTED);
    expect(hashed).toBeGreaterThanOrEqual(least);
    expect(reused).toBeGreaterThan(0);
  }

  it('reads few of those that did not change, not always the same, and says so', async () => {
    const unattended = await readYesterday();
    const report = await quick(unattended);
    expect(report).toMatchObject({ kind: 'quick', exitCode: 0, summary: { listed: LISTED } });
    expectRead(report, 0);
    expect(await unattended.scan(0, ['--quick'], { day: 3 })).toMatch(
      /^files {5}7 listed, \d hashed, \d unchanged since \(quick scan\), 0 not checked; /m,
    );
    const counts = new Set<number>();
    for (let day = 4; counts.size < 2 && day < 60; day += 1) {
      counts.add((await quick(unattended, day, ['--full-every', '400d'])).summary.hashed);
    }
    expect(counts.size).toBe(2);
  });

  it('reads a file again whose content changed and whose times and size did not', async () => {
    const unattended = await Unattended.begin();
    const file = unattended.system.listedPath('core', 'core.php');
    utimesSync(file, WHOLE_SECOND, WHOLE_SECOND);
    await unattended.report([], { day: 1 });
    const before = statSync(file, { bigint: true });
    writeFileSync(file, '<?php // cord\n');
    utimesSync(file, WHOLE_SECOND, WHOLE_SECOND);
    const { ino, size, mtimeNs } = statSync(file, { bigint: true });
    expect({ ino, size, mtimeNs }).toEqual({ ino: before.ino, size: before.size, mtimeNs: before.mtimeNs });
    const report = await quick(unattended);
    expect(report).toMatchObject({ kind: 'quick', exitCode: 1 });
    expectRead(report, 1);
    expect(moduleOf(report, 'core').verdict).toBe('tampered');
    // What was found wrong is never taken for known.
    expect((await quick(unattended, 3)).exitCode).toBe(1);
  });

  it("reads two files again that took each other's names", async () => {
    const unattended = await Unattended.begin();
    const { system } = unattended;
    const [one, other] = ['one.php', 'two.php'].map((name) => system.writeListed('cdr', name, `<?php // ${name}\n`));
    await system.sign('cdr', { paths: ['module.xml', 'one.php', 'two.php'] });
    rmSync(system.listedPath('cdr', 'functions.inc.php'));
    rmSync(system.listedPath('cdr', 'page.cdr.php'));
    expect((await unattended.report([], { day: 1 })).exitCode).toBe(0);
    renameSync(String(one), `${one}.x`);
    renameSync(String(other), String(one));
    renameSync(`${one}.x`, String(other));
    const report = await quick(unattended);
    expect(report.exitCode).toBe(1);
    expect(moduleOf(report, 'cdr').findings.map(({ kind }) => kind)).toEqual(['altered', 'altered']);
  });

  it.each([
    ['a hard link to it', (file: string) => linkSync(file, `${file}.link`), 1],
    ['another mode', (file: string) => chmodSync(file, 0o600), 1],
    [
      'an identical file in its place',
      (file: string) => {
        cpSync(file, `${file}.copy`, { preserveTimestamps: true });
        renameSync(`${file}.copy`, file);
      },
      1,
    ],
    [
      'an identical folder in the place of its own',
      (file: string) => {
        const folder = join(file, '..');
        cpSync(folder, `${folder}.copy`, { recursive: true, preserveTimestamps: true });
        rmSync(folder, { recursive: true });
        renameSync(`${folder}.copy`, folder);
      },
      2,
    ],
  ])('reads a file again after %s', async (_what, change, hashed) => {
    const unattended = await readYesterday();
    change(unattended.system.listedPath('core', 'core.php'));
    expectRead(await quick(unattended), hashed);
    // Right as it was, it is known by its new looks.
    expectRead(await quick(unattended, 3), 0);
  });

  it('reads again what changed shortly before the last scan', async () => {
    const unattended = await Unattended.begin();
    await unattended.report();
    expect(await quick(unattended, 1)).toMatchObject({ kind: 'quick', summary: { hashed: LISTED, reused: 0 } });
    expectRead(await quick(unattended, 2), 0);
  });

  it('is full without a history, when the last full one is too old, and when that seems to lie ahead', async () => {
    const unattended = await Unattended.begin();
    const kinds: string[] = [];
    for (const day of [10, 11, 13, 14, 12, 12.5]) {
      kinds.push((await quick(unattended, day, ['--full-every', '3d'])).kind);
    }
    expect(kinds).toEqual(['full', 'quick', 'full', 'quick', 'full', 'quick']);
  });

  it('is quick again after a night with a clock that was a year ahead', async () => {
    const unattended = await readYesterday();
    const kinds: string[] = [];
    for (const day of [2, 367, 3, 4]) kinds.push((await quick(unattended, day)).kind);
    expect(kinds).toEqual(['quick', 'full', 'full', 'quick']);
  });

  it('verifies every signature by the rules of this night', async () => {
    const unattended = await readYesterday();
    const { signer } = unattended.system;
    const revoked = join(unattended.folder, 'revoked');
    writeFileSync(revoked, `${signer.fingerprint}\n`);
    const report = await quick(unattended, 2, ['--revoked', revoked]);
    expect(report).toMatchObject({ kind: 'quick', exitCode: 1, summary: { verdicts: { revoked: 3, good: 0 } } });
    const other = await quick(unattended, 3, ['--anchor', 'F'.repeat(40)]);
    expect(other).toMatchObject({ kind: 'quick', exitCode: 1, summary: { verdicts: { untrusted: 3, good: 0 } } });
    expect(await quick(unattended, 4)).toMatchObject({ exitCode: 0, summary: { verdicts: { good: 3 } } });
  });

  it('finds what nobody signed, and what is gone', async () => {
    const unattended = await readYesterday();
    unattended.intrude();
    rmSync(unattended.system.listedPath('cdr', 'page.cdr.php'));
    const report = await quick(unattended);
    expect(report.kind).toBe('quick');
    expect(moduleOf(report, 'cdr').findings.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'unlisted ajax.php',
      'missing page.cdr.php',
    ]);
  });

  it('knows nothing of the files of another web root', async () => {
    const unattended = await readYesterday();
    const { system } = unattended;
    const copy = join(unattended.folder, 'copy');
    cpSync(system.dir, copy, { recursive: true });
    writeFileSync(join(copy, system.listedPath('core', 'core.php').slice(system.dir.length)), '<?php // cord\n');
    const first = await quick(unattended, 2, ['--root', copy]);
    expect(first).toMatchObject({ kind: 'full', exitCode: 1, changes: null, summary: { reused: 0 } });
    const later = await quick(unattended, 3);
    expect(later).toMatchObject({ kind: 'quick', exitCode: 0 });
    expectRead(later, 0);
  });

  it('takes only the newest expected hashes, not those of an earlier manifest', async () => {
    const unattended = await readYesterday();
    const { system } = unattended;
    // The file stays as it is; what its signer expects of it does not.
    await system.sign('core', { paths: ['module.xml'], entries: [] });
    await system.sign('core', { paths: ['module.xml'], entries: [[fromText('core.php'), 'a'.repeat(64)]] });
    expect(moduleOf(await quick(unattended), 'core').verdict).toBe('tampered');
  });
});
