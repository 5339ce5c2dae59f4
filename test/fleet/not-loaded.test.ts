import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCli } from '../helpers/cli.js';
import { makeSystem, type TestSystem } from '../helpers/system.js';
import { tempFolder } from '../helpers/temp.js';
import { scanArguments } from '../hostile/places.js';

const PRELOAD = fileURLToPath(new URL('preload-loaded.mjs', import.meta.url));

let system: TestSystem;
beforeAll(async () => {
  system = await makeSystem({ modules: { core: { 'a.php': '<?php' } } });
});
afterAll(() => system.cleanup());

/** Which libraries of the queue a command loads. */
async function queueLibrariesOf(...args: readonly string[]): Promise<string[]> {
  const file = join(tempFolder(), 'loaded');
  await runCli(args, { env: { NODE_OPTIONS: `--import=${PRELOAD}`, LOADED_FILE: file } });
  const loaded = readFileSync(file, 'utf8');
  return ['bullmq', 'ioredis'].filter((name) => loaded.includes(`/node_modules/${name}/`));
}

it('a scan of one machine loads nothing of the queue, nor does any command that needs none', async () => {
  for (const args of [scanArguments(system), ['--version'], ['fleet', '--help'], ['history']]) {
    expect(await queueLibrariesOf(...args), args[0]).toEqual([]);
  }
});

it('a command that needs the queue does', async () => {
  const args = ['agent', '--queue', 'redis://127.0.0.1:1', '--agent-folder', tempFolder()];
  expect(await queueLibrariesOf(...args)).toEqual(['bullmq', 'ioredis']);
});
