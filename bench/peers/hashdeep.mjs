import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberIn, setUp } from './peer.mjs';

/** Regular files of every folder, by relative paths. */
const EVERY_FILE = ['-c', 'sha256', '-r', '-l', '-o', 'f'];

/** @type {import('./peer.mjs').Peer} */
export const hashdeep = {
  name: 'hashdeep -a',
  programs: ['hashdeep'],
  version: ['hashdeep', '-V'],
  prepare: async (context) => {
    const { tree, folder, threads } = context;
    const known = join(folder, 'known');
    const jobs = ['-j', String(threads)];
    writeFileSync(known, await setUp(context, ['hashdeep', ...EVERY_FILE, ...jobs, '.'], { cwd: tree.root }), 'latin1');
    return {
      argv: ['hashdeep', ...EVERY_FILE, ...jobs, '-a', '-v', '-k', known, '.'],
      cwd: tree.root,
      files: tree.made.allFiles,
      seen: (output) => {
        if (!output.includes('Audit passed')) throw new Error('its audit did not pass');
        return numberIn(output, /Files matched: (\d+)/);
      },
    };
  },
};
