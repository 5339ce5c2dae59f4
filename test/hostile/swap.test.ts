import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromText } from '../../src/files/bytepath.js';
import { FolderChain } from '../../src/files/folder-chain.js';
import { readFileBelow } from '../../src/files/read.js';
import { scan } from '../../src/scan/scan.js';
import { hashed, sha256 } from '../hash/tree.js';
import { makeSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';

const GENUINE = '<?php // as it was signed\n';
const ALTERED = '<?php // as an intruder wrote it\n';

/** Swaps the folder `inner` for a link that leads outside, and back, as fast as it can, for as long as it lives. */
const SWAPPER = `
const { renameSync, symlinkSync, unlinkSync } = require('node:fs');
const [folder, outside] = process.argv.slice(1);
process.chdir(folder);
console.log('started');
for (;;) {
  renameSync('inner', '.aside');
  symlinkSync(outside, 'inner');
  unlinkSync('inner');
  renameSync('.aside', 'inner');
}`;

async function swapping(folder: string, outside: string): Promise<ChildProcess> {
  const swapper = spawn(process.execPath, ['-e', SWAPPER, folder, outside], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    const ended = once(swapper, 'exit');
    if (swapper.kill('SIGKILL')) await ended;
  });
  await once(swapper.stdout, 'data');
  return swapper;
}

/** A folder `root/inner` with one file, and a folder outside of the root with another of the same name. */
async function arranged(inside: string, outside: string): Promise<string> {
  const base = tempFolder();
  for (const folder of ['root/inner', 'outside']) mkdirSync(join(base, folder), { recursive: true });
  writeFileSync(join(base, 'root/inner/file.php'), inside);
  writeFileSync(join(base, 'outside/file.php'), outside);
  await swapping(join(base, 'root'), join(base, 'outside'));
  return join(base, 'root');
}

/** Each try opens the folders anew: a chain that is kept open cannot be led astray in any case. */
const TRIES = { hashed: 8000, read: 2000, scans: 150 };

describe('case 77: a parent folder swapped for a link while files below it are opened', () => {
  it(`${TRIES.hashed} files hashed and ${TRIES.read} read: never what lies outside`, async () => {
    const root = await arranged('inside', 'outside');
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (let attempt = 0; attempt < TRIES.hashed; attempt += 1) {
      const [result] = hashed(root, ['inner/file.php']);
      count(result?.outcome === 'read' ? result.sha256 : (result?.detail ?? 'nothing'));
    }
    for (let attempt = 0; attempt < TRIES.read; attempt += 1) {
      const chain = new FolderChain(fromText(root));
      const read = readFileBelow(chain, fromText('inner/file.php'), 1000);
      chain.close();
      count(read.ok ? sha256(read.bytes) : read.detail);
    }
    expect([...seen.values()].reduce((sum, number) => sum + number)).toBe(TRIES.hashed + TRIES.read);
    // The swapping was real: the file, and the link in its folder's place, were both met.
    expect(seen.get(sha256('inside'))).toBeGreaterThan(0);
    expect(seen.get('parent folder is a symbolic link')).toBeGreaterThan(0);
    const others = [...seen.keys()].filter((what) => !what.startsWith('parent folder '));
    expect(others).toEqual([sha256('inside')]);
    expect(readFileSync(join(root, '../outside/file.php'), 'utf8')).toBe('outside');
  });

  it.each([
    ['a genuine file, an altered one outside', GENUINE, ALTERED, 'altered'],
    ['an altered file, a genuine one outside', ALTERED, GENUINE, 'good'],
  ])(`${TRIES.scans} scans with %s: never the judgement on what lies outside`, async (_, inside, outside, never) => {
    const system = await makeSystem({ modules: { cdr: { 'inner/page.php': GENUINE } } });
    onTestFinished(() => system.cleanup());
    system.writeListed('cdr', 'inner/page.php', inside);
    system.write('outside/page.php', outside);
    await swapping(system.modulePath('cdr'), join(system.dir, 'outside'));
    const seen = new Set<string>();
    for (let attempt = 0; attempt < TRIES.scans; attempt += 1) {
      const options = { webRoot: system.webRoot, keyrings: [system.keyring], anchors: [system.anchorFingerprint] };
      const { modules } = await scan({ ...options, threads: 0 });
      const listed = modules[0]?.findings.find(({ path }) => path === 'inner/page.php');
      // A good module has a finding all the same where the walk met the link.
      seen.add(listed === undefined || listed.kind === 'unlisted' ? (modules[0]?.verdict ?? 'none') : listed.kind);
    }
    expect(seen).not.toContain(never);
    expect(seen.size).toBeGreaterThan(1);
  });
});
