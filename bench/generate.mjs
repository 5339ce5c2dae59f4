#!/usr/bin/env node
/**
 * Writes a FreePBX system to measure with and prints what it made, as JSON. Needs the built program (`npm run build`).
 *
 *     node bench/generate.mjs DIR --modules 120 --listed 27000 --unlisted 73000 --bytes 420000000 --seed 1
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateSystem } from '../dist/src/demo/system.js';

const USAGE =
  'usage: node bench/generate.mjs DIR [--modules N] [--listed N] [--unlisted N] [--bytes N] [--seed N]\n' +
  '       DIR must be empty; --bytes is the size of all listed files together\n';

/**
 * @param {Record<string, string | undefined>} values
 * @param {string} name
 */
function count(values, name) {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`--${name} takes a whole number`);
  return value;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      modules: { type: 'string', default: '120' },
      listed: { type: 'string', default: '27000' },
      unlisted: { type: 'string', default: '73000' },
      bytes: { type: 'string', default: '420000000' },
      seed: { type: 'string', default: '1' },
    },
  });
  if (positionals.length !== 1) throw new RangeError('one DIR is needed');
  const dir = resolve(/** @type {string} */ (positionals[0]));
  mkdirSync(dir, { recursive: true });
  if (readdirSync(dir).length > 0) throw new RangeError(`${dir} is not empty`);

  const listedFiles = count(values, 'listed');
  const start = performance.now();
  const system = await generateSystem(dir, {
    modules: count(values, 'modules'),
    listedFiles,
    unlistedFiles: count(values, 'unlisted'),
    seed: count(values, 'seed'),
    meanBytes: count(values, 'bytes') / Math.max(1, listedFiles),
    // As every genuine signer's.
    keyType: 'rsa4096',
  });
  return {
    dir,
    webRoot: system.webRoot,
    anchorFingerprint: system.anchorFingerprint,
    modules: system.modules.length,
    ...system.written,
    seconds: Math.round(performance.now() - start) / 1000,
  };
}

try {
  process.stdout.write(`${JSON.stringify(await main(), undefined, 2)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  process.exitCode = 2;
}
