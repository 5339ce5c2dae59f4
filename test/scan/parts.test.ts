import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { buildDemo, type DemoSystem } from '../../src/demo/demo.js';
import { Random } from '../../src/demo/prng.js';
import { generateSystem } from '../../src/demo/system.js';
import { type BytePath, fromText } from '../../src/files/bytepath.js';
import type { Report } from '../../src/model.js';
import { joinParts } from '../../src/scan/assemble.js';
import type { ScanOptions } from '../../src/scan/options.js';
import type { ScanPart } from '../../src/scan/part.js';
import { scan } from '../../src/scan/scan.js';
import { PartScanner, type PlannedScan, planScan } from '../../src/scan/scan-parts.js';
import { makeSystem } from '../helpers/system.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

/** Modules by part; the first part has the rest of the web root, too. */
type Cut = readonly (readonly BytePath[])[];

function cutAtRandom(names: readonly BytePath[], parts: number, seed: number): Cut {
  const random = new Random(seed);
  const cut: BytePath[][] = Array.from({ length: parts }, () => []);
  for (const name of names) cut[random.below(parts)]?.push(name);
  return cut;
}

/** Every other part is done by another scanner, as by another machine. */
async function inParts(options: ScanOptions, planned: PlannedScan, cut: Cut): Promise<ScanPart[]> {
  const scanners = [0, 1].map(() => new PartScanner(options, { plan: planned.plan, now: new Date() }));
  const parts: ScanPart[] = [];
  for (const [index, modules] of cut.entries()) {
    const part = await scanners[index % 2]?.scan(modules, index === 0);
    if (part !== undefined) parts.push(structuredClone(part));
  }
  return parts.reverse();
}

function joined(options: ScanOptions, { root, plan }: PlannedScan, parts: readonly ScanPart[]): Report {
  const { oneFileSystem = false, failOn = 'high' } = options;
  const head = { kind: 'full' as const, startedAt: new Date(), milliseconds: 0, root };
  return joinParts({ ...head, modules: plan.names.length, oneFileSystem, failOn }, parts);
}

function withoutTimes({ startedAt: _started, finishedAt: _finished, ...report }: Report) {
  return report;
}

async function expectSame(options: ScanOptions, cuts: (names: readonly BytePath[]) => Cut[]): Promise<Report> {
  const whole = await scan(options);
  const planned = planScan(options);
  for (const cut of cuts(planned.plan.names)) {
    const report = joined(options, planned, await inParts(options, planned, cut));
    expect(withoutTimes(report)).toEqual(withoutTimes(whole));
  }
  return whole;
}

const CUTS = (names: readonly BytePath[]): Cut[] => [
  [names],
  [names.slice(0, 7), names.slice(7)],
  [[], ...names.map((name) => [name])],
  ...[1, 2, 3].map((seed) => cutAtRandom(names, 2 + seed * 3, seed)),
];

describe('a scan in parts gives the report of a scan in one', () => {
  let folder = '';
  let demo: DemoSystem;
  let damaged: ScanOptions;

  beforeAll(async () => {
    folder = makeTempFolder();
    demo = await buildDemo(folder);
    damaged = { root: folder, anchors: [demo.anchorFingerprint], threads: 0 };
  });
  afterAll(() => removeFolder(folder));

  it('of a damaged system', async () => {
    const report = await expectSame(damaged, CUTS);
    expect(report.exitCode).toBe(1);
    expect(report.tree.findings.length).toBeGreaterThan(3);
    expect(new Set(report.modules.map(({ verdict }) => verdict)).size).toBeGreaterThan(5);
  });

  it('with all findings, of whole files and of single modules', async () => {
    const cuts = (names: readonly BytePath[]) => [cutAtRandom(names, 5, 4)];
    await expectSame({ ...damaged, all: true, deep: true, oneFileSystem: true, failOn: 'low' }, cuts);
    const modules = demo.modules.slice(0, 5).map(({ name }) => name);
    expect((await expectSame({ ...damaged, modules }, cuts)).modules).toHaveLength(5);
  });

  it('where framework is unsigned, which leaves the rest of the web root uncovered', async () => {
    rmSync(join(demo.webRoot, 'admin/modules/framework/module.sig'));
    writeFileSync(join(demo.webRoot, 'admin/modules/core/module.sig'), 'nothing that anybody signed\n');
    const report = await expectSame(damaged, (names) => [cutAtRandom(names, 4, 5), [names]]);
    expect(report.tree.findings.filter(({ uncovered }) => uncovered).length).toBeGreaterThan(3);
  });

  it('of a clean system', async () => {
    const dir = makeTempFolder();
    onTestFinished(() => removeFolder(dir));
    const { anchorFingerprint } = await generateSystem(dir, {
      modules: 12,
      listedFiles: 300,
      unlistedFiles: 60,
      seed: 7,
      meanBytes: 500,
    });
    const report = await expectSame({ root: dir, anchors: [anchorFingerprint], threads: 0 }, CUTS);
    expect(report).toMatchObject({ exitCode: 0, complete: true, summary: { modules: 12 } });
  });
});

