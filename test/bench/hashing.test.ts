/** Both programs that measure hashing alone do the work they are timed for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from '../helpers/node.js';
import { makeTempFolder, removeFolder } from '../helpers/temp.js';
import { BENCH } from './bench.js';

const HASH_ALL = fileURLToPath(new URL('hash-all.mjs', BENCH));
const SOURCE = fileURLToPath(new URL('native/limit.c', BENCH));

const FILES = [
  ['top.txt', 'top'],
  ['empty', ''],
  ['a/b/c/deep.php', '<?php\n'],
  ['a/b/next.php', '<?php // next\n'],
  ['a/bc/name that begins alike.js', 'var a;\n'],
  ['a/Übersicht.md', '# Übersicht\n'],
  // Longer than what is read at once.
  ['large.wav', Buffer.alloc(2_500_000, 'wave ')],
  ...Array.from({ length: 300 }, (_, index) => [`many/${index % 7}/${index}.css`, `${index}`] as const),
] as const;

const folder = makeTempFolder();
const root = join(folder, 'tree');
const list = join(folder, 'all.list');
const limit = join(folder, 'limit');

/** Why the program cannot be built here; `undefined` where it can. */
const missing = (() => {
  const { error, status, stderr } = spawnSync('cc', ['-pthread', '-o', limit, SOURCE, '-lcrypto'], {
    encoding: 'utf8',
  });
  if (error !== undefined) return 'there is no C compiler';
  return status === 0 ? undefined : `cc cannot build it: ${stderr.split('\n')[0]}`;
})();

beforeAll(() => {
  for (const [path, content] of FILES) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  writeFileSync(list, FILES.map(([path]) => `${path}\0`).join(''));
});
afterAll(() => removeFolder(folder));

function expected() {
  const digests = FILES.map(([, content]) => createHash('sha256').update(content).digest());
  const bytes = FILES.reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0);
  return {
    files: FILES.length,
    failed: 0,
    bytes,
    digest: createHash('sha256').update(Buffer.concat(digests)).digest('hex'),
  };
}

describe.skipIf(missing !== undefined)(`the limit program${missing === undefined ? '' : `: ${missing}`}`, () => {
  const run = (threads: number, passes = 1, where = root) =>
    JSON.parse(execFileSync(limit, [where, list, String(threads), String(passes)], { encoding: 'utf8' }));

  it.each([1, 2, 5])('hashes every file once with %i threads', (threads) => {
    expect(run(threads)).toMatchObject({ ...expected(), threads });
  });

  it('counts one pass when it makes several', () => {
    expect(run(2, 3)).toMatchObject(expected());
  });

  it('follows no link and passes over nothing in silence', () => {
    const other = join(folder, 'other');
    execFileSync('cp', ['-a', root, other]);
    rmSync(join(other, 'top.txt'));
    symlinkSync('empty', join(other, 'top.txt'));
    rmSync(join(other, 'a'), { recursive: true });
    symlinkSync('../tree/a', join(other, 'a'));
    const { status, stdout } = spawnSync(limit, [other, list, '2', '1'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ files: FILES.length, failed: 5 });
    truncateSync(join(other, 'empty'), 3);
    expect(JSON.parse(spawnSync(limit, [other, list, '2', '1'], { encoding: 'utf8' }).stdout).digest).not.toBe(
      expected().digest,
    );
  });

  it('says how it is used', () => {
    const { status, stderr } = spawnSync(limit, [root, list, 'many'], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'usage: limit ROOT LIST THREADS PASSES\n' });
  });
});

describe('hash-all.mjs', () => {
  it.each([1, 2])('hashes every file once with %i threads', async (threads) => {
    const { code, stdout, stderr } = await runNode(HASH_ALL, [root, list, String(threads), '2']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ...expected(), threads });
  });

  it('exits 1 when a file cannot be read', async () => {
    const missing = join(folder, 'missing.list');
    writeFileSync(missing, `${readFileSync(list, 'utf8')}gone.txt\0`);
    const { code, stdout } = await runNode(HASH_ALL, [root, missing, '1', '1']);
    expect({ code, failed: JSON.parse(stdout).failed }).toEqual({ code: 1, failed: 1 });
  });
});
