import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type JsonFinding, type JsonReport, moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

const FILES = {
  'functions.inc.php': '<?php\nfunction cdr() {\n  return [1, 2, 3];\n}\n',
  'views/page.php': '<?php echo "page";\n',
  'views/deep/er/a.php': '<?php echo "a";\n',
  'assets/style.css': 'a { color: red }\n',
  'agi-bin/call': 'binary\n',
};
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

interface Vector {
  what: string;
  damage: (folder: string, system: TestSystem) => void;
  /** Fields of the one finding on the damaged file. */
  expect: Partial<JsonFinding>;
  verdict?: string;
  complete?: boolean;
  asRootOnly?: true;
  notAsRoot?: true;
}

const VECTORS: readonly Vector[] = [
  {
    what: 'code appended',
    damage: (folder) => writeFileSync(join(folder, 'functions.inc.php'), `${FILES['functions.inc.php']}eval(1);`),
    expect: {
      kind: 'altered',
      path: 'functions.inc.php',
      severity: 'critical',
      expected: sha256(FILES['functions.inc.php']),
      actual: sha256(`${FILES['functions.inc.php']}eval(1);`),
      size: FILES['functions.inc.php'].length + 8,
    },
  },
  {
    what: 'one bit flipped in an asset, times put back',
    damage: (folder) => {
      const file = join(folder, 'assets/style.css');
      const bytes = readFileSync(file);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      utimesSync(file, 1, 1);
    },
    expect: { kind: 'altered', path: 'assets/style.css', severity: 'high' },
  },
  {
    what: 'line ends turned to CRLF',
    damage: (folder) => writeFileSync(join(folder, 'views/page.php'), FILES['views/page.php'].replaceAll('\n', '\r\n')),
    expect: { kind: 'altered', path: 'views/page.php', severity: 'critical', note: 'line endings only' },
  },
  {
    what: 'emptied',
    damage: (folder) => writeFileSync(join(folder, 'views/page.php'), ''),
    expect: { kind: 'altered', path: 'views/page.php', note: 'empty', size: 0 },
  },
  {
    what: 'cut in the middle',
    damage: (folder) => writeFileSync(join(folder, 'functions.inc.php'), FILES['functions.inc.php'].slice(0, 30)),
    expect: { kind: 'altered', path: 'functions.inc.php', note: 'truncated' },
  },
  {
    what: 'a program altered',
    damage: (folder) => writeFileSync(join(folder, 'agi-bin/call'), 'x'),
    expect: { kind: 'altered', path: 'agi-bin/call', severity: 'critical' },
  },
  {
    what: 'code removed',
    damage: (folder) => rmSync(join(folder, 'views/page.php')),
    expect: { kind: 'missing', path: 'views/page.php', severity: 'high' },
  },
  {
    what: 'an asset removed with its folder',
    damage: (folder) => rmSync(join(folder, 'assets'), { recursive: true }),
    expect: { kind: 'missing', path: 'assets/style.css', severity: 'medium' },
  },
  {
    what: 'replaced by a link to identical bytes',
    damage: (folder) => {
      renameSync(join(folder, 'views/page.php'), join(folder, '../../page.bak'));
      symlinkSync('../../../page.bak', join(folder, 'views/page.php'));
    },
    expect: { kind: 'type-changed', path: 'views/page.php', severity: 'critical', note: 'symbolic link' },
  },
  {
    what: 'a parent folder replaced by a link to an identical one',
    damage: (folder) => {
      renameSync(join(folder, 'assets'), join(folder, 'assets-away'));
      symlinkSync('assets-away', join(folder, 'assets'));
    },
    expect: {
      kind: 'type-changed',
      path: 'assets/style.css',
      severity: 'high',
      note: 'parent folder is a symbolic link',
    },
  },
  {
    what: 'replaced by a folder',
    damage: (folder) => {
      rmSync(join(folder, 'views/page.php'));
      mkdirSync(join(folder, 'views/page.php'));
    },
    expect: { kind: 'type-changed', path: 'views/page.php', note: 'folder' },
  },
  {
    what: 'replaced by a pipe',
    damage: (folder) => {
      rmSync(join(folder, 'views/page.php'));
      execFileSync('mkfifo', [join(folder, 'views/page.php')]);
    },
    expect: { kind: 'type-changed', path: 'views/page.php', note: 'FIFO' },
  },
  {
    what: 'replaced by a device',
    asRootOnly: true,
    damage: (folder) => {
      rmSync(join(folder, 'views/page.php'));
      execFileSync('mknod', [join(folder, 'views/page.php'), 'c', '1', '5']);
    },
    expect: { kind: 'type-changed', path: 'views/page.php', note: 'character device' },
  },
  {
    what: 'made unreadable',
    notAsRoot: true,
    damage: (folder) => chmodSync(join(folder, 'views/page.php'), 0),
    expect: { kind: 'unreadable', path: 'views/page.php', severity: 'high' },
    verdict: 'unverified',
    complete: false,
  },
  {
    what: 'far too large to be what was signed',
    damage: (folder) => execFileSync('truncate', ['-s', '8T', join(folder, 'views/page.php')]),
    expect: { kind: 'unreadable', path: 'views/page.php', severity: 'high' },
    verdict: 'unverified',
    complete: false,
  },
];

