import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_COPY_BYTES, MAX_HASHED_FILE_BYTES } from '../../src/limits.js';
import { type JsonFinding, type JsonReport, moduleOf, scanSystem } from '../helpers/report.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';

const PHP = '<?php // nobody signed this';
const SIGNED_PHP = '<?php return "signed";\n';
const SIGNED_CSS = 'a { color: red }\n';
const SIGNED_HTACCESS = 'Require all denied\n';
const SIGNED_TEXT = 'see <?php system($_GET[1]); ?>\n';
const SIGNED_SCRIPT = '#!/bin/sh\nid\n';
const UCP_HTACCESS = 'Options -Indexes # ucp\n';
const SIGNED_SAMPLE = 'auto_prepend_file = "/tmp/example.php"\n';
const PNG = '\u0089PNG\r\n\u001a\n';

interface Vector {
  /** Below the web root. */
  path: string;
  content: string;
  mode?: number;
  /** What the report says; `counted` for an info that is only counted. */
  expect: { class: string; severity: string; note?: string } | { counted: string };
}

/** design.md's classes and severities, with what field-notes.md says of real systems. */
const VECTORS: readonly Vector[] = [
  { path: 'admin/views/some.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
  { path: 'admin/modules/cdr/x.PhP', content: PHP, expect: { class: 'code', severity: 'critical' } },
  ...['php3', 'php4', 'php5', 'php7', 'php8', 'phtml', 'phar', 'pht'].map(
    (extension): Vector => ({
      path: `admin/e/x.${extension}`,
      content: PHP,
      expect: { class: 'code', severity: 'critical' },
    }),
  ),
  { path: 'admin/e/x.phps', content: 'text', expect: { class: 'other', severity: 'low' } },
  { path: 'admin/node_modules/a/x.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
  { path: 'admin/.git/hooks/x.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
  { path: 'admin/vendor/.sami.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
  { path: '.clean.sh', content: 'rm', expect: { class: 'code', severity: 'critical' } },
  { path: 'cgi/a.cgi', content: 'x', expect: { class: 'code', severity: 'critical' } },
  { path: '.htaccess', content: 'RewriteRule .* config.php', expect: { class: 'server-config', severity: 'critical' } },
  { path: 'admin/node_modules/.htaccess', content: '#', expect: { class: 'server-config', severity: 'critical' } },
  { path: 'admin/.user.ini', content: 'max_input_vars = 5000\n', expect: { counted: 'server-config' } },
  { path: 'a/.user.ini', content: 'memory_limit = 256M\n', expect: { class: 'server-config', severity: 'low' } },
  {
    path: 'b/.user.ini',
    content: 'max_input_vars=1\rauto_prepend_file=/tmp/x.php\n',
    expect: { class: 'server-config', severity: 'critical', note: 'sets directives that can run or include files' },
  },
  { path: 'admin/tool', content: '\u007fELF\u0002', expect: { class: 'executable', severity: 'high' } },
  { path: 'admin/script', content: '#!/usr/bin/perl\n', expect: { class: 'executable', severity: 'high' } },
  { path: 'admin/x-bit', content: 'id', mode: 0o755, expect: { class: 'executable', severity: 'high' } },
  { path: 'admin/x-bit.txt', content: 'plain', mode: 0o755, expect: { class: 'other', severity: 'low' } },
  { path: 'admin/hidden-elf.png', content: '\u007fELF\u0002', expect: { class: 'executable', severity: 'high' } },
  { path: 'admin/node_modules/a/bin/run', content: '#!/bin/sh\n', mode: 0o755, expect: { counted: 'dependency' } },
  { path: 'admin/node_modules/a/README.md', content: PHP, expect: { counted: 'dependency' } },
  { path: 'admin/i18n/de_DE/LC_MESSAGES/a.po', content: `# ${PHP}`, expect: { counted: 'translation' } },
  { path: 'admin/i18n/a.png', content: PNG, expect: { class: 'other', severity: 'low' } },
  { path: 'admin/assets/less/cache/lessphp_1.css', content: 'a{}', expect: { counted: 'generated' } },
  {
    path: 'admin/assets/less/cache/lessphp_1.lesscache',
    content: '<?php return array(\'a\' => new Less_Tree_Value(array(1, -2.5e3, null), "x"),);',
    expect: { counted: 'generated' },
  },
  {
    path: 'admin/assets/less/cache/lessphp_2.lesscache',
    content: "<?php return array('a' => exec('id'));",
    expect: { class: 'generated', severity: 'critical', note: 'more than the literals of a LESS cache' },
  },
  { path: 'admin/modules/_cache/cdr-17.0.1.tgz.gpg', content: 'x', expect: { counted: 'generated' } },
  { path: 'admin/modules/_cache/x.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
  {
    path: 'admin/logo.png',
    content: `${PNG}${PHP}`,
    expect: { class: 'other', severity: 'high', note: 'contains PHP' },
  },
  {
    path: 'admin/loGo.svg',
    content: '<svg><?PHP ?></svg>',
    expect: { class: 'other', severity: 'high', note: 'contains PHP' },
  },
  {
    path: 'admin/notes.txt',
    content: `see ${PHP}`,
    expect: { class: 'other', severity: 'medium', note: 'contains PHP' },
  },
  { path: 'admin/index.php~', content: PHP, expect: { class: 'other', severity: 'medium', note: 'contains PHP' } },
  { path: 'admin/.cache/a.bin', content: PHP, expect: { class: 'hidden', severity: 'medium', note: 'contains PHP' } },
  { path: 'admin/short.php\n', content: '<?= 1', expect: { class: 'code', severity: 'critical' } },
  {
    path: 'admin/page.php.foo',
    content: '<?= 1',
    expect: { class: 'other', severity: 'high', note: 'contains PHP' },
  },
  {
    path: 'admin/page.PHP.bak',
    content: PHP,
    expect: { class: 'other', severity: 'high', note: 'contains PHP' },
  },
  { path: 'admin/page.php.txt', content: 'no tag', expect: { class: 'other', severity: 'low' } },
  {
    path: 'admin/node_modules/less/cache/lessphp_3.lesscache',
    content: "<?php return array('a' => exec('id'));",
    expect: { class: 'generated', severity: 'critical', note: 'more than the literals of a LESS cache' },
  },
  { path: 'admin/photo.jpg', content: 'noise <?= noise', expect: { class: 'other', severity: 'low' } },
  { path: 'admin/late.txt', content: `${' '.repeat(65_536)}${PHP}`, expect: { class: 'other', severity: 'low' } },
  { path: 'install.log', content: 'done', expect: { class: 'other', severity: 'low' } },
  { path: 'admin/.gitignore', content: 'x', expect: { class: 'hidden', severity: 'low' } },
  { path: 'ucp/index.php', content: SIGNED_PHP, expect: { counted: 'copy' } },
  { path: 'ucp/a.css', content: SIGNED_CSS, expect: { counted: 'copy' } },
  {
    path: 'admin/copied.php',
    content: SIGNED_PHP,
    expect: { class: 'copy', severity: 'low', note: 'copy of cdr/functions.inc.php' },
  },
  { path: 'admin/renamed.php', content: SIGNED_CSS, expect: { class: 'code', severity: 'critical' } },
  {
    path: 'admin/modules/cdr/.htaccess',
    content: SIGNED_HTACCESS,
    expect: { class: 'copy', severity: 'high', note: 'copy of framework/amp_conf/htdocs/admin/.htaccess' },
  },
  {
    path: 'ucp/.htaccess',
    content: SIGNED_HTACCESS,
    expect: { class: 'copy', severity: 'high', note: 'copy of framework/amp_conf/htdocs/admin/.htaccess' },
  },
  { path: 'ucp/own/.htaccess', content: UCP_HTACCESS, expect: { counted: 'copy' } },
  {
    path: 'ucp/other/.htaccess',
    content: UCP_HTACCESS,
    expect: { class: 'copy', severity: 'high', note: 'copy of ucp/htdocs/own/.htaccess' },
  },
  // Signed as what it was named, not as what it is called now.
  {
    path: 'ucp/.user.ini',
    content: SIGNED_SAMPLE,
    expect: { class: 'server-config', severity: 'critical', note: 'sets directives that can run or include files' },
  },
  { path: 'ucp/x/.htaccess', content: SIGNED_SAMPLE, expect: { class: 'server-config', severity: 'critical' } },
  // PHP that was signed as text.
  {
    path: 'copies/a.php.bak',
    content: SIGNED_TEXT,
    expect: { class: 'other', severity: 'high', note: 'contains PHP' },
  },
  { path: 'copies/a.png', content: SIGNED_TEXT, expect: { class: 'other', severity: 'high', note: 'contains PHP' } },
  { path: 'copies/a.html', content: SIGNED_TEXT, expect: { class: 'copy', severity: 'low' } },
  {
    path: 'copies/a.lesscache',
    content: SIGNED_TEXT,
    expect: { class: 'other', severity: 'critical', note: 'more than the literals of a LESS cache' },
  },
  { path: 'copies/tool.php', content: SIGNED_SCRIPT, expect: { class: 'code', severity: 'critical' } },
  { path: 'copies/tool.pl', content: SIGNED_SCRIPT, expect: { class: 'copy', severity: 'low' } },
  { path: 'admin/node_modules/m/a.php.txt', content: PHP, expect: { class: 'other', severity: 'high' } },
  { path: 'ucp/shell.php', content: PHP, expect: { class: 'code', severity: 'critical' } },
];

describe('what nobody signed', () => {
  let system: TestSystem;
  let report: JsonReport;
  let everything: JsonReport;
  let deep: JsonReport;

  beforeAll(async () => {
    system = await makeSystem({
      modules: {
        cdr: { 'functions.inc.php': SIGNED_PHP, 'assets/a.css': SIGNED_CSS },
        framework: {
          'amp_conf/htdocs/admin/index.php': '<?php // signed\n',
          'amp_conf/htdocs/admin/.htaccess': SIGNED_HTACCESS,
        },
        core: { 'docs/sample.ini': SIGNED_SAMPLE, 'docs/text.txt': SIGNED_TEXT, 'tool.sh': SIGNED_SCRIPT },
        ucp: { 'htdocs/own/.htaccess': UCP_HTACCESS },
      },
    });
    for (const { path, content, mode } of VECTORS) system.writeInWebRoot(path, Buffer.from(content, 'latin1'), mode);
    for (const path of ['large/a.php', 'large/a.png', 'large/a.txt']) {
      const content = path.endsWith('.txt') ? 'x' : PHP;
      truncateSync(system.writeInWebRoot(path, content), MAX_COPY_BYTES + 1);
    }
    truncateSync(system.writeInWebRoot('huge/a.php', PHP), MAX_HASHED_FILE_BYTES + 1);
    mkdirSync(join(system.webRoot, 'links'));
    symlinkSync('/etc/passwd', join(system.webRoot, 'links/out'));
    symlinkSync('../admin', join(system.webRoot, 'links/in'));
    symlinkSync('../../../../../tmp', join(system.webRoot, 'links/up'));
    symlinkSync('../install.log', join(system.webRoot, 'links/run.php'));
    // As FreePBX makes them: with the whole path, as the scanned system sees it.
    symlinkSync('/var/www/html/admin/modules/cdr/assets', join(system.webRoot, 'links/assets'));
    symlinkSync('/tmp', join(system.webRoot, 'admin/node_modules/out'));
    symlinkSync('../admin/node_modules', join(system.webRoot, 'links/dependencies'));
    symlinkSync('a/bin/run', join(system.webRoot, 'admin/node_modules/run'));
    symlinkSync('../install.log', join(system.webRoot, 'links/x.lesscache'));
    execFileSync('mkfifo', [join(system.webRoot, 'links/pipe')]);
    [report, everything, deep] = await Promise.all([
      scanSystem(system),
      scanSystem(system, ['--all']),
      scanSystem(system, ['--deep']),
    ]);
  });
  afterAll(() => system.cleanup());

  const found = (from: JsonReport, path: string): JsonFinding | undefined =>
    [...from.tree.findings, ...moduleOf(from, 'cdr').findings].find(({ file }) => file === join(system.webRoot, path));

  it.each(VECTORS)('$path is $expect', ({ path, expect: expected }) => {
    if ('counted' in expected) {
      expect(found(report, path)).toBeUndefined();
      expect(found(everything, path)).toMatchObject({ kind: 'unlisted', class: expected.counted, severity: 'info' });
    } else {
      expect(found(report, path)).toMatchObject({ kind: 'unlisted', ...expected });
      if (expected.note === undefined && expected.severity === 'critical')
        expect(found(report, path)?.note ?? '').toBe('');
    }
  });

  it('counts each class, listed or not', () => {
    const byClass = new Map<string, number>();
    for (const finding of [...everything.tree.findings, ...everything.modules.flatMap(({ findings }) => findings)]) {
      if (finding.kind === 'unlisted' && finding.class)
        byClass.set(finding.class, (byClass.get(finding.class) ?? 0) + 1);
    }
    for (const [name, number] of Object.entries(report.summary.unlisted))
      expect(number, name).toBe(byClass.get(name) ?? 0);
    expect(everything.summary).toEqual({ ...report.summary, bytes: everything.summary.bytes });
  });

  it('reports hash, size and mode of unlisted code', () => {
    const shell = found(report, 'admin/views/some.php');
    expect(shell).toMatchObject({ path: 'admin/views/some.php', size: PHP.length, mode: '0644' });
    expect(shell?.actual).toMatch(/^[0-9a-f]{64}$/);
  });

  it('reports the hash of whatever is worse than low, large or not, and of no larger file than is hashed', () => {
    const worse = [...report.tree.findings, ...report.modules.flatMap(({ findings }) => findings)].filter(
      ({ kind, severity, path, mode }) =>
        kind === 'unlisted' && !['low', 'info'].includes(severity) && !path.startsWith('huge/') && mode !== undefined,
    );
    expect(worse.length).toBeGreaterThan(20);
    expect(worse.filter(({ actual }) => actual === undefined)).toEqual([]);
    for (const path of ['large/a.php', 'large/a.png']) {
      const content = readFileSync(join(system.webRoot, path));
      expect(found(report, path)).toMatchObject({
        size: content.length,
        actual: createHash('sha256').update(content).digest('hex'),
      });
    }
    expect(found(report, 'large/a.txt')).toMatchObject({ severity: 'low' });
    expect(found(report, 'large/a.txt')?.actual).toBeUndefined();
    expect(found(report, 'huge/a.php')).toMatchObject({ class: 'code', severity: 'critical' });
    expect(found(report, 'huge/a.php')?.actual).toBeUndefined();
  });

  it('follows no link, and shouts where one leads out of the web root', () => {
    expect(found(report, 'links/out')).toMatchObject({
      severity: 'high',
      note: 'symbolic link out of the web root, to /etc/passwd',
    });
    expect(found(report, 'links/up')).toMatchObject({ severity: 'high' });
    expect(found(report, 'links/in')).toBeUndefined();
    expect(found(report, 'links/dependencies')).toMatchObject({
      severity: 'high',
      note: 'symbolic link to what is not looked into: ../admin/node_modules',
    });
    expect(found(deep, 'links/dependencies')).toBeUndefined();
    expect(found(report, 'admin/node_modules/run')).toBeUndefined();
    expect(found(everything, 'links/in')).toMatchObject({ severity: 'info', note: 'symbolic link to ../admin' });
    expect(found(report, 'links/assets')).toBeUndefined();
    expect(found(report, 'admin/node_modules/out')).toMatchObject({ severity: 'high' });
    expect(found(report, 'links/x.lesscache')).toMatchObject({ severity: 'critical' });
    expect(found(report, 'links/run.php')).toMatchObject({ class: 'code', severity: 'critical' });
    expect(report.tree.findings.filter(({ path }) => path.startsWith('links/in/'))).toEqual([]);
  });

  it('names a pipe without opening it', () => {
    expect(found(report, 'links/pipe')).toMatchObject({ class: 'other', severity: 'low', note: 'fifo' });
  });

  it('with --deep finds PHP past the first 64 KiB, and in dependencies', () => {
    expect(found(deep, 'admin/late.txt')).toMatchObject({ severity: 'medium', note: 'contains PHP' });
    expect(found(deep, 'admin/node_modules/a/README.md')).toMatchObject({ class: 'dependency', note: 'contains PHP' });
  });
});

describe('a place that no verified manifest covers', () => {
  it('counts code as bad as the missing manifest, and what stands out as itself', async () => {
    const system = await makeSystem({ modules: { own: { 'page.own.php': PHP, 'a.txt': 'x' } }, unsigned: ['own'] });
    try {
      system.writeListed('own', '.htaccess', 'Require all granted');
      system.writeListed('own', 'logo.png', `${PNG}${PHP}`);
      const own = moduleOf(await scanSystem(system), 'own');
      expect(own).toMatchObject({ verdict: 'unsigned', severity: 'medium', freepbxStatus: 8, listed: 0 });
      expect(own.findings.map(({ path, severity, uncovered }) => [path, severity, uncovered])).toEqual([
        ['.htaccess', 'critical', true],
        ['logo.png', 'high', true],
        ['page.own.php', 'critical', true],
      ]);
    } finally {
      system.cleanup();
    }
  });

  it('a folder among the modules that is no module is a finding, and so is its code', async () => {
    const system = await makeSystem({ modules: { cdr: {} } });
    try {
      system.writeInWebRoot('admin/modules/h/ajax.php', PHP);
      mkdirSync(join(system.webRoot, 'admin/modules/empty'));
      const { tree, modules } = await scanSystem(system);
      expect(modules.map(({ name }) => name)).toEqual(['cdr']);
      expect(tree.findings.map(({ path, severity }) => [path, severity])).toEqual([
        ['admin/modules/empty', 'high'],
        ['admin/modules/h', 'high'],
        ['admin/modules/h/ajax.php', 'critical'],
      ]);
      expect(dirname(tree.findings[2]?.file ?? '')).toBe(join(system.webRoot, 'admin/modules/h'));
    } finally {
      system.cleanup();
    }
  });

  it('fw_ari is no module, but code in it is shown', async () => {
    const system = await makeSystem({ modules: { cdr: {}, fw_ari: { 'install.php': PHP } }, unsigned: ['fw_ari'] });
    try {
      const { tree, modules, exitCode } = await scanSystem(system);
      expect(modules.map(({ name }) => name)).toEqual(['cdr']);
      expect(tree.findings).toMatchObject([{ path: 'admin/modules/fw_ari/install.php', severity: 'high' }]);
      expect(exitCode).toBe(1);
    } finally {
      system.cleanup();
    }
  });
});
