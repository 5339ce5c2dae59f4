import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { examine } from '../../src/hash/examine.js';
import { endsUnfinished } from '../../src/hash/unfinished.js';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const digest = (text: string) => createHash('sha256').update(bytes(text)).digest('hex');

describe('line ends', () => {
  test.each([
    ['a\nb\n', '', digest('a\r\nb\r\n')],
    ['a\r\nb\r\n', digest('a\nb\n'), ''],
    ['a\r\nb\nc', digest('a\nb\nc'), digest('a\r\nb\r\nc')],
    ['a\rb', '', ''],
    ['a\r\r\nb', digest('a\r\nb'), ''],
    ['', '', ''],
  ])('of %j', (text, sha256AsLf, sha256AsCrlf) => {
    expect(examine(bytes(text), 'name')).toEqual({ sha256AsLf, sha256AsCrlf, truncated: false });
  });
});

const pngStart = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';

describe('a file that ends in the middle', () => {
  test.each([
    ['a.png', pngStart],
    ['renamed.txt', pngStart],
    ['a.jpg', '\xff\xd8\xff\xe1thumbnail\xff\xd9\xff\xdadata'],
    ['a.gif', 'GIF89a\x01\0'],
    ['a.zip', 'PK\x03\x04name'],
    ['a.pdf', '%PDF-1.4\n1 0 obj'],
    ['a.php', '<?php function f() { return [1'],
    ['a.php', '<?php /* comment'],
    ['a.php', '<?php echo "text'],
    ['a.php', '<?php if (a) { ?> <p>html</p>'],
    ['a.php', '<?php $x = <<<EOT\ntext'],
    ['a.php', '<?php $x = "a {$b["c"]} d'],
    ['A.PHP', '<?php f('],
    ['a.js', 'var a = function () {\n  return 1;\n'],
    ['a.js', 'var a = `text ${'],
    ['a.js', 'var a = "text'],
    ['a.js', 'a = /re[/"]/; /* open'],
    ['a.css', 'a { color: red;'],
    ['a.css', 'a { } /* open'],
    ['a.json', '{"a": [1, 2'],
    ['a.json', '{"a": "b'],
  ])('%s: %j', (name, text) => {
    expect(endsUnfinished(bytes(text), name)).toBe(true);
  });
});

describe('a file that is whole, or of which nobody can tell', () => {
  test.each([
    ['a.png', `${pngStart}\0\0\0\0IEND\xaeB\x60\x82`],
    ['a.png', `${pngStart}\0\0\0\0IEND\xaeB\x60\x82<?php evil();`],
    ['a.jpg', '\xff\xd8\xff\xe1thumbnail\xff\xd9\xff\xdadata\xff\xd9'],
    ['a.gif', 'GIF89a\x01\0;'],
    ['a.zip', 'PK\x03\x04name PK\x05\x06'],
    ['a.pdf', '%PDF-1.4\n%%EOF\n'],
    ['a.php', ''],
    ['a.php', 'plain { text ( " without code'],
    ['a.php', '<?php echo "it\'s {$a["b"]} \\" ("; // it\'s { \n # it\'s (\n /* { */ f("[");'],
    ['a.php', '<?php if (a) { ?> <p onclick="f({">it\'s</p> <?php } ?> it\'s'],
    ['a.php', "<?php $x = <<<EOT\n it's { \" (\n EOT;\n$y = <<<'X'\n(\nX;"],
    ['a.php', '<?php // closed here ?> { <?php #[A(1)]\nfunction f() {}'],
    ['a.php', '<?php } ('],
    ['a.php', '<?php __halt_compiler(); {{{'],
    ['a.php', '<?php return $a << 2;'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text under test.
    ['a.js', 'a = b / c; d = (e) / f; g = /["\'({]/.test(h); // {\n i = `a ${j + `{${k}`} (`; return /[/]{/'],
    ['a.js', "a = 'broken\nb("],
    ['a.css', "a::before { content: '('; } /* { */"],
    ['a.json', '{"a": "]\\"["}'],
    ['a.txt', '{'],
    ['noname', '('],
  ])('%s: %j', (name, text) => {
    expect(endsUnfinished(bytes(text), name)).toBe(false);
  });

  test('nearly every file of the libraries here is whole', () => {
    const entries = readdirSync('node_modules', { recursive: true, withFileTypes: true });
    const known = entries.filter((entry) => entry.isFile() && /\.(js|mjs|cjs|css|json|png)$/.test(entry.name));
    const wrong = known.filter(({ parentPath, name }) => endsUnfinished(readFileSync(join(parentPath, name)), name));
    expect(known.length).toBeGreaterThan(200);
    expect(wrong.length / known.length).toBeLessThan(0.01);
  });
});

test.each([
  ['a.php', '<?php ', '('],
  ['a.php', '<?php ', '<<<A\n'],
  ['a.php', '<?php ', '"{$'],
  ['a.php', '', '<?php ?>'],
  ['a.js', '', '/*'],
  ['a.js', '', '`${'],
  ['a.js', '', 'a = /[/'],
  ['a.css', '', '"\n'],
  ['a.png', pngStart, 'IEN'],
  ['a.txt', '', '\r\n'],
])('time grows with the length alone: %s of %j and %j', (name, start, repeated) => {
  const hostile = Buffer.concat([bytes(start), Buffer.alloc(4 * 2 ** 20, repeated, 'latin1')]);
  const begin = performance.now();
  examine(hostile, name);
  expect(performance.now() - begin).toBeLessThan(5000);
});

test('compressed noise is no code', () => {
  expect(endsUnfinished(deflateSync(bytes('x'.repeat(1000))), 'a.bin')).toBe(false);
});
