import { linesOf } from './peer.mjs';

/** @typedef {import('./peer.mjs').Peer} Peer */

/** Files that one process of `xargs` gets: several for each thread, so that all end together, and never too many. */
const MOST_FILES_AT_ONCE = 1000;
const PROCESSES_PER_THREAD = 8;

/** @type {Peer} */
export const sha256sumCheck = {
  name: 'sha256sum -c',
  programs: ['sha256sum'],
  version: ['sha256sum', '--version'],
  prepare: async ({ tree }) => ({
    argv: ['sha256sum', '--check', '--strict', tree.listedList],
    cwd: tree.root,
    files: tree.made.listedFiles,
    seen: (output) => output.match(/: OK$/gm)?.length ?? 0,
  }),
};

/** @type {Peer} */
export const xargsSha256sum = {
  name: 'xargs sha256sum',
  programs: ['xargs', 'sha256sum'],
  version: ['sha256sum', '--version'],
  prepare: async (context) => ({ ...xargs(context, ['sha256sum']), seen: linesOf }),
};

/** @type {Peer} */
export const xargsOpenssl = {
  name: 'xargs openssl',
  programs: ['xargs', 'openssl'],
  version: ['openssl', 'version'],
  prepare: async (context) => ({ ...xargs(context, ['openssl', 'dgst', '-sha256', '-r']), seen: linesOf }),
};

/** Each file makes one line, however the lines of several processes are mixed. @param {import('./peer.mjs').PeerContext} context @param {readonly string[]} command */
function xargs({ tree, threads }, command) {
  const atOnce = Math.ceil(tree.made.allFiles / (threads * PROCESSES_PER_THREAD));
  const limits = ['-P', String(threads), '-n', String(Math.min(MOST_FILES_AT_ONCE, atOnce))];
  return {
    argv: ['xargs', '-0', '-a', tree.allList, ...limits, ...command],
    cwd: tree.root,
    files: tree.made.allFiles,
  };
}
