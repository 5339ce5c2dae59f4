import type { Random } from './prng.js';
import { WORDS } from './words.js';

const POOL_BYTES = 1 << 20;

/** What a file of one kind is made of: a beginning that names its path, a body cut from a pool, an end. */
interface Recipe {
  begin(path: string): string | Buffer;
  pool: 'php' | 'script' | 'style' | 'words' | 'bytes';
  end: string;
}

const words = (begin: Recipe['begin'], end = '\n'): Recipe => ({ begin, pool: 'words', end });
const bytes = (magic: string): Recipe => ({
  // The path makes every file different from every other.
  begin: (path) => Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.from(`\0${path}\0`)]),
  pool: 'bytes',
  end: '',
});
const php: Recipe = { begin: (path) => `<?php\n// ${path}\n`, pool: 'php', end: '\n' };
const script: Recipe = { begin: (path) => `/* ${path} */\n`, pool: 'script', end: '\n' };
const style: Recipe = { begin: (path) => `/* ${path} */\n`, pool: 'style', end: '\n' };

const RECIPES: Readonly<Record<string, Recipe>> = {
  php,
  js: script,
  ts: script,
  css: style,
  less: style,
  png: bytes('\x89PNG\r\n\x1a\n'),
  gif: bytes('GIF89a'),
  woff2: bytes('wOF2'),
  mo: bytes('\xde\x12\x04\x95'),
  node: bytes('\x7fELF\x02\x01\x01'),
  gpg: bytes('\xa3\x01'),
  svg: words((path) => `<svg xmlns="http://www.w3.org/2000/svg"><!-- ${path} --><desc>\n`, '</desc></svg>\n'),
  xml: words((path) => `<?xml version="1.0"?>\n<!-- ${path} -->\n<text>\n`, '</text>\n'),
  json: words((path) => `{"path":"${path}","text":"`, '"}\n'),
  sh: words((path) => `#!/bin/sh\n# ${path}\nexit 0\n`),
  agi: words((path) => `#!/bin/sh\n# ${path}\nexit 0\n`),
  // Translators see where a text comes from, so PHP stands in genuine translations.
  po: words(
    (path) => `# ${path}\n#. <?php echo _('') ?>\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n# `,
  ),
  // FreePBX includes these files: one literal and nothing else, as less.php writes them.
  lesscache: words(
    (path) => `<?php return Array(0 => new Less_Tree_Comment('/* ${path} `,
    " */',true,NULL,0,Array('filename' => 'style.less','currentUri' => NULL)),1 => Array('uri' => '','n' => -1.5)); ?>",
  ),
};
const OTHER = words((path) => `${path}\n\n`);

/** Makes the contents of files. The same seed, paths and sizes give the same bytes. */
export class Contents {
  readonly #random: Random;
  readonly #pools: Readonly<Record<Recipe['pool'], Buffer>>;

  constructor(random: Random) {
    this.#random = random;
    const word = () => random.pick(WORDS);
    this.#pools = {
      php: textPool(() => `$${word()}['${word()}_${word()}'] = _('${word()} ${word()} ${word()}');`),
      script: textPool(
        () => `var ${word()}_${random.below(1000)} = { ${word()}: ${random.below(100)}, ${word()}: '${word()}' };`,
      ),
      style: textPool(() => `.${word()}-${word()} { margin: ${random.below(40)}px; padding: ${random.below(20)}px; }`),
      words: Buffer.from(
        Array.from({ length: POOL_BYTES / 8 }, word)
          .join(' ')
          .slice(0, POOL_BYTES),
      ),
      bytes: bytePool(random),
    };
  }

  /** A file's contents by the end of its name: `size` bytes, or as many as its kind needs at least. */
  make(path: string, size: number): Buffer {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const recipe = RECIPES[name.slice(name.lastIndexOf('.') + 1)] ?? OTHER;
    const start = recipe.begin(path);
    const begin = typeof start === 'string' ? Buffer.from(start) : start;
    const end = Buffer.from(recipe.end);
    const content = Buffer.allocUnsafe(Math.max(size, begin.length + end.length));
    begin.copy(content);
    this.#fill(content.subarray(begin.length, content.length - end.length), this.#pools[recipe.pool]);
    end.copy(content, content.length - end.length);
    return content;
  }

  /** Fills the body from the pool, with whole lines where the pool has lines: they begin at a random one. */
  #fill(body: Buffer, pool: Buffer): void {
    let from = pool.indexOf('\n', this.#random.below(pool.length)) + 1;
    for (let at = 0; at < body.length; from = 0) at += pool.copy(body, at, from);
    const lastLine = pool.at(-1) === 0x0a ? body.lastIndexOf('\n') + 1 : body.length;
    body.fill('\n', lastLine);
  }
}

function textPool(line: () => string): Buffer {
  const parts: string[] = [];
  for (let length = 0; length < POOL_BYTES; ) {
    const text = `${line()}\n`;
    parts.push(text);
    length += text.length;
  }
  return Buffer.from(parts.join(''));
}

function bytePool(random: Random): Buffer {
  const pool = Buffer.allocUnsafe(POOL_BYTES);
  for (let at = 0; at < POOL_BYTES; at += 4) pool.writeUInt32LE(random.integer(), at);
  return pool;
}
