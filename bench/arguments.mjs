import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PEERS } from './peers/peers.mjs';
import { DEFAULT_DIR } from './trees/cache.mjs';
import { FILE_SERIES, TREES } from './trees/recipes.mjs';

/**
 * @typedef {object} BenchOptions
 * @property {string[]} trees
 * @property {string[]} peers
 * @property {number[]} threads
 * @property {number} runs
 * @property {number} seed
 * @property {string} dir
 * @property {string} out
 * @property {boolean} cold
 * @property {boolean} writeReadme
 */

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

export const USAGE = 'usage: npm run bench -- [--help] [--quick] [--trees LIST] [--peers LIST] [--runs N] …\n';

/** Where results lie that `bench/README.md` shows. */
export const KEPT_RESULTS = fileURLToPath(new URL('results', import.meta.url));

const DEFAULT_TREES = 'small,system,sounds,files';
const QUICK = { trees: 'small,files-1000,files-10000', runs: '3', threads: '1,2' };
const FULL = { trees: DEFAULT_TREES, runs: '7', threads: '1,2,4,8' };
const MOST_RUNS = 1000;
const MOST_THREADS = 256;

export const HELP = `${USAGE}
Measures sigsweep beside other programs, whole processes in turn, on generated trees. Takes about half an hour; needs
about 16 GB of disk, and 14 GB more with --huge. Progress goes to standard error, tables to standard output.

  --trees LIST     of ${Object.keys(TREES).join(', ')};
                   files: the files-… from 1,000 to 1,000,000 (default: ${DEFAULT_TREES})
  --huge           besides the others a tree of 1,000,000 files as large as real ones
  --peers LIST     of ${Object.keys(PEERS).join(', ')}
                   (default: all of them that are installed; sigsweep always takes part)
  --runs N         runs of each that count, after one to warm up (default: ${FULL.runs})
  --threads LIST   numbers of threads that hash (default: ${FULL.threads})
  --quick          --trees ${QUICK.trees} --runs ${QUICK.runs} --threads ${QUICK.threads}
  --cold           besides the others whole scans without a page cache, by threads; as root
  --seed N         of the trees (default: 1)
  --dir DIR        where trees are kept from run to run (default: sigsweep-bench-UID in the folder for temporary files)
  --out DIR        where results.json and the plots go (default: bench/results)
  --write-readme   write the results into bench/README.md too
  --help           this

npm run bench:peers installs the other programs on Debian, as root. bench/README.md explains the results.
`;

/**
 * @param {readonly string[]} args
 * @returns {BenchOptions | 'help'}
 * @throws UsageError
 */
export function readArguments(args) {
  const values = parse(args);
  if (values.help === true) return 'help';
  const defaults = values.quick === true ? QUICK : FULL;
  const out = values.out === undefined ? KEPT_RESULTS : resolve(values.out);
  if (values['write-readme'] === true && out !== KEPT_RESULTS) {
    throw new UsageError('--write-readme shows what lies in bench/results: leave --out away');
  }
  const trees = list('trees', values.trees ?? defaults.trees).flatMap((name) =>
    name === 'files' ? FILE_SERIES : name,
  );
  const asked = values.peers === undefined ? Object.keys(PEERS) : list('peers', values.peers);
  return {
    trees: withHuge(known('trees', trees, Object.keys(TREES)), values.huge === true),
    peers: [...new Set(['sigsweep', ...known('peers', asked, Object.keys(PEERS))])],
    threads: list('threads', values.threads ?? defaults.threads).map((text) =>
      number('threads', text, 1, MOST_THREADS),
    ),
    runs: number('runs', values.runs ?? defaults.runs, 1, MOST_RUNS),
    seed: number('seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER),
    dir: values.dir === undefined ? DEFAULT_DIR : resolve(values.dir),
    out,
    cold: values.cold === true,
    writeReadme: values['write-readme'] === true,
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  try {
    return parseArgs({
      args: [...args],
      options: {
        trees: text,
        peers: text,
        runs: text,
        threads: text,
        seed: text,
        dir: text,
        out: text,
        huge: flag,
        quick: flag,
        cold: flag,
        'write-readme': flag,
        help: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** `huge` is ten gigabytes: who names it without saying so gets as many files, small ones. @param {string[]} trees @param {boolean} wanted */
function withHuge(trees, wanted) {
  const others = trees.map((name) => (name === 'huge' ? 'files-1000000' : name));
  return [...new Set([...others, ...(wanted ? ['huge'] : [])])];
}

/** @param {string} option @param {string} text */
function list(option, text) {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new UsageError(`--${option} takes a list with commas`);
  return items;
}

/** @param {string} option @param {readonly string[]} names @param {readonly string[]} all */
function known(option, names, all) {
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new UsageError(`--${option}: there is no ${unknown.join(', ')}, only ${all.join(', ')}`);
  return [...names];
}

/** @param {string} option @param {string} text @param {number} least @param {number} most */
function number(option, text, least, most) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new UsageError(`--${option} takes whole numbers from ${least} to ${most}`);
  }
  return value;
}
