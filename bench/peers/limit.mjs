import { buildLimit } from '../native/build.mjs';
import { numberIn, Unavailable } from './peer.mjs';

/** @type {import('./peer.mjs').Peer} */
export const limit = {
  name: 'limit',
  programs: ['cc'],
  version: ['cc', '--version'],
  prepare: async ({ runner, tree, threads }) => {
    const built = await buildLimit(runner);
    if ('missing' in built) throw new Unavailable(built.missing);
    return {
      argv: [built.path, tree.root, tree.allList, String(threads), '1'],
      files: tree.made.allFiles,
      seen: (output) => numberIn(output, /"files":(\d+),"failed":0,/),
    };
  },
};
