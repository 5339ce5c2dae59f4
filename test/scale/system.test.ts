import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GeneratedSystem, generateSystem } from '../../src/demo/system.js';
import { runCli } from '../helpers/cli.js';
import { type JsonReport, moduleOf, reportOf } from '../helpers/report.js';
import { makeTempFolder, removeFolder, tempFolder } from '../helpers/temp.js';

const MODULES = 120;
const LISTED = 15_000;
const UNLISTED = 7000;
/** Real systems have twice as many files, five times as large: `npm run bench` scans such. */
const MEAN_BYTES = 3000;

/** Generating 22,000 files takes a few seconds on an idle machine, and the other tests run beside it. */
const TIMEOUT_MILLISECONDS = 300_000;

describe('a system with as many modules as real ones', { timeout: TIMEOUT_MILLISECONDS }, () => {
  const folder = makeTempFolder();
  let system: GeneratedSystem;
  beforeAll(async () => {
    const options = { modules: MODULES, listedFiles: LISTED, unlistedFiles: UNLISTED, seed: 1, meanBytes: MEAN_BYTES };
    system = await generateSystem(folder, options);
  }, TIMEOUT_MILLISECONDS);
  afterAll(() => removeFolder(folder), TIMEOUT_MILLISECONDS);

  const scan = async (...args: readonly string[]): Promise<JsonReport> =>
    reportOf(await runCli(['scan', system.webRoot, '--anchor', system.anchorFingerprint, '--format', 'json', ...args]));

  it('is clean and complete, and nearly silent', async () => {
    const file = join(tempFolder(), 'report.txt');
    const report = await scan('--report', `text=${file}`);
    expect(report).toMatchObject({ complete: true, exitCode: 0, notes: [] });
    expect(report.summary.verdicts).toMatchObject({ good: MODULES });
    expect(report.summary.listed).toBe(LISTED);
    expect(report.summary.hashed + report.summary.unchecked).toBe(LISTED);
    expect(report.summary.findings).toMatchObject({ critical: 0, high: 0, medium: 0 });
    const unlisted = Object.values(report.summary.unlisted).reduce((sum, number) => sum + number, 0);
    expect(unlisted).toBe(UNLISTED);
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(30);
  });

  it('shows each of a few changes, and nothing else', async () => {
    const [altered, emptied] = system.modules.filter(({ listed }) => listed.includes('functions.inc.php'));
    if (altered === undefined || emptied === undefined) throw new Error('no module with functions.inc.php');
    appendFileSync(join(altered.path, 'functions.inc.php'), '// one more line');
    rmSync(join(emptied.path, 'functions.inc.php'));
    writeFileSync(join(system.webRoot, 'admin/bootstrap.inc.php'), '<?php // nobody signed this');
    const report = await scan();
    expect(report.summary.findings).toMatchObject({ critical: 2, high: 1, medium: 0 });
    expect(moduleOf(report, altered.name).verdict).toBe('tampered');
    expect(moduleOf(report, emptied.name).verdict).toBe('tampered');
    expect(report.summary.verdicts.good).toBe(MODULES - 2);
  });
});
