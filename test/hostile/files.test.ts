import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JsonReport, moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { fileVectors, LISTED, watchAccess } from './files.js';

const PAGE = '<?php // a page\n';

async function systemOf(files: Record<string, string> = {}): Promise<TestSystem> {
  const system = await makeSystem({ modules: { cdr: { [LISTED]: PAGE, ...files }, other: { 'a.php': PAGE } } });
  onTestFinished(() => system.cleanup());
  return system;
}

function expectOtherGood(report: JsonReport): void {
  expect(moduleOf(report, 'other')).toMatchObject({ verdict: 'good', findings: [] });
}

describe('what stands in the place of a listed file', () => {
  for (const { case: number, name, replace, finding, verdict, skip } of fileVectors) {
    const title = `case ${number}: ${name} → ${verdict}`;
    it.skipIf(skip !== undefined)(skip === undefined ? title : `${title} (${skip})`, async () => {
      const system = await systemOf();
      const outside = join(system.dir, 'outside');
      mkdirSync(outside);
      writeFileSync(join(outside, 'page.php'), PAGE);
      replace(system.modulePath('cdr'), outside);
      watchAccess(join(outside, 'page.php'));
      // Through the built program, which may neither hang nor open anything outside.
      const report = await scanSystem(system);
      const module = moduleOf(report, 'cdr');
      const listed = module.findings.filter(({ path, kind }) => path === LISTED && kind !== 'unlisted');
      expect(listed).toMatchObject(finding === null ? [] : [finding]);
      expect(module.verdict).toBe(verdict);
      if (finding?.kind === 'type-changed') expect(statSync(join(outside, 'page.php')).atimeMs).toBe(1000);
      expectOtherGood(report);
    });
  }
});

describe('what nobody signed', () => {
  it.each([
    ['an unlisted file', 'views/new.php', 'code', 'critical'],
    ['a dotfile', 'views/.new', 'hidden', 'low'],
    ['code in a dotfile', '.new.php', 'code', 'critical'],
    ['code in a dot-directory', '.git/a/b.php', 'code', 'critical'],
    ['code in a folder called like a genuine file’s', 'views/page.php.d/x.phtml', 'code', 'critical'],
    ['code in node_modules', 'node_modules/.bin/x.php', 'code', 'critical'],
    ['a folder of dots and a space', '... /x.php', 'code', 'critical'],
  ])('case 85: %s → found', async (_, path, found, severity) => {
    const system = await systemOf();
    system.writeListed('cdr', path, '<?php // dropped\n');
    const findings = moduleOf(await scanSystem(system), 'cdr').findings.filter((finding) => finding.path === path);
    expect(findings).toMatchObject([{ kind: 'unlisted', class: found }]);
    // PHP inside a dotfile is worse than the dotfile.
    expect(findings[0]?.severity).toBe(severity === 'low' ? 'medium' : severity);
  });
});

describe('names that look alike', () => {
  it.each([
    ['Unicode normalisation', 'caf\u00e9.php', 'cafe\u0301.php'],
    ['case', 'Page.php', 'page.php'],
    ['Unicode case folding', '\u0130.php', 'i\u0307.php'],
    ['width', '\uff41.php', 'a.php'],
  ])('case 82: equal after %s → two files', async (_, one, two) => {
    const system = await systemOf({ [one]: 'one', [two]: 'two' });
    // The one is right as long as nothing is said of it.
    system.writeListed('cdr', two, 'one');
    const altered = moduleOf(await scanSystem(system), 'cdr');
    expect(altered).toMatchObject({ hashed: 4, findings: [{ kind: 'altered', path: two }] });
    system.remove(`var/www/html/admin/modules/cdr/${one}`);
    const kinds = moduleOf(await scanSystem(system), 'cdr').findings.map(({ kind, path }) => [path, kind]);
    expect(Object.fromEntries(kinds)).toEqual({ [one]: 'missing', [two]: 'altered' });
  });

  it('case 82: only one of the two listed → the other is unlisted', async () => {
    const system = await systemOf({ 'caf\u00e9.php': PAGE });
    system.writeListed('cdr', 'cafe\u0301.php', '<?php // other\n');
    system.writeListed('cdr', 'VIEWS/page.php', '<?php // other\n');
    const { verdict, findings } = moduleOf(await scanSystem(system), 'cdr');
    expect(verdict).toBe('good');
    expect(findings.map(({ kind, path, class: found }) => `${kind} ${found} ${path}`)).toEqual([
      'unlisted code VIEWS/page.php',
      'unlisted code cafe\u0301.php',
    ]);
  });
});
