import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { numberIn } from './peer.mjs';

const PROJECT = new URL('../../', import.meta.url);

/** The program as it is installed. */
const PROGRAM = fileURLToPath(
  new URL(JSON.parse(readFileSync(new URL('package.json', PROJECT), 'utf8')).bin.sigsweep, PROJECT),
);

/** What one measures with. @param {import('../trees/cache.mjs').Tree} tree @param {readonly string[]} [options] */
export function scanCommand(tree, options = []) {
  return [process.execPath, PROGRAM, 'scan', tree.webRoot, '--anchor', tree.made.anchorFingerprint, ...options];
}

/** How many files a text report accounts for. @param {string} report @throws where it is not that of a clean system */
export function filesInReport(report) {
  if (!/^result +clean\.$/m.test(report)) throw new Error('its report does not say that the system is clean');
  const [, unlisted = ''] = /^unlisted +(.*)$/m.exec(report) ?? [];
  const ofClasses = [...unlisted.matchAll(/([\d,]+) [a-z]/g)].map(([, digits = '']) =>
    Number(digits.replaceAll(',', '')),
  );
  return numberIn(report, /([\d,]+) hashed/) + ofClasses.reduce((sum, files) => sum + files, 0);
}

/** @type {import('./peer.mjs').Peer} */
export const sigsweep = {
  name: 'sigsweep',
  programs: [],
  version: [process.execPath, PROGRAM, '--version'],
  prepare: async ({ tree }) => ({
    argv: scanCommand(tree),
    files: tree.made.listedFiles + tree.made.unlistedFiles,
    seen: filesInReport,
  }),
};
