/** One run of the benchmark, from trees to results. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildLimit } from '../native/build.mjs';
import { PEERS, preparePeers } from '../peers/peers.mjs';
import { Redactor } from '../report/redact.mjs';
import { TreeCache } from '../trees/cache.mjs';
import { TREES } from '../trees/recipes.mjs';
import { coldContestants, tryColdCaches } from './cold.mjs';
import { contest, withoutFigures } from './contest.mjs';
import { hashers, LIMIT, POOL } from './hashing.mjs';
import { describeMachine } from './machine.mjs';
import { findProgram, versionOf } from './programs.mjs';
import { ratios } from './stats.mjs';
import { judgeTargets } from './targets.mjs';

/** @typedef {import('./contest.mjs').Outcome} Outcome */
/** @typedef {import('./stats.mjs').Summary} Summary */
/** @typedef {import('../trees/cache.mjs').Tree} Tree */
/** @typedef {import('./runner.mjs').Runner} Runner */

/** @typedef {Outcome & { ratio: Summary | null, ratioTo: string }} Measured */

/**
 * `peers`: whole programs on one tree. `hashing`: hashing alone, by threads. `files`: whole scans of trees that grow.
 * `cold`: whole programs without a page cache, by threads.
 *
 * @typedef {{ kind: 'peers' | 'hashing' | 'files' | 'cold', outcomes: Measured[] }} Contest
 */

/**
 * @typedef {object} Results
 * @property {'sigsweep/bench@1'} schema
 * @property {string} date
 * @property {number} runs
 * @property {number} seed
 * @property {import('./machine.mjs').Machine} machine
 * @property {Record<string, string>} versions
 * @property {Record<string, import('../trees/make-tree.mjs').Made>} trees
 * @property {string[]} notes what could not be measured, and what to know about the rest
 * @property {Contest[]} contests
 * @property {import('./targets.mjs').Target[]} targets
 */

const PROJECT = realpathSync(fileURLToPath(new URL('../..', import.meta.url))).replace(/\/$/, '');

/** The tree that is read before each cold run, to have the program itself in memory. */
const AWAKENING_TREE = 'small';

/** The tree for cold runs, where it is among those chosen. */
const COLD_TREE = 'system';

/**
 * @param {import('../arguments.mjs').BenchOptions} options @param {Runner} runner @param {(text: string) => void} say
 * @returns {Promise<Results>}
 */
export async function runBench(options, runner, say) {
  const cache = new TreeCache(options.dir, options.seed, runner);
  const wanted = new Set([...options.trees, ...(options.cold ? [AWAKENING_TREE] : [])]);
  const kept = await cache.get([...wanted], say);
  const trees = kept.filter(({ name }) => options.trees.includes(name));
  const machine = describeMachine(realpathSync(options.dir));
  const peers = options.peers.map((name) => /** @type {import('../peers/peer.mjs').Peer} */ (PEERS[name]));
  const withLimit = options.peers.includes('limit');
  const notes = runner.hasTime ? [] : ['CPU time and peak memory are not measured: GNU time is not installed'];
  /** @type {Contest[]} */
  const contests = [];
  for (const tree of having(trees, 'peers')) {
    const { ready, absent } = await preparePeers(peers, { runner, tree, threads: machine.cores });
    const outcomes = [...(await contest(ready, options.runs, say)), ...absent];
    contests.push({ kind: 'peers', outcomes: compared(outcomes, ({ name }) => name === 'sigsweep') });
  }
  const series = having(trees, 'files');
  if (series.length > 0) contests.push(await measureFiles(series, options.runs, runner, say));
  const hashed = having(trees, 'hashing');
  if (hashed.length > 0) contests.push(...(await measureHashing(hashed, options, withLimit, runner, say)));
  if (options.cold) {
    const tree = trees.find(({ name }) => name === COLD_TREE) ?? having(trees, 'peers')[0];
    const other = kept.find(({ name }) => name === AWAKENING_TREE);
    if (tree !== undefined && other !== undefined) {
      const { works, note } = await tryColdCaches(tree, runner);
      notes.push(note);
      const contestants = works ? await coldContestants(tree, other, options.threads, withLimit, runner) : [];
      const outcomes = await contest(contestants, options.runs, (text) => say(`cold  ${text}`));
      if (works) contests.push({ kind: 'cold', outcomes: compared(outcomes, sameNameWith(1)) });
    }
  }
  return redacted(
    {
      schema: 'sigsweep/bench@1',
      date: new Date().toISOString().slice(0, 10),
      runs: options.runs,
      seed: options.seed,
      machine,
      versions: versionsOf(options.peers),
      trees: Object.fromEntries(trees.map(({ name, made }) => [name, made])),
      notes,
      contests,
      targets: judgeTargets(contests, machine.cores),
    },
    new Redactor(kept, runner.scratch, PROJECT),
  );
}

