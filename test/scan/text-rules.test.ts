import { describe, expect, it } from 'vitest';
import { escapeForTerminal } from '../../src/report/escape.js';
import { readModuleXml } from '../../src/scan/signature/module-xml.js';
import { readAmportalConf, readFreepbxConf } from '../../src/scan/system/freepbx-conf.js';
import { isHarmlessLessCache } from '../../src/scan/unlisted/less-cache.js';
import { judgeUserIni } from '../../src/scan/unlisted/user-ini.js';

describe('LESS caches', () => {
  it.each([
    '<?php return array();',
    '<?php return array(1,-2,+3.5,.5,1e9,\'a\' => "b",true,FALSE,Null,);\n',
    "<?php\nreturn Array(new Less_Tree_Ruleset(array(new \\Less_Tree_Value('x')),null));\n?>\n",
    "<?php return ['it\\'s', \"tab\\t\", [[]]];",
  ])('%s is harmless', (text) => expect(isHarmlessLessCache(text)).toBe(true));

  it.each([
    '',
    'return array();',
    '<?php eval($_POST[0]);',
    '<?php return array(); eval($x);',
    '<?php return array(eval("x"));',
    '<?php return array(new Evil());',
    '<?php return array(new Less_A(...$_GET));',
    '<?php return array("$x");',
    '<?php return array("{$x}");',
    '<?php return array(`id`);',
    '<?php return array(LESS_CONSTANT);',
    '<?php return array(1)(2);',
    '<?php return new Less_A("x")->run();',
    '<?php return array(Less_A::run());',
    '<?php return array(1 . 2);',
    '<?php return array(); ?><?php evil();',
    '<?php return array(); ?>\n<script>',
    '<?php return /* */ array();',
    '<?php return array("unterminated);',
    '<?phpreturn array();',
    '\ufeff<?php return array();',
    '<?php return include "x";',
    '<?php return array(fn() => 1);',
    '#!/usr/bin/php\n<?php return array();',
  ])('%s is not', (text) => expect(isHarmlessLessCache(text)).toBe(false));

  it('are read in bounded time and depth', () => {
    expect(isHarmlessLessCache(`<?php return ${'['.repeat(100_000)}`)).toBe(false);
    expect(isHarmlessLessCache(`<?php return array('${"x\\'".repeat(1_000_000)}');`)).toBe(true);
    expect(isHarmlessLessCache(`<?php return array(${"'a'=>1,".repeat(300_000)});`)).toBe(true);
  });
});

describe('.user.ini', () => {
  it.each([
    ['', 'freepbx'],
    ['; comment\nmax_input_vars = 5000\n', 'freepbx'],
    ['max_input_vars="5000"\r\n', 'freepbx'],
    ['memory_limit=256M\nupload_max_filesize = 20M ; comment\n', 'harmless'],
    ['auto_prepend_file=/tmp/x', 'dangerous'],
    ['Auto_Append_File = x', 'dangerous'],
    ['max_input_vars=1\rauto_prepend_file=x', 'dangerous'],
    ['extension=evil.so', 'dangerous'],
    ['error_log=/var/www/html/x.php', 'dangerous'],
    ['open_basedir=/', 'dangerous'],
    ['[PATH=/var/www]\nmax_input_vars=1', 'dangerous'],
    ['max_input_vars="1\nauto_prepend_file=x"', 'dangerous'],
    ['max_input_vars=$' + '{x}', 'dangerous'],
    ['nonsense', 'dangerous'],
    ['# auto_prepend_file=x', 'dangerous'],
  ])('%j is %s', (text, judgement) => expect(judgeUserIni(text)).toBe(judgement));
});

describe('module.xml', () => {
  it.each([
    ['<module><rawname>cdr</rawname><version>17.0.1</version></module>', 'cdr', '17.0.1'],
    ['<module>\n <rawname>\n cdr </rawname></module>', 'cdr', null],
    ['<module><rawname>cdr</rawname><!-- <repo>commercial</repo> --><repo>standard</repo>', 'cdr', null, 'standard'],
    ['<module><!-- <rawname>old</rawname> --><rawname>cdr</rawname></module>', 'cdr', null],
    ['<module><name>x</name></module>', null, null],
    ['<rawname>cut', null, null],
    ['', null, null],
  ])('%j names %s %s', (text, rawname, version, repo: string | null = null) =>
    expect(readModuleXml(text)).toEqual({ rawname, version, repo }),
  );
});

describe('hostile text costs no more than its length', () => {
  const megabyte = 1_000_000;
  it.each([
    ['.user.ini', () => judgeUserIni(`a=${' '.repeat(megabyte)}$`)],
    ['.user.ini, quoted', () => judgeUserIni(`max_input_vars="${' '.repeat(megabyte)}"x`)],
    ['module.xml', () => readModuleXml('<!--'.repeat(megabyte))],
    ['module.xml, elements', () => readModuleXml('<rawname>'.repeat(megabyte))],
    ['amportal.conf', () => readAmportalConf(`AMPBIN=x${' '.repeat(megabyte)}y`)],
    ['freepbx.conf', () => readFreepbxConf(`$amp_conf['AMPBIN']${' '.repeat(megabyte)}= '/'`)],
    ['freepbx.conf, comments', () => readFreepbxConf('/*'.repeat(megabyte))],
    ['bytes that are no text', () => escapeForTerminal('\u00ff'.repeat(megabyte))],
  ])('%s', (_what, read) => {
    // Anything worse than linear takes hours at this length: the test's own time limit is the check.
    read();
  });

  it('and an element longer than any name counts as absent', () => {
    const long = 'x'.repeat(101);
    expect(readModuleXml(`<rawname>${long}</rawname><version>1</version>`)).toEqual({
      rawname: null,
      version: '1',
      repo: null,
    });
  });
});
