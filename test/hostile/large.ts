/** A system that is large enough for worker threads, with a known set of damage. */
import { truncateSync } from 'node:fs';
import { expect } from 'vitest';
import type { JsonReport } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

const MODULES = ['cdr', 'cel', 'core'];
const FILES_PER_MODULE = 1500;
/** Altered in every module. */
const ALTERED = ['dir1/file11.php', 'dir70/file700.php', 'dir149/file1499.php'];
const DROPPED = 'admin/modules/cel/dir3/shell.php';

/** Module `core` also has a few files of 8 MiB, so that a scan takes its time. */
export async function makeLargeSystem(): Promise<TestSystem> {
  const files = Object.fromEntries(
    Array.from({ length: FILES_PER_MODULE }, (_, index) => [
      `dir${Math.floor(index / 10)}/file${index}.php`,
      `<?php // ${index}\n`,
    ]),
  );
  const system = await makeSystem({ modules: Object.fromEntries(MODULES.map((name) => [name, files])) });
  const large = Array.from({ length: 6 }, (_, index) => `large/${index}.bin`);
  for (const path of large) truncateSync(system.writeListed('core', path, ''), 8 * 2 ** 20);
  await system.sign('core', { paths: ['module.xml', ...Object.keys(files), ...large] });
  for (const name of MODULES) for (const path of ALTERED) system.writeListed(name, path, 'altered');
  system.writeInWebRoot(DROPPED, '<?php // dropped\n');
  return system;
}

/** Every file is accounted for: as what it is, or as not verified. */
export function expectNothingForgotten(report: JsonReport): void {
  expect(report.modules.map(({ name }) => name)).toEqual(MODULES);
  for (const { name, verdict, listed, hashed, unchecked, findings } of report.modules) {
    const unread = findings.filter(({ kind }) => kind === 'unreadable' || kind === 'changed');
    const listedUnread = unread.filter(({ path }) => path !== 'dir3/shell.php').length;
    expect(hashed + unchecked + listedUnread, name).toBe(listed);
    for (const path of ALTERED) {
      expect(['altered', 'unreadable']).toContain(findings.find((finding) => finding.path === path)?.kind);
    }
    expect(['tampered', 'unverified']).toContain(verdict);
    if (unread.length > 0) expect(report.complete).toBe(false);
  }
  const shell = report.modules[1]?.findings.find(({ path }) => path === 'dir3/shell.php');
  expect(['unlisted', 'unreadable']).toContain(shell?.kind);
  expect(report.exitCode).toBe(1);
}

/** What stays the same from one scan to the next. */
export function withoutTimes(report: JsonReport): Partial<JsonReport> {
  const { startedAt: _startedAt, finishedAt: _finishedAt, ...rest } = report;
  return rest;
}