describe('what belongs to more than one module', () => {
  async function entangled() {
    const system = await makeSystem({
      modules: {
        framework: {
          'amp_conf/htdocs/admin/modules/cdr/from-framework.php': '<?php // listed elsewhere\n',
          'amp_conf/htdocs/admin/modules/shared/known.php': '<?php // a folder that is no module\n',
          'amp_conf/htdocs/index.php': '<?php // the page\n',
          'amp_conf/bin/fwconsole': '#!/bin/sh\n',
        },
        cdr: { 'functions.inc.php': '<?php // cdr\n' },
        ucp: { 'htdocs/index.php': '<?php // of ucp\n' },
        voicemail: { 'page.php': '<?php // voicemail\n' },
      },
      unsigned: ['voicemail'],
      files: {
        // Copies of what another module signed, and of what ucp installs.
        'var/www/html/admin/modules/cdr/copy.php': '<?php // of ucp\n',
        'var/www/html/ucp/index.php': '<?php // of ucp\n',
        'var/www/html/admin/modules/stranger/x.txt': 'x',
        'var/www/html/admin/modules/fw_ari/old.php': '<?php // old\n',
        'var/www/html/admin/modules/shared/shell.php': '<?php // planted\n',
      },
    });
    onTestFinished(() => system.cleanup());
    const { keyring, anchorFingerprint, dir } = system;
    return { system, options: { root: dir, keyrings: [keyring], anchors: [anchorFingerprint], threads: 0 } };
  }
  const single = (names: readonly BytePath[]): Cut => [[], ...names.map((name) => [name])];

  it('is known to whoever searches its folder', async () => {
    const { options } = await entangled();
    const report = await expectSame(options, (names) => [single(names)]);
    const cdr = report.modules.find(({ name }) => name === 'cdr');
    expect(cdr?.findings.map(({ path, class: found }) => [path, found])).toEqual([['copy.php', 'copy']]);
    const files = report.tree.findings.map(({ path }) => path);
    expect(files).toContain('admin/modules/fw_ari/old.php');
    expect(files).toContain('admin/modules/shared/shell.php');
    expect(files).toContain('admin/modules/stranger');
    expect(files).not.toContain('admin/modules/shared');
  });

  it('makes the report incomplete where a module vanished, or no part came to it', async () => {
    const { system, options } = await entangled();
    const planned = planScan(options);
    system.remove('var/www/html/admin/modules/cdr');
    const { names } = planned.plan;
    const one = joined(options, planned, await inParts(options, planned, [names]));
    const parts = await inParts(options, planned, single(names));
    expect(withoutTimes(joined(options, planned, parts))).toEqual(withoutTimes(one));
    expect(one.complete).toBe(false);
    expect(one.notes).toContain(`${system.modulePath('cdr')} vanished during the scan`);

    const { plan } = planScan(options);
    const all = await inParts(options, { ...planned, plan }, single(plan.names));
    const now = { ...planned, plan };
    expect(joined(options, now, all).complete).toBe(true);
    for (const left of all) {
      const others = all.filter((part) => part !== left);
      const isRest = left.modules.length === 0;
      // Who shares out a scan sees to it that the rest is somebody's.
      if (!isRest) expect(joined(options, now, others).complete).toBe(false);
    }
    expect(joined(options, now, []).complete).toBe(false);
  });

  it("is nobody's where machines met other signatures, and such parts are no whole", async () => {
    const { system, options } = await entangled();
    const planned = planScan(options);
    const [early, late] = [0, 1].map(() => new PartScanner(options, { plan: planned.plan, now: new Date() }));
    const { names } = planned.plan;
    const isFramework = (name: BytePath) => name === 'framework';
    // Its list still has a file in the folder of cdr.
    const first = await early?.scan([], true);
    const moved = 'amp_conf/htdocs/admin/modules/cdr/from-framework.php';
    await system.sign('framework', { paths: ['module.xml', 'amp_conf/htdocs/index.php', 'amp_conf/bin/fwconsole'] });
    system.writeListed('framework', moved, '<?php system($_GET["c"]);\n');
    const others = await early?.scan(
      names.filter((name) => !isFramework(name)),
      false,
    );
    const framework = await late?.scan(names.filter(isFramework), false);
    const parts = [first, others, framework].flatMap((part) => part ?? []);
    const report = joined(options, planned, parts);
    expect(parts.map(({ looked }) => looked)).toEqual([true, true, true]);
    expect(report.modules.find(({ name }) => name === 'framework')?.verdict).toBe('good');
    expect(report).toMatchObject({ complete: false });
    expect(report.notes.join()).toMatch(/not all parts of the scan met the same signatures/);
    expect(joined(options, planned, await inParts(options, planned, single(names))).notes).toEqual([]);
  });

  it('is not searched for in a folder that came to lie in place of the other', async () => {
    const { system, options } = await entangled();
    const planned = planScan(options);
    const scanner = new PartScanner(options, { plan: planned.plan, now: new Date() });
    await scanner.scan(planned.plan.names, false);
    renameSync(system.webRoot, `${system.webRoot}.old`);
    mkdirSync(join(system.webRoot, 'admin/modules'), { recursive: true });
    // Empty, it would be clean.
    await expect(scanner.scan([], true)).rejects.toMatchObject({ code: 'WEB_ROOT_NOT_FOUND' });
  });

  it('is not counted of a part that was cut short', async () => {
    const { options } = await entangled();
    const planned = planScan(options);
    const scanner = new PartScanner(options, { plan: planned.plan, now: new Date() });
    const aborted = await scanner.scan([fromText('cdr')], true, { signal: AbortSignal.abort() });
    expect(aborted).toMatchObject({ looked: false, modules: [] });
    // What it kept of the signatures does not stand in the way of the next.
    const [rest = aborted] = await inParts(options, planned, [[]]);
    const parts = [rest, await scanner.scan(planned.plan.names, false)];
    expect(withoutTimes(joined(options, planned, parts))).toEqual(withoutTimes(await scan(options)));
  });
});