const isRoot = process.getuid?.() === 0;

async function systemWith(damage: Vector['damage']): Promise<TestSystem> {
  const system = await makeSystem({ modules: { cdr: FILES, other: { 'page.other.php': '<?php // other\n' } } });
  onTestFinished(() => system.cleanup());
  damage(system.modulePath('cdr'), system);
  return system;
}

describe('listed files', () => {
  for (const vector of VECTORS) {
    const skipped = (vector.asRootOnly && !isRoot) || (vector.notAsRoot && isRoot);
    const reason = vector.asRootOnly ? 'needs root' : 'root may read everything';
    it.skipIf(skipped)(`${vector.what}${skipped ? ` (${reason})` : ''}`, async () => {
      const report = await scanSystem(await systemWith(vector.damage));
      const { verdict, findings, freepbxStatus, listed } = moduleOf(report, 'cdr');
      expect(findings.filter(({ kind }) => kind !== 'unlisted')).toMatchObject([vector.expect]);
      expect(verdict).toBe(vector.verdict ?? 'tampered');
      expect(freepbxStatus).toBe(verdict === 'tampered' ? 130 : 0);
      expect(listed).toBe(Object.keys(FILES).length + 1);
      expect(report.complete).toBe(vector.complete ?? true);
      expect(report.exitCode).toBe(vector.expect.severity === 'medium' ? 0 : 1);
      expect(moduleOf(report, 'other')).toMatchObject({ verdict: 'good', findings: [], freepbxStatus: 129 });
    });
  }

  it('says nothing of times touched, modes changed, or the same bytes written again', async () => {
    const system = await systemWith((folder) => {
      utimesSync(join(folder, 'views/page.php'), 1, 1);
      chmodSync(join(folder, 'assets/style.css'), 0o600);
      writeFileSync(join(folder, 'functions.inc.php'), FILES['functions.inc.php']);
    });
    const report = await scanSystem(system);
    expect(report.modules.flatMap(({ findings }) => findings)).toEqual([]);
    expect(report).toMatchObject({ complete: true, exitCode: 0, summary: { listed: 8, hashed: 8, unchecked: 0 } });
  });

  it('gives the same report for the same tree', async () => {
    const system = await systemWith((folder) => rmSync(join(folder, 'views'), { recursive: true }));
    const timeless = ({
      startedAt: _s,
      finishedAt: _f,
      ...rest
    }: JsonReport & { startedAt?: string; finishedAt?: string }) => rest;
    const [first, second] = [await scanSystem(system), await scanSystem(system, ['--threads', '1'])];
    expect(timeless(first)).toEqual(timeless(second));
  });
});
