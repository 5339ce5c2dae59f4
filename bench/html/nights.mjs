import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Victims } from '../../dist/src/demo/damage.js';
import { LISTED_DAMAGE } from '../../dist/src/demo/listed-damage.js';
import { SIGNATURE_DAMAGE } from '../../dist/src/demo/signature-damage.js';
import { generateSystem } from '../../dist/src/demo/system.js';
import { UNLISTED_DAMAGE } from '../../dist/src/demo/unlisted-damage.js';

const PROGRAM = fileURLToPath(new URL('../../dist/program/cli/main.js', import.meta.url));

/** What stands for a web shell: a comment. Identical content in many places, as intruders leave it. */
const COPIES = [
  'admin/views/ajax.php',
  'admin/views/some.php',
  'rest_phones/ajax.php',
  'digium_phones/ajax.php',
  'phones/ajax.php',
];

/**
 * Reports of nights of a real system, by real scans with a history: a clean one, and one after it with damage of every
 * kind.
 * @param {string} folder an empty one
 * @param {{ modules: number, listedFiles: number, unlistedFiles: number, before?: number }} options of the system; `before`: quiet nights before the clean one
 * @returns {Promise<{ clean: string, bad: string }>} the reports' files
 */
export async function scanNights(folder, options = { modules: 40, listedFiles: 1600, unlistedFiles: 300 }) {
  const system = await generateSystem(join(folder, 'system'), { ...options, seed: 2026, meanBytes: 3000 });
  const state = join(folder, 'state');
  mkdirSync(state, { mode: 0o700 });
  /** @param {string} name */
  const night = (name) => {
    const file = join(folder, `${name}.html`);
    const args = [
      'scan',
      '--root',
      system.dir,
      '--anchor',
      system.anchorFingerprint,
      '--state',
      state,
      '--report',
      `html=${file}`,
      '--quiet',
    ];
    const env = { ...process.env, SIGSWEEP_CONFIG: 'false', SIGSWEEP_KEY_FOLDER: 'false' };
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
    if (status !== 0 && status !== 1) throw new Error(`the scan ended with ${status}: ${stderr}`);
    return file;
  };
  for (let earlier = 1; earlier <= (options.before ?? 1); earlier += 1) night(`earlier-${earlier}`);
  const clean = night('clean');
  const victims = new Victims(system);
  for (const plant of [...LISTED_DAMAGE, ...UNLISTED_DAMAGE, ...SIGNATURE_DAMAGE]) await plant(system, victims);
  for (const copy of COPIES) {
    const file = join(system.webRoot, copy);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, '<?php // stands for a shell\n');
  }
  return { clean, bad: night('bad') };
}
