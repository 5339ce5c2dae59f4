import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleXml } from '../../src/demo/modules.js';
import { SigsweepError } from '../../src/errors.js';
import { checkModule } from '../../src/publish/module-check.js';
import { tempFolder } from '../helpers/temp.js';
import { hasTool } from '../helpers/tools.js';

const PHP = hasTool('php');

const XML = moduleXml('cdr', '17.0.1');

/** A module's folder with these files besides its `module.xml`. */
function moduleOf(files: Readonly<Record<string, string | Uint8Array>> = {}, name = 'cdr'): string {
  const folder = join(tempFolder(), name);
  for (const [path, content] of Object.entries({ 'module.xml': XML, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** What keeps it from being published. */
async function problemsOf(folder: string): Promise<readonly string[]> {
  try {
    await checkModule(folder);
  } catch (error) {
    if (error instanceof SigsweepError && error.code === 'MODULE_NOT_PUBLISHABLE') return error.details;
    throw error;
  }
  return [];
}

const problemsOfXml = (xml: string | Uint8Array): Promise<readonly string[]> =>
  problemsOf(moduleOf({ 'module.xml': xml }));

const RAWNAME = '<rawname>cdr</rawname>';
const VERSION = '<version>17.0.1</version>';
const LICENSE = '<license>GPLv3+</license>';
const around = (...elements: readonly string[]) => `<module>\n${elements.join('\n')}\n</module>\n`;

describe('a module', () => {
  it('that is fit to be published is told in facts', async () => {
    const { notes, ...facts } = await checkModule(moduleOf({ 'install.php': '<?php\n', '.git/HEAD': 'x' }));
    expect(facts).toEqual({ rawname: 'cdr', version: '17.0.1', license: 'GPLv3+', repo: 'standard' });
    expect(notes).toEqual(PHP ? [] : ['PHP syntax was not checked: php is not installed']);
  });

  it('may be given with a slash at its end', async () => {
    expect((await checkModule(`${moduleOf()}/`)).rawname).toBe('cdr');
  });

  it.each([
    ['<repo>commercial</repo>', 'commercial'],
    ['<repo> extended </repo>', 'extended'],
    ['<repo>mine</repo>', 'manual'],
    ['<repo>standard</repo><repo>local</repo>', 'manual'],
    ['', 'manual'],
  ])('with "%s" belongs to the repository %s', async (element, repo) => {
    const xml = around(RAWNAME, VERSION, LICENSE, element);
    expect((await checkModule(moduleOf({ 'module.xml': xml }))).repo).toBe(repo);
  });

  it('that is not there, or no folder, is another error', async () => {
    const folder = moduleOf();
    await expect(checkModule(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
    await expect(checkModule(join(folder, 'module.xml'))).rejects.toMatchObject({ code: 'MODULE_NOT_FOUND' });
  });

  it('is told all that is wrong at once', async () => {
    const folder = moduleOf({ 'module.xml': around('<rawname>other</rawname>', '<version/>'), 'a~': '', '.b.swp': '' });
    symlinkSync('module.xml', join(folder, 'link'));
    await expect(checkModule(folder)).rejects.toMatchObject({
      code: 'MODULE_NOT_PUBLISHABLE',
      message: `${folder} cannot be published, for 6 reasons`,
      details: [
        'module.xml: line 3: <version> is empty',
        'module.xml: there is no <license> in <module>',
        "module.xml: the rawname is 'other', and the folder 'cdr': they must be the same",
        '.b.swp was left by an editor',
        'a~ was left by an editor',
        'link is a symbolic link: a module has nothing but files and folders',
      ],
    });
  });

  it('with many problems tells how many more there are', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`${index}~`, '']));
    const details = await problemsOf(moduleOf(files));
    expect(details).toHaveLength(51);
    expect(details.at(-1)).toBe('and 10 more');
  });
});

describe('module.xml', () => {
  it.each([
    ['an order of its own', around(LICENSE, VERSION, '<supported><version>17.0</version></supported>', RAWNAME)],
    ['a British licence', around(RAWNAME, VERSION, '<licence>GPL</licence>')],
    ['a byte order mark and a declaration', `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n${XML}`],
    ['comments', around(RAWNAME, VERSION, LICENSE, '<!-- a & b --><d><!-- ]]> --></d>')],
    ['CDATA and references', around(RAWNAME, VERSION, LICENSE, '<d><![CDATA[a & <b> &#0;]]>&amp;&#228;&#x41;</d>')],
    ['letters of all languages', around(RAWNAME, VERSION, LICENSE, '<name>Ä日本</name>')],
    ['a name that a comment divides', around('<rawname>c<!-- -->dr</rawname>', VERSION, LICENSE)],
  ])('may have %s', async (_, xml) => {
    expect(await problemsOfXml(xml)).toEqual([]);
  });

  it.each([
    ['no root', '', /missing root element/],
    ['another root', '<modules/>', /line 1: the outermost element must be <module>, not <modules>/],
    ['an element that does not end', XML.replace('</name>', ''), /line \d+: .*tag/],
    ['text behind the root', `${XML}x`, /line \d+: Extra content/],
    ['an unquoted attribute', XML.replace('<name>', '<name a=b>'), /line 4: attribute "b" missed quot/],
    ['an unknown entity', XML.replace('Cdr', '&nbsp;'), /line 4: entity not found/],
    ['a bare ampersand', XML.replace('Cdr', 'a & b'), /line 4: & must be written as &amp;/],
    ['a control character', XML.replace('Cdr', '\x01'), /line 4: it holds a control character/],
    ['a reference to a control character', XML.replace('Cdr', '&#1;'), /line 4: &#1; is no character/],
    ['a reference to half a character', XML.replace('Cdr', '&#xD800;'), /line 4: &#xD800; is no character/],
    ['the end of a CDATA section that never began', XML.replace('Cdr', ']]>'), /line 4: \]\]> ends no CDATA/],
    ['a DOCTYPE', `<!DOCTYPE module>\n${XML}`, /no DOCTYPE/],
    ['entities of its own', `<!DOCTYPE module [<!ENTITY x "y">]>\n${XML.replace('Cdr', '&x;')}`, /no DOCTYPE/],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>\n${XML}`, /line 1: the encoding must be UTF-8/],
    ['bytes that are no UTF-8', Buffer.from(XML.replace('Cdr', '\xe4'), 'latin1'), /it is not UTF-8 text/],
    ['no rawname', around(VERSION, LICENSE), /there is no <rawname>/],
    ['a rawname deeper in', around(`<x>${RAWNAME}</x>`, VERSION, LICENSE), /there is no <rawname> in <module>/],
    ['two versions', around(RAWNAME, VERSION, LICENSE, VERSION), /line 5: <version> is there a second time/],
    ['two licences', around(RAWNAME, VERSION, LICENSE, '<licence>x</licence>'), /line 5: <licence> is there a second/],
    ['an empty license', around(RAWNAME, VERSION, '<license> </license>'), /line 4: <license> is empty/],
    [
      'elements in its version',
      around(RAWNAME, '<version><a>1</a></version>', LICENSE),
      /line 3: <version> holds other/,
    ],
    ['a rawname for a path', around('<rawname>../cdr</rawname>', VERSION, LICENSE), /rawname '..\/cdr' must begin/],
    ['a rawname for an option', around('<rawname>-cdr</rawname>', VERSION, LICENSE), /rawname '-cdr' must begin/],
    ['a hidden rawname', around('<rawname>.cdr</rawname>', VERSION, LICENSE), /rawname '.cdr' must begin/],
    ['the name of the cache', around('<rawname>_cache</rawname>', VERSION, LICENSE), /rawname '_cache' must begin/],
    ['a version for a path', around(RAWNAME, '<version>1/../2</version>', LICENSE), /version '1\/..\/2' must begin/],
    ['a version with a letter first', around(RAWNAME, '<version>v1</version>', LICENSE), /version 'v1' must begin/],
    [
      'a version that a terminal obeys',
      around(RAWNAME, '<version>1\u202e2</version>', LICENSE),
      /'1\\u\{202e\}2' must/,
    ],
    ['a rawname without end', around(`<rawname>${'x'.repeat(5000)}.</rawname>`, VERSION, LICENSE), /…/],
    // What follows would be one thing to a scan and another to FreePBX.
    ['another version before', around('<s><version>1</version></s>', RAWNAME, VERSION, LICENSE), /write <version> as/],
    [
      'a rawname with an attribute',
      around('<rawname a="b">cdr</rawname>', VERSION, LICENSE),
      /write <rawname> as plain/,
    ],
    ['a rawname in CDATA', around('<rawname><![CDATA[cdr]]></rawname>', VERSION, LICENSE), /write <rawname> as plain/],
    ['a rawname with a reference', around('<rawname>cd&#114;</rawname>', VERSION, LICENSE), /write <rawname> as plain/],
    ['a comment in CDATA', around('<d><![CDATA[<!--]]></d>', RAWNAME, VERSION, LICENSE), /write <rawname> as plain/],
  ])('with %s is refused', async (_, xml, reason) => {
    const problems = await problemsOfXml(xml);
    expect(problems.join('\n')).toMatch(reason);
    for (const problem of problems) expect(problem).toMatch(/^module\.xml: [^\n]{1,300}$/);
  });

  it('that is missing, or a link, is refused', async () => {
    const folder = join(tempFolder(), 'cdr');
    mkdirSync(folder);
    await expect(checkModule(folder)).rejects.toMatchObject({
      code: 'MODULE_NOT_FOUND',
      message: 'cdr is no module: it has no module.xml',
    });
    symlinkSync('/etc/passwd', join(folder, 'module.xml'));
    expect(await problemsOf(folder)).toContain('module.xml: symbolic link');
  });

  it('must name the folder', async () => {
    expect(await problemsOf(moduleOf({}, 'cdr-17'))).toEqual([
      "module.xml: the rawname is 'cdr', and the folder 'cdr-17': they must be the same",
    ]);
  });
});

describe('what lies in a module', () => {
  it.each(['.page.php.swp', '.x.swo', '.x.swa', '#page.php#', '.#page.php', 'page.php~', 'views/.page.php.swp'])(
    'is nothing that an editor left: %s',
    async (path) => {
      expect(await problemsOf(moduleOf({ [path]: '' }))).toEqual([`${path} was left by an editor`]);
    },
  );

  it.each(['a.swp', '.x.swz', '#page', 'page#', '~page', '.gitignore', 'a.swap'])('may be %s', async (path) => {
    expect(await problemsOf(moduleOf({ [path]: '' }))).toEqual([]);
  });

  it('is no link and nothing special, in hidden folders too, but for what git keeps', async () => {
    const folder = moduleOf({ '.hidden/a': '', '.git/HEAD': '', '.git/x~': '' });
    symlinkSync('/etc/passwd', join(folder, '.hidden/link'));
    symlinkSync('/etc', join(folder, 'folder'));
    symlinkSync('/etc/passwd', join(folder, '.git/link'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    expect(await problemsOf(folder)).toEqual([
      'fifo is a FIFO: a module has nothing but files and folders',
      'folder is a symbolic link: a module has nothing but files and folders',
      '.hidden/link is a symbolic link: a module has nothing but files and folders',
    ]);
  });

  it('is told by its name, escaped', async () => {
    const folder = moduleOf();
    writeFileSync(Buffer.from(join(folder, 'a\xff\x1b[2J\n~'), 'latin1'), '');
    expect(await problemsOf(folder)).toEqual(['a\\xff\\u{1b}[2J\\n~ was left by an editor']);
  });
});

describe.skipIf(!PHP)('PHP in a module', () => {
  it('is checked, whatever the file is called and wherever it lies', async () => {
    const bad = '<?php\nfunction f( {\n';
    const folder = moduleOf({
      'good.php': '<?php declare(strict_types=1); namespace A; class B {}',
      'bin/tool.php': '#!/usr/bin/env php\n<?php declare(strict_types=1); namespace A;',
      'bad.php': bad,
      'views/-l.phtml': bad,
      'notes.txt': bad,
    });
    writeFileSync(Buffer.from(join(folder, '\xff\n.php'), 'latin1'), bad);
    const problems = await problemsOf(folder);
    expect(problems.map((problem) => problem.replace(/ error: .* in /, ' error: … in '))).toEqual([
      'bad.php: Parse error: … in bad.php on line 2',
      '\\xff\\n.php: Parse error: … in \\xff\\n.php on line 2',
      'views/-l.phtml: Parse error: … in views/-l.phtml on line 2',
    ]);
    expect(problems[0]).toContain('syntax error, unexpected token');
  });

  it('is never run', async () => {
    const made = join(tempFolder(), 'made');
    await checkModule(moduleOf({ 'a.php': `<?php file_put_contents('${made}', 'x');\n` }));
    expect(existsSync(made)).toBe(false);
  });

  it('that was brought along is only noted', async () => {
    const { notes } = await checkModule(
      moduleOf({ 'vendor/parser/test/bad.php': '<?php (', 'a/node_modules/x.php': '<?php (' }),
    );
    expect(notes).toEqual([
      'PHP would not run 2 of the files that composer or npm brought, the first: a/node_modules/x.php',
    ]);
  });
});

describe('where php is', () => {
  /** Nothing else on the path. The tests of a file run one after another. */
  function onlyOnPath(folder: string): void {
    const before = process.env.PATH;
    process.env.PATH = folder;
    onTestFinished(() => {
      process.env.PATH = before;
    });
  }

  it('not installed, a note says so', async () => {
    const folder = moduleOf({ 'bad.php': '<?php (', 'a.php': '', 'b.php': '', 'c.php': '', 'd.php': '' });
    onlyOnPath(tempFolder());
    expect((await checkModule(folder)).notes).toEqual(['PHP syntax was not checked: php is not installed']);
  });

  it('of no use, that is told', async () => {
    const folder = moduleOf({ 'a.php': '<?php' });
    const bin = tempFolder();
    writeFileSync(join(bin, 'php'), '#!/bin/sh\nexit 3\n');
    chmodSync(join(bin, 'php'), 0o755);
    onlyOnPath(bin);
    expect(await problemsOf(folder)).toEqual(['a.php: php failed without a word']);
  });
});
