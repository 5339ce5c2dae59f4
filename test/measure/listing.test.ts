import { mkdirSync, symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FolderChain } from '../../src/files/folder-chain.js';
import { listTree } from '../../src/measure/listing.js';
import { bytePath, temporaryFolder, writeTree } from '../files/temporary.js';

const NEVER = new AbortController().signal;

it('lists what a scan reads: no dependencies, and nothing behind a link', async () => {
  const [root, outside] = [temporaryFolder(), temporaryFolder()];
  writeTree(outside, { 'elsewhere.php': '' });
  writeTree(root, { 'a.php': '', 'b/c.js': '', 'node_modules/x/index.js': '', 'node_modules/x/run.php': '' });
  symlinkSync(outside, `${root}/link`);
  symlinkSync(`${outside}/elsewhere.php`, `${root}/link.php`);
  const listing = await listed(root);
  expect(listing).toMatchObject({ folders: 4, files: 3, problems: 0, whole: true });
  expect([...listing.paths].sort()).toEqual(['a.php', 'b/c.js', 'node_modules/x/run.php']);
});

it('any first part of the files stands for the whole tree', async () => {
  const root = temporaryFolder();
  for (let folder = 0; folder < 610; folder += 1) {
    writeTree(root, { [`${folder < 305 ? 'a' : 'b'}/${String(folder).padStart(4, '0')}/f`]: '' });
  }
  const { paths } = await listed(root);
  expect(new Set(paths).size).toBe(610);
  const firstTenth = paths.slice(0, 60).filter((path) => path.startsWith('a/')).length;
  expect(firstTenth).toBeGreaterThan(20);
  expect(firstTenth).toBeLessThan(40);
});

it('ends early when it is told to, with what it has', async () => {
  const root = temporaryFolder();
  for (let folder = 0; folder < 1000; folder += 1) mkdirSync(`${root}/${folder}`);
  expect(await listed(root, AbortSignal.abort())).toMatchObject({ folders: 200, whole: false });
});

async function listed(root: string, signal = NEVER) {
  const chain = new FolderChain(bytePath(root));
  try {
    return await listTree(chain, signal);
  } finally {
    chain.close();
  }
}
