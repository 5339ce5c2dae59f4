/** Everybody who takes part, and how they are made ready for a contest. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Interrupted } from '../errors.mjs';
import { withoutFigures } from '../measure/contest.mjs';
import { findProgram } from '../measure/programs.mjs';
import { aide } from './aide.mjs';
import { sha256sumCheck, xargsOpenssl, xargsSha256sum } from './coreutils.mjs';
import { gpgLoop } from './gpg-loop.mjs';
import { hashdeep } from './hashdeep.mjs';
import { limit } from './limit.mjs';
import { Unavailable } from './peer.mjs';
import { php } from './php.mjs';
import { sigsweep } from './sigsweep.mjs';

/** @typedef {import('./peer.mjs').Peer} Peer */
/** @typedef {import('./peer.mjs').Prepared} Prepared */
/** @typedef {import('../measure/contest.mjs').Contestant} Contestant */
/** @typedef {import('../measure/contest.mjs').Outcome} Outcome */
/** @typedef {import('../measure/runner.mjs').Runner} Runner */

/** By the names that `--peers` takes. @type {Readonly<Record<string, Peer>>} */
export const PEERS = {
  sigsweep,
  limit,
  sha256sum: sha256sumCheck,
  'xargs-sha256sum': xargsSha256sum,
  'xargs-openssl': xargsOpenssl,
  hashdeep,
  'gpg-loop': gpgLoop,
  php,
  aide,
};

/**
 * Makes the peers ready for one tree. Who cannot take part is an outcome already.
 *
 * @param {readonly Peer[]} peers @param {Omit<import('./peer.mjs').PeerContext, 'folder'>} context
 * @returns {Promise<{ ready: Contestant[], absent: Outcome[] }>}
 */
export async function preparePeers(peers, context) {
  /** @type {Contestant[]} */
  const ready = [];
  /** @type {Outcome[]} */
  const absent = [];
  for (const peer of peers) {
    const { name } = peer;
    const unknown = { name, tree: context.tree.name, threads: null, argv: [] };
    const missing = peer.programs.filter((program) => findProgram(program) === null);
    if (missing.length > 0) {
      absent.push(withoutFigures(unknown, 'not measured', `not installed: ${missing.join(', ')}`));
      continue;
    }
    const folder = join(context.runner.scratch, `${context.tree.name}-${name.replaceAll(/\W+/g, '-')}`);
    mkdirSync(folder, { recursive: true });
    try {
      ready.push(contestantOf(unknown, await peer.prepare({ ...context, folder }), context.runner));
    } catch (error) {
      if (error instanceof Interrupted || !(error instanceof Error)) throw error;
      absent.push(withoutFigures(unknown, error instanceof Unavailable ? 'not measured' : 'failed', error.message));
    }
  }
  return { ready, absent };
}

/**
 * Runs the whole process and believes no exit code alone: the number of files that were looked at has to be right too.
 *
 * @param {Pick<Contestant, 'name' | 'tree' | 'threads'>} which @param {Prepared} prepared @param {Runner} runner
 * @returns {Contestant}
 */
export function contestantOf(which, { argv, cwd, env, files, seen }, runner) {
  return {
    ...which,
    argv,
    run: async () => {
      const options = { measured: true, ...(cwd === undefined ? {} : { cwd }), ...(env === undefined ? {} : { env }) };
      const { code, stdout, stderr, seconds, cpuSeconds, peakBytes } = await runner.run(argv, options);
      if (code !== 0) throw new Error(`exit code ${code}: ${stderr.trim().split('\n').at(-1)}`.slice(0, 500));
      const looked = seen(stdout);
      if (looked !== files) throw new Error(`it says it has looked at ${looked} of ${files} files`);
      return { seconds, cpuSeconds, peakBytes, files: looked, bytes: null };
    },
  };
}
