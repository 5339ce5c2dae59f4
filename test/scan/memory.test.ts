import { cpSync, mkdtempSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BytePath } from '../../src/files/bytepath.js';
import type { ModuleReport, Report } from '../../src/model.js';
import type { ScanMemory, SeenSignature } from '../../src/scan/memory.js';
import { scanWithMemory } from '../../src/scan/scan.js';
import type { ScanKind } from '../../src/types.js';
import { SHARED_MEMORY, STAMPS_MISSING, TMPFS_MISSING } from '../helpers/stamps.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { removeFolder } from '../helpers/temp.js';

const it = test.skipIf(STAMPS_MISSING);
test.runIf(STAMPS_MISSING)('what is not read again', ({ skip }) => skip(STAMPS_MISSING));

const MODULES = {
  cdr: { 'functions.inc.php': '<?php // of cdr\n', 'page.cdr.php': '<?php // a page\n' },
  framework: { 'amp_conf/htdocs/index.php': '<?php\n', 'amp_conf/sbin/fwconsole': '#!/usr/bin/env php\n' },
};

/** Remembers everything, however young it is. */
class Remembering implements ScanMemory {
  kind: ScanKind = 'full';
  readonly stamps = new Map<string, readonly string[]>();
  newest: SeenSignature | null = null;

  recall(module: BytePath, key: string) {
    return this.stamps.get(`${module} ${key}`) ?? null;
  }

  remember(module: BytePath, key: string, stamps: readonly string[]) {
    this.stamps.set(`${module} ${key}`, stamps);
  }

  newestSignature() {
    return this.newest;
  }
}

async function start(): Promise<{
  system: TestSystem;
  memory: Remembering;
  look: (threads?: number) => Promise<Report>;
}> {
  const system = await makeSystem({ modules: MODULES });
  onTestFinished(() => system.cleanup());
  const memory = new Remembering();
  const options = { root: system.dir, keyrings: [system.keyring], anchors: [system.anchorFingerprint] };
  return { system, memory, look: (threads = 0) => scanWithMemory({ ...options, threads }, () => memory) };
}

