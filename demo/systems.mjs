import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installedAt } from '../dist/src/demo/layout.js';
import { writeModuleSignature } from '../dist/src/demo/module-signature.js';
import { moduleXml } from '../dist/src/demo/modules.js';
import { generateSystem } from '../dist/src/demo/system.js';
import { fromText } from '../dist/src/files/bytepath.js';

const OPTIONS = { modules: 6, listedFiles: 120, unlistedFiles: 30, seed: 2026, meanBytes: 2000 };

const HALF_A_DAY = 12 * 3_600_000;

/** The hosts. */
export const NAMES = /** @type {const} */ (['pbx-1', 'pbx-2', 'pbx-3']);

/** Stands for a web shell. It is a comment: it does nothing wherever it runs. */
const MARKER = '<?php /* planted by the sigsweep demonstration */\n';

/**
 * Three systems with the same modules by the same signer, and what is wrong with two of them.
 * @param {string} folder
 */
export async function buildSystems(folder) {
  const [clean, shelled, different] = [join(folder, NAMES[0]), join(folder, NAMES[1]), join(folder, NAMES[2])];
  const system = await generateSystem(clean, OPTIONS);
  for (const copy of [shelled, different])
    cpSync(clean, copy, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  const ordinary = system.modules.filter(({ name }) => !['framework', 'core', 'ucp'].includes(name));
  const [first, second, third] = ordinary;
  if (first === undefined || second === undefined || third === undefined) throw new Error('there are too few modules');
  const shell = join(inside(system, shelled, first.path), 'views/ajax.php');
  mkdirSync(dirname(shell), { recursive: true });
  writeFileSync(shell, MARKER);
  // Both are properly signed: only beside the others it shows that something is not as there.
  await rewrite(system, different, second, (file) =>
    appendFileSync(file, '\n/* another build of the same release */\n'),
  );
  await rewrite(system, different, third, (_, xml) => writeFileSync(xml, moduleXml(third.name, '1.0.0')));
  return {
    anchor: system.anchorFingerprint,
    hosts: [
      { name: NAMES[0], root: clean, what: 'as it should be' },
      { name: NAMES[1], root: shelled, what: `with what stands for a web shell in ${first.name}` },
      {
        name: NAMES[2],
        root: different,
        what: `with other bytes of ${second.name} ${second.version}, and ${third.name} 1.0.0 instead of ${third.version}`,
      },
    ],
  };
}

/** @typedef {Awaited<ReturnType<typeof generateSystem>>} GeneratedSystem */
/** @typedef {GeneratedSystem['modules'][number]} GeneratedModule */

/** The same place in a copy. @param {GeneratedSystem} system @param {string} copy @param {string} path */
function inside(system, copy, path) {
  return join(copy, path.slice(system.dir.length));
}

/**
 * Changes a module in a copy, and signs it again.
 * @param {GeneratedSystem} system
 * @param {string} copy
 * @param {GeneratedModule} module
 * @param {(program: string, xml: string) => void} change
 */
async function rewrite(system, copy, module, change) {
  const path = inside(system, copy, module.path);
  change(join(path, 'functions.inc.php'), join(path, 'module.xml'));
  const signature = readFileSync(join(path, 'module.sig'), 'latin1');
  const hashes = module.listed.map((listed) => {
    const place = installedAt(module.name, listed);
    const hash =
      place === undefined
        ? listedHash(signature, listed)
        : createHash('sha256')
            .update(readFileSync(join(copy, place)))
            .digest('hex');
    return /** @type {const} */ ([fromText(listed), hash]);
  });
  // An older release was signed before a newer one.
  await writeModuleSignature(path, hashes, system.signer, { date: new Date(Date.now() - HALF_A_DAY) });
}

/** Of what is listed and never installed only the signature knows the hash. @param {string} signature @param {string} listed */
function listedHash(signature, listed) {
  const line = signature.split('\n').find((one) => one.startsWith(`${listed} = `));
  return line?.slice(listed.length + 3) ?? '0'.repeat(64);
}
