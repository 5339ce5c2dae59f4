/**
 * `npm run docs:api` writes `docs/api.md` from the comments of what `src/index.ts` exports; with `--check` it only says
 * whether that is what they make. A name without a comment is an error.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../docs/api.md', import.meta.url));
const HEAD = '<!-- Written by `npm run docs:api` from the comments in the sources: change those. -->\n\n';

function generate() {
  const out = mkdtempSync(join(tmpdir(), 'sigsweep-api-'));
  try {
    const typedoc = join(HERE, 'node_modules/typedoc/bin/typedoc');
    const args = [typedoc, '--options', join(HERE, 'typedoc.json'), '--out', out, '--logLevel', 'Warn'];
    const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0)
      throw new Error('typedoc failed: run npm ci --prefix tools first, and see above for what it says');
    return HEAD + readFileSync(join(out, 'api.md'), 'utf8');
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const text = generate();
if (!process.argv.includes('--check')) writeFileSync(DOCUMENT, text);
else if (readFileSync(DOCUMENT, 'utf8') !== text) {
  process.stderr.write('docs/api.md is not what the comments make: run npm run docs:api\n');
  process.exitCode = 1;
}