function module(report: Report, name: string): ModuleReport {
  const found = report.modules.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no module ${name}`);
  return found;
}

/** A full scan, and the quick one after `change`. */
async function quickAfter(change: (system: TestSystem) => void | Promise<void>, threads = 0): Promise<Report> {
  const { system, memory, look } = await start();
  expect((await look(threads)).summary).toMatchObject({ hashed: 6, reused: 0 });
  await change(system);
  memory.kind = 'quick';
  return look(threads);
}

it.each([0, 2])('reads nothing again that did not change (%i threads)', async (threads) => {
  const report = await quickAfter(() => undefined, threads);
  expect(report).toMatchObject({ kind: 'quick', complete: true, exitCode: 0 });
  expect(report.summary).toMatchObject({ hashed: 0, reused: 6, listed: 6 });
  expect(module(report, 'cdr')).toMatchObject({ verdict: 'good', hashed: 0, reused: 3 });
});

it('reads everything in a full scan, whatever is remembered', async () => {
  const { look } = await start();
  await look();
  expect((await look()).summary).toMatchObject({ hashed: 6, reused: 0 });
});

it('catches a file that was rewritten with its size and its modification time as before', async () => {
  const report = await quickAfter((system) => {
    const file = system.listedPath('cdr', 'functions.inc.php');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, readFileSync(file, 'utf8').replace('cdr', 'eve'));
    utimesSync(file, atime, mtime);
    expect(statSync(file).mtime).toEqual(mtime);
  });
  expect(module(report, 'cdr').findings).toMatchObject([{ kind: 'altered', path: 'functions.inc.php' }]);
  expect(report).toMatchObject({ exitCode: 1, summary: { hashed: 1, reused: 5 } });
});

it('catches a file that another one was moved onto, with every time as before', async () => {
  const report = await quickAfter((system) => {
    const file = system.listedPath('cdr', 'page.cdr.php');
    const { atime, mtime } = statSync(file);
    const other = system.write('elsewhere.php', '<?php // b page\n');
    utimesSync(other, atime, mtime);
    renameSync(other, file);
  });
  expect(module(report, 'cdr').findings).toMatchObject([{ kind: 'altered', path: 'page.cdr.php' }]);
});

it('sees what is gone, and what is no file any more', async () => {
  const report = await quickAfter((system) => {
    const file = system.listedPath('cdr', 'page.cdr.php');
    renameSync(file, `${file}.d`);
    system.remove('usr/sbin/fwconsole');
    system.write('usr/sbin/fwconsole/x', '');
  });
  expect(module(report, 'cdr').findings.map(({ kind }) => kind)).toContain('missing');
  expect(module(report, 'framework').findings).toMatchObject([{ kind: 'type-changed' }]);
});

it('reads a file anew for which another hash is signed now', async () => {
  const report = await quickAfter(async (system) => {
    const sha256 = 'a'.repeat(64);
    await system.sign('cdr', { entries: [['functions.inc.php' as BytePath, sha256]] });
  });
  expect(module(report, 'cdr')).toMatchObject({ verdict: 'tampered', hashed: 3, reused: 0 });
});

it('never remembers a file that was not right', async () => {
  const { system, memory, look } = await start();
  system.writeListed('cdr', 'functions.inc.php', '<?php // planted\n');
  await look();
  memory.kind = 'quick';
  const report = await look();
  expect(module(report, 'cdr').findings).toMatchObject([{ kind: 'altered' }]);
  expect(report.summary).toMatchObject({ hashed: 1, reused: 5 });
});

it('goes by no stamp that was not taken of this very file', async () => {
  const { memory, look } = await start();
  await look();
  for (const [key, stamps] of memory.stamps) memory.stamps.set(key, [...stamps].reverse());
  memory.kind = 'quick';
  const report = await look();
  expect(report.exitCode).toBe(0);
  // The one in the middle is its own mirror image.
  expect(report.summary.reused).toBeLessThan(6);
  expect(report.summary.hashed).toBeGreaterThan(0);
});

it('finds what nobody signed as a full scan does', async () => {
  const report = await quickAfter((system) => {
    system.writeInWebRoot('admin/modules/cdr/shell.php', '<?php system($_GET[0]);\n');
  });
  expect(module(report, 'cdr').findings).toMatchObject([{ kind: 'unlisted', class: 'code', severity: 'critical' }]);
  expect(report.summary.reused).toBe(6);
});

it('calls a module downgraded whose signature is older than one seen before', async () => {
  const { memory, look } = await start();
  const signedAt = module(await look(), 'cdr').signature?.signedAt ?? new Date(0);
  const seenAt = new Date(signedAt.getTime() + 5000);
  memory.newest = { signedAt: new Date(signedAt.getTime() + 1000), seenAt };
  const report = await look();
  expect(report.exitCode).toBe(1);
  expect(module(report, 'cdr')).toMatchObject({
    verdict: 'good',
    findings: [{ kind: 'downgraded', path: 'module.sig', severity: 'high', actual: expect.stringMatching(/^\w{64}$/) }],
  });
  memory.newest = { signedAt, seenAt };
  expect(module(await look(), 'cdr').findings).toEqual([]);
});

test.skipIf(TMPFS_MISSING)(
  `reads everything again on a tmpfs, whose mapped pages are written without a trace${TMPFS_MISSING ? ` (skipped: ${TMPFS_MISSING})` : ''}`,
  async () => {
    const { system, memory } = await start();
    const root = mkdtempSync(join(SHARED_MEMORY, 'sigsweep-test-'));
    onTestFinished(() => removeFolder(root));
    cpSync(system.dir, root, { recursive: true });
    const options = { root, keyrings: [system.keyring], anchors: [system.anchorFingerprint] };
    for (const kind of ['full', 'quick', 'quick'] as const) {
      memory.kind = kind;
      const report = await scanWithMemory(options, () => memory);
      expect(report).toMatchObject({ kind, exitCode: 0, summary: { hashed: 6, reused: 0 } });
    }
    expect(new Set([...memory.stamps.values()].flat())).toEqual(new Set(['']));
  },
);
