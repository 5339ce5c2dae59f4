import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BytePath } from '../../src/files/bytepath.js';
import { FolderChain } from '../../src/files/folder-chain.js';
import { type Frontier, frontierAt } from '../../src/files/frontier.js';
import { type SearchRequest, type SearchResult, search } from '../../src/hash/search.js';
import { bytePath, digDown, temporaryFolder, writeTree } from '../files/temporary.js';

const EVERYTHING: SearchRequest = {
  frontier: frontierAt('' as BytePath),
  known: '',
  skip: '',
  countsDependencies: true,
  oneFileSystem: false,
  longPathsBytes: 0,
  folders: 1000,
};

function searchOnce(root: string, request: Partial<SearchRequest> = {}): SearchResult {
  const chain = new FolderChain(bytePath(root));
  try {
    return search(chain, { ...EVERYTHING, ...request });
  } finally {
    chain.close();
  }
}

/** Searches a tree to its end, handing on what is left as threads do: copied, and in no particular order. */
function searchAll(root: string, request: Partial<SearchRequest> = {}): SearchResult & { searches: number } {
  const waiting: Frontier[] = [request.frontier ?? EVERYTHING.frontier];
  const found: SearchResult['found'][number][] = [];
  let [dependencies, searches] = [0, 0];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const result = structuredClone(searchOnce(root, { ...request, frontier: next }));
    found.push(...result.found);
    dependencies += result.dependencies;
    waiting.push(...result.rest);
    searches += 1;
  }
  return { found, dependencies, longPathsBytes: 0, rest: [], searches };
}

function paths({ found }: SearchResult): string[] {
  return found.flatMap(({ folder, entries }) => entries.map(({ name }) => `${folder}/${name}`)).sort();
}

const TREE = {
  'top.txt': '',
  'a/known.php': '',
  'a/strange.php': '',
  'a/deep/er/known.php': '',
  'b/node_modules/x/index.js': '',
  'b/node_modules/x/shell.php': '',
  'b/node_modules/x/.htaccess': '',
  'b/node_modules/x/a.lesscache': '',
  'skipped/file': '',
};

describe('a search', () => {
  const root = temporaryFolder();
  writeTree(root, TREE);
  mkdirSync(`${root}/empty`);
  symlinkSync('../a', `${root}/b/node_modules/link`);
  const request = { known: 'a/known.php\0a/deep/er/known.php', skip: 'skipped' };
  const strange = [
    '/top.txt',
    'a/strange.php',
    'b/node_modules/link',
    'b/node_modules/x/.htaccess',
    'b/node_modules/x/a.lesscache',
    'b/node_modules/x/shell.php',
  ];

  test('finds what does not belong, and counts dependencies that nothing runs', () => {
    const result = searchOnce(root, request);
    expect(paths(result)).toEqual(strange);
    expect(result).toMatchObject({ dependencies: 1, rest: [], longPathsBytes: 0 });
    const link = result.found.flatMap(({ entries }) => entries).find(({ name }) => name === 'link');
    expect(link).toEqual({ name: 'link', type: 'symlink', target: '../a' });
  });

  test('names dependencies too where it is asked to', () => {
    const result = searchOnce(root, { ...request, countsDependencies: false });
    expect(paths(result)).toEqual([...strange, 'b/node_modules/x/index.js'].sort());
    expect(result.dependencies).toBe(0);
  });

  test.each([1, 2, 3, 7])('of %i folders at a time finds the same', (folders) => {
    const result = searchAll(root, { ...request, folders });
    expect(paths(result)).toEqual(strange);
    expect(result.dependencies).toBe(1);
    expect(result.searches).toBeGreaterThan(1);
  });

  test('may begin at a folder, and says where one is gone', () => {
    expect(paths(searchOnce(root, { ...request, frontier: frontierAt(bytePath('b/node_modules')) }))).toEqual(
      strange.slice(2),
    );
    const [gone] = searchOnce(root, { frontier: frontierAt(bytePath('a/gone')) }).found;
    expect(gone).toMatchObject({ folder: 'a/gone', problem: { outcome: 'missing' } });
  });
});

test('a search hands in what it has when that is much', () => {
  const root = temporaryFolder();
  for (const folder of ['a', 'b', 'c']) {
    mkdirSync(`${root}/${folder}`);
    for (let index = 0; index < 10_001; index += 1) writeFileSync(`${root}/${folder}/${index}`, '');
  }
  const first = searchOnce(root);
  expect(first.found.map(({ folder }) => folder)).toEqual(['a', 'b']);
  expect(paths(searchAll(root))).toHaveLength(30_003);
});

test('what is left of a very deep tree is small, however long its paths are', () => {
  const root = temporaryFolder();
  const beside = { name: 'y', every: 1 };
  const path = digDown(root, { name: 'x'.repeat(250), depth: 500, files: { end: '' }, beside });
  const { rest, found } = searchOnce(root, { folders: 500 });
  expect(found).toEqual([]);
  expect(JSON.stringify(rest).length).toBeLessThan(2 * 500 * 320);
  expect(paths(searchAll(root, { folders: 300 }))).toEqual([`${path}/end`]);
});