/** @param {readonly Tree[]} trees @param {import('../trees/recipes.mjs').Measure} measure */
function having(trees, measure) {
  return trees.filter(({ name }) => TREES[name]?.measures.includes(measure));
}

/**
 * @param {readonly Tree[]} trees @param {number} runs @param {Runner} runner @param {(text: string) => void} say
 * @returns {Promise<Contest>}
 */
async function measureFiles(trees, runs, runner, say) {
  const peers = /** @type {import('../peers/peer.mjs').Peer[]} */ ([PEERS.sigsweep]);
  const prepared = await Promise.all(trees.map((tree) => preparePeers(peers, { runner, tree, threads: 0 })));
  const outcomes = await contest(
    prepared.flatMap(({ ready }) => ready),
    runs,
    say,
  );
  return { kind: 'files', outcomes: compared(outcomes, (one, of) => one.tree === tenthOf(of.tree)) };
}

/** @param {string} tree */
function tenthOf(tree) {
  return tree.replace(/0$/, '');
}

/**
 * @param {readonly Tree[]} trees @param {import('../arguments.mjs').BenchOptions} options @param {boolean} withLimit
 * @param {Runner} runner @param {(text: string) => void} say
 * @returns {Promise<Contest[]>}
 */
async function measureHashing(trees, { threads, runs }, withLimit, runner, say) {
  const built = withLimit ? await buildLimit(runner) : { missing: 'not asked for' };
  const limit = 'path' in built ? built.path : null;
  /** @type {Contest[]} */
  const contests = [];
  for (const tree of trees) {
    const outcomes = await contest(hashers(tree, threads, limit, runner), runs, (text) => say(`hashing  ${text}`));
    if ('missing' in built) {
      outcomes.push(
        withoutFigures({ name: LIMIT, tree: tree.name, threads: null, argv: [] }, 'not measured', built.missing),
      );
    }
    contests.push({
      kind: 'hashing',
      outcomes: compared(outcomes, (one, of) => of.name === POOL && one.name === LIMIT && one.threads === of.threads),
    });
  }
  return contests;
}

/** @param {number} threads @returns {(one: Outcome, of: Outcome) => boolean} */
function sameNameWith(threads) {
  return (one, of) => one.name === of.name && one.threads === threads;
}

/** Adds to each outcome how many times as long it took as another one. @param {readonly Outcome[]} outcomes @param {(one: Outcome, of: Outcome) => boolean} isBase @returns {Measured[]} */
function compared(outcomes, isBase) {
  const times = (/** @type {Outcome} */ { samples }) => samples.map(({ seconds }) => seconds);
  return outcomes.map((outcome) => {
    const base = outcomes.find((one) => one !== outcome && isBase(one, outcome));
    if (base === undefined) return { ...outcome, ratio: null, ratioTo: '' };
    const where = base.tree === outcome.tree ? '' : ` on ${base.tree}`;
    const threads = base.threads === null ? '' : `, threads ${base.threads}`;
    return { ...outcome, ratio: ratios(times(outcome), times(base)), ratioTo: `${base.name}${where}${threads}` };
  });
}

/** @param {readonly string[]} peers */
function versionsOf(peers) {
  /** @type {Record<string, string>} */
  const versions = { node: process.version };
  for (const name of peers) {
    const peer = PEERS[name];
    const installed = peer?.programs.every((program) => findProgram(program) !== null) ?? false;
    if (peer !== undefined && installed) versions[name] = versionOf(peer.version);
  }
  return versions;
}

/** @param {Results} results @param {Redactor} redactor @returns {Results} */
function redacted(results, redactor) {
  const contests = results.contests.map(({ kind, outcomes }) => ({
    kind,
    outcomes: outcomes.map((outcome) => ({
      ...outcome,
      argv: outcome.argv.map((argument) => redactor.text(argument)),
      why: redactor.text(outcome.why),
    })),
  }));
  return { ...results, contests };
}
