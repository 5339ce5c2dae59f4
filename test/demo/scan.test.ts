import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDemo, type DemoSystem } from '../../src/demo/demo.js';
import { generateSystem } from '../../src/demo/system.js';
import type { Finding, Report } from '../../src/model.js';
import { scan } from '../../src/scan/scan.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';

const folder = makeTempFolder();
afterAll(() => removeFolder(folder));

it('a scan finds nothing to complain about in a generated system', async () => {
  const dir = join(folder, 'sound');
  const options = { modules: 6, listedFiles: 200, unlistedFiles: 150, seed: 3, meanBytes: 2000 };
  const { anchorFingerprint } = await generateSystem(dir, options);
  const report = await scan({ root: dir, anchors: [anchorFingerprint], threads: 0 });
  expect(report.modules.map(({ verdict }) => verdict)).toEqual(Array(options.modules).fill('good'));
  expect(report.summary.findings).toMatchObject({ critical: 0, high: 0, medium: 0 });
  expect(report).toMatchObject({ complete: true, exitCode: 0 });
});

describe('a scan of the demonstration', () => {
  let demo: DemoSystem;
  let report: Report;
  beforeAll(async () => {
    demo = await buildDemo(join(folder, 'demo'));
    report = await scan({ root: demo.dir, anchors: [demo.anchorFingerprint], threads: 0 });
  });

  it('finds all that was planted', () => {
    for (const { what, where, module: name, expect: expected } of demo.damage) {
      const module = report.modules.find((candidate) => candidate.name === name);
      if (expected.verdict !== undefined) expect(module?.verdict, what).toBe(expected.verdict);
      if (expected.finding === undefined) {
        expect(module?.severity, what).toBe(expected.severity);
        continue;
      }
      const { finding: kind, severity, class: unlistedClass } = expected;
      const found = { kind, file: where, severity, ...(unlistedClass === undefined ? {} : { class: unlistedClass }) };
      expect(findingsOf(report), what).toContainEqual(expect.objectContaining(found));
    }
  });

  it('finds nothing in the modules and places that were left alone', () => {
    const planted = new Set(demo.damage.map(({ where }) => where));
    const damaged = new Set(demo.damage.map(({ module }) => module));
    const strays = report.modules.filter(({ name }) => !damaged.has(name)).flatMap(({ findings }) => findings);
    const grave = [...strays, ...report.tree.findings].filter(({ severity }) => severity !== 'low');
    const unexplained = grave.map(({ file }) => file).filter((file) => !planted.has(file));
    // The folder that is no module is a finding of its own beside the file in it.
    expect(unexplained).toEqual([join(demo.webRoot, 'admin/modules/h')]);
  });
});

function findingsOf({ modules, tree }: Report): Finding[] {
  return [...modules.flatMap(({ findings }) => findings), ...tree.findings];
}
