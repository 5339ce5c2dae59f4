import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type BytePath, fromText, join as joinBytes } from '../../src/files/bytepath.js';
import { digDown, isRoot } from '../files/temporary.js';
import { sha256 } from '../hash/tree.js';
import { moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { NO_MOUNTS, scanWithMounts } from './places.js';

const PAGE = '<?php // a page\n';
const skipped = NO_MOUNTS === undefined ? '' : ` (${NO_MOUNTS})`;

async function systemOf(): Promise<TestSystem> {
  const system = await makeSystem({ modules: { cdr: { 'views/page.php': PAGE } } });
  // `rm` removes what is deeper than PATH_MAX, too.
  onTestFinished(() => void execFileSync('rm', ['-rf', system.dir]));
  return system;
}

/** Writes a file that many folders of this name deep. Returns its path below the module's folder. */
function dig(system: TestSystem, name: string, depth: number, file: string, content: string): BytePath {
  const folder = digDown(system.modulePath('cdr'), { name, depth, files: { [file]: content } });
  return joinBytes(folder, fromText(file));
}

describe('deep trees', () => {
  it('case 83: code deeper than PATH_MAX → found', async () => {
    const system = await systemOf();
    const shell = dig(system, 'n'.repeat(255), 40, 'shell.php', '<?php // dropped\n');
    const report = await scanSystem(system);
    expect(shell.length).toBeGreaterThan(10_000);
    expect(moduleOf(report, 'cdr').findings).toMatchObject([
      { kind: 'unlisted', class: 'code', severity: 'critical', path: shell },
    ]);
    expect(report).toMatchObject({ complete: true, exitCode: 1 });
  });

  it('case 83: a listed file whose absolute path is longer than PATH_MAX → good, and found when altered', async () => {
    const system = await systemOf();
    const listed = dig(system, 'n'.repeat(253), 16, 'page.php', PAGE);
    expect(join(system.modulePath('cdr'), listed).length).toBeGreaterThan(4096);
    const entries = [[listed, sha256(PAGE)] as const];
    await system.sign('cdr', { paths: ['module.xml', 'views/page.php'], entries });
    expect(moduleOf(await scanSystem(system), 'cdr')).toMatchObject({ verdict: 'good', hashed: 3, findings: [] });
    await system.sign('cdr', { entries: [[listed, sha256('another')]] });
    expect(moduleOf(await scanSystem(system), 'cdr').findings).toMatchObject([{ kind: 'altered', path: listed }]);
  });

  it('case 83: folders that are nested past every limit → incomplete, the rest of the tree still looked at', async () => {
    const system = await systemOf();
    dig(system, 'd', 4200, 'shell.php', '<?php // dropped\n');
    system.writeListed('cdr', 'z/shell.php', '<?php // dropped\n');
    const report = await scanSystem(system);
    expect(moduleOf(report, 'cdr').findings.map(({ kind, path }) => [kind, path.slice(0, 11)])).toEqual([
      ['unreadable', 'd/d/d/d/d/d'],
      ['unlisted', 'z/shell.php'],
    ]);
    expect(report.complete).toBe(false);
  });
});

describe('trees that are mounted or linked into each other', () => {
  it('case 84: hard links to one unlisted file → each of them found', async () => {
    const system = await systemOf();
    const shell = system.write('outside/shell', '<?php // dropped\n');
    for (const name of ['a.php', 'b.php']) linkSync(shell, join(system.modulePath('cdr'), name));
    const { findings } = moduleOf(await scanSystem(system), 'cdr');
    expect(findings).toMatchObject(['a.php', 'b.php'].map((path) => ({ kind: 'unlisted', class: 'code', path })));
  });

  it.skipIf(NO_MOUNTS !== undefined)(
    `case 84: the web root mounted inside itself → ends, and says so${skipped}`,
    async () => {
      const system = await systemOf();
      mkdirSync(join(system.webRoot, 'loop/deeper'), { recursive: true });
      const report = await scanWithMounts(system, 'mount --bind "$WEBROOT" "$WEBROOT/loop/deeper"');
      expect(moduleOf(report, 'cdr').verdict).toBe('good');
      expect(report.tree.findings).toMatchObject([
        { kind: 'unreadable', path: 'loop/deeper', note: 'the folder lies inside itself' },
      ]);
      expect(report).toMatchObject({ complete: false, exitCode: 1 });
    },
  );

  it.skipIf(NO_MOUNTS !== undefined)(
    `case 84: a folder mounted over a genuine one → judged by what is there${skipped}`,
    async () => {
      const system = await systemOf();
      system.write('outside/page.php', '<?php // altered\n');
      const over = await scanWithMounts(system, 'mount --bind "$ROOT/outside" "$WEBROOT/admin/modules/cdr/views"');
      expect(moduleOf(over, 'cdr')).toMatchObject({
        verdict: 'tampered',
        findings: [{ kind: 'altered', path: 'views/page.php' }],
      });
    },
  );

  it.skipIf(NO_MOUNTS !== undefined)(
    `case 84: another file system below the web root → looked at, and noted${skipped}`,
    async () => {
      const system = await systemOf();
      mkdirSync(join(system.webRoot, 'memory'));
      const report = await scanWithMounts(
        system,
        'mount -t tmpfs tmpfs "$WEBROOT/memory"; mkdir "$WEBROOT/memory/deep"; echo "<?php" > "$WEBROOT/memory/deep/shell.php"',
      );
      expect(report.tree.findings).toMatchObject([{ kind: 'unlisted', class: 'code', path: 'memory/deep/shell.php' }]);
      expect(report.notes).toContainEqual(
        expect.stringMatching(/\/memory lies on another file system than the web root$/),
      );
    },
  );

  it.skipIf(NO_MOUNTS !== undefined)(
    `case 84: with --one-file-system another one below the web root → not searched, and noted; its listed files verified${skipped}`,
    async () => {
      const system = await systemOf();
      mkdirSync(join(system.webRoot, 'memory'));
      const views = '$WEBROOT/admin/modules/cdr/views';
      const report = await scanWithMounts(
        system,
        `mount -t tmpfs tmpfs "$WEBROOT/memory"; echo "<?php" > "$WEBROOT/memory/shell.php"
         mount -t tmpfs tmpfs "${views}"; echo "<?php" > "${views}/page.php"; echo "<?php" > "${views}/shell.php"`,
        ['--one-file-system'],
      );
      expect(report.tree.findings).toEqual([]);
      expect(moduleOf(report, 'cdr')).toMatchObject({
        verdict: 'tampered',
        findings: [{ kind: 'altered', path: 'views/page.php' }],
      });
      for (const folder of ['memory', 'views']) {
        expect(report.notes).toContainEqual(
          expect.stringMatching(`/${folder} lies on another file system than the web root, and was not searched`),
        );
      }
    },
  );

  const noProc = isRoot ? NO_MOUNTS : 'needs root';
  const title = `case 84: a procfs below the web root → ends, and noted${noProc === undefined ? '' : ` (${noProc})`}`;
  it.skipIf(noProc !== undefined)(title, async () => {
    const system = await systemOf();
    mkdirSync(join(system.webRoot, 'proc'));
    const report = await scanWithMounts(system, 'mount -t proc proc "$WEBROOT/proc"');
    expect(moduleOf(report, 'cdr').verdict).toBe('good');
    expect(report.notes).toContainEqual(expect.stringMatching(/\/proc lies on another file system/));
  });
});
