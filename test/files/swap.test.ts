import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FolderChain } from '../../src/files/folder-chain.js';
import { openRegular } from '../../src/files/open.js';
import { bytePath, temporaryFolder } from './temporary.js';

/** Swaps the folder `inner` for a link that leads outside and back, as fast as it can, for as long as it lives. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
process.chdir(process.argv[1]);
console.log('started');
for (;;) {
  renameSync('inner', 'aside');
  symlinkSync('../outside', 'inner');
  unlinkSync('inner');
  renameSync('aside', 'inner');
}`;

test('a parent folder swapped for a link 10,000 times never leads outside', async () => {
  const base = temporaryFolder();
  mkdirSync(`${base}/root/inner`, { recursive: true });
  mkdirSync(`${base}/outside`);
  writeFileSync(`${base}/root/inner/file`, 'inside');
  writeFileSync(`${base}/outside/file`, 'outside');
  const swapper = spawn(process.execPath, ['-e', SWAPPER, `${base}/root`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seen = new Map<string, number>();
  try {
    await once(swapper.stdout, 'data');
    for (let attempt = 0; attempt < 10_000; attempt += 1) {
      const chain = new FolderChain(bytePath(`${base}/root`));
      const file = openRegular(chain, bytePath('inner'), bytePath('file'));
      const what = file.ok ? readFileSync(file.descriptor, 'utf8') : file.detail;
      if (file.ok) closeSync(file.descriptor);
      chain.close();
      seen.set(what, (seen.get(what) ?? 0) + 1);
    }
  } finally {
    swapper.kill('SIGKILL');
  }
  expect(seen.get('outside')).toBeUndefined();
  // Both were met: the swapping was real.
  expect(seen.get('inside')).toBeGreaterThan(0);
  expect([...seen.keys()].length).toBeGreaterThan(1);
});
