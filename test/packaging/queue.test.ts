import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REDIS_MISSING, redisForTest } from '../fleet/redis.js';
import { tempFolder } from '../helpers/temp.js';
import { importPackaging } from './import-packaging.js';

const { bundleOne } = await importPackaging('single/bundle.mjs');
const ENTRY = fileURLToPath(new URL('queue/worked.ts', import.meta.url));

describe.skipIf(REDIS_MISSING)(
  `the queue in the single executable (${REDIS_MISSING ?? 'redis-server is installed'})`,
  () => {
    it('works without any other file, and looks for none', async () => {
      const folder = tempFolder();
      const file = join(folder, 'main.cjs');
      await bundleOne(ENTRY, file, '0.0.0');
      expect(readFileSync(file, 'utf8')).not.toContain('node-gyp-build');
      const redis = await redisForTest();
      // What is not part of Node cannot be loaded in a single executable. Here it could only be found from this folder.
      const run = promisify(execFile)(process.execPath, [file, redis.url()], { cwd: folder, env: {} });
      expect(await run).toEqual({ stdout: JSON.stringify({ text: 'ü'.repeat(1000) }), stderr: '' });
    });
  },
);
