/** Trees are kept from one run to the next: the same name, seed and parameters are the same folder. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../errors.mjs';
import { byteCount, count } from '../report/format.mjs';
import { roomFor, TREES } from './recipes.mjs';

/**
 * A tree that lies on the disk.
 *
 * @typedef {object} Tree
 * @property {string} name
 * @property {string} dir what is kept: the tree and its lists
 * @property {string} root the `/` of the system
 * @property {string} webRoot
 * @property {string} listedList for `sha256sum --check`, relative to the root
 * @property {string} allList every regular file, relative to the root, a zero byte after each
 * @property {import('./make-tree.mjs').Made} made
 */

/** Where everybody may write: whoever was there first may have made it. */
export const DEFAULT_DIR = join(tmpdir(), `sigsweep-bench-${process.getuid?.()}`);

const MAKE_TREE = fileURLToPath(new URL('make-tree.mjs', import.meta.url));

/** Whatever decides, besides a recipe, what a tree and its lists look like. */
const GENERATOR = fileURLToPath(new URL('../../dist/src/demo/', import.meta.url));
const GENERATOR_HERE = ['make-tree.mjs', 'recordings.mjs', 'lists.mjs'];

/** Left free on the disk besides what the trees take. */
const SPARE = 1.05;

export class TreeCache {
  #dir;
  #seed;
  #runner;
  #generator = generatorDigest();

  /** @param {string} dir @param {number} seed @param {import('../measure/runner.mjs').Runner} runner */
  constructor(dir, seed, runner) {
    this.#dir = dir;
    this.#seed = seed;
    this.#runner = runner;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (dir === DEFAULT_DIR && statSync(dir).uid !== process.getuid?.()) {
      throw new BenchError(`${dir} belongs to somebody else: give another folder with --dir`);
    }
    removeAbandoned(dir);
  }

  /**
   * The trees of these names; those that are not there are generated.
   *
   * @param {readonly string[]} names @param {(text: string) => void} say
   * @returns {Promise<Tree[]>}
   * @throws BenchError where the disk has no room, or one cannot be generated
   */
  async get(names, say) {
    this.#checkRoom(names.filter((name) => !existsSync(this.#place(name))));
    /** @type {Tree[]} */
    const trees = [];
    for (const name of names) {
      if (!existsSync(this.#place(name))) await this.#generate(name, say);
      const tree = this.#read(name);
      say(`tree ${name}: ${count(tree.made.allFiles)} files, ${byteCount(tree.made.allBytes)}, in ${tree.dir}`);
      trees.push(tree);
    }
    return trees;
  }

  /** @param {string} name */
  #place(name) {
    const parameters = JSON.stringify([TREES[name]?.recipe, this.#generator]);
    return join(this.#dir, `${name}-seed${this.#seed}-${digestOf(parameters).slice(0, 12)}`);
  }

  /** @param {readonly string[]} missing */
  #checkRoom(missing) {
    const rooms = missing.map((name) => roomFor(recipeOf(name)));
    const bytes = rooms.reduce((sum, room) => sum + room.bytes, 0) * SPARE;
    const inodes = rooms.reduce((sum, room) => sum + room.inodes, 0) * SPARE;
    const disk = statfsSync(this.#dir);
    const free = disk.bavail * disk.bsize;
    const need = missing.length === 1 ? `the tree ${missing[0]} needs` : `the trees ${missing.join(', ')} need`;
    if (bytes > free) {
      throw new BenchError(
        `${need} ${byteCount(bytes)}, and ${this.#dir} has ${byteCount(free)} free: give another folder with --dir, or fewer trees with --trees`,
      );
    }
    // Some file systems make inodes as they need them and say that there are none.
    if (disk.files > 0 && inodes > disk.ffree) {
      throw new BenchError(`${need} ${count(inodes)} inodes, and ${this.#dir} has ${count(disk.ffree)} free`);
    }
  }

  /** @param {string} name @param {(text: string) => void} say */
  async #generate(name, say) {
    const place = this.#place(name);
    const draft = `${place}.draft-${process.pid}`;
    const recipe = recipeOf(name);
    say(`tree ${name}: generating, about ${byteCount(roomFor(recipe).bytes)} …`);
    try {
      mkdirSync(draft);
      const argv = [process.execPath, MAKE_TREE, draft, JSON.stringify(recipe), String(this.#seed)];
      const { code, stderr } = await this.#runner.run(argv);
      if (code !== 0) throw new BenchError(`the tree ${name} could not be generated: ${stderr.trim()}`);
      if (!existsSync(place)) renameSync(draft, place);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  }

  /** @param {string} name @returns {Tree} */
  #read(name) {
    const dir = this.#place(name);
    const root = join(dir, 'tree');
    /** @type {import('./make-tree.mjs').Made} */
    const made = JSON.parse(readFileSync(join(dir, 'made.json'), 'utf8'));
    const lists = { listedList: join(dir, 'listed.sha256'), allList: join(dir, 'all.list') };
    return { name, dir, root, webRoot: join(root, made.webRoot), ...lists, made };
  }
}

/** @param {string} name */
function recipeOf(name) {
  const tree = TREES[name];
  if (tree === undefined) throw new BenchError(`there is no tree ${name}`);
  return tree.recipe;
}

/** A changed generator makes other trees. */
function generatorDigest() {
  const ofDemo = readdirSync(GENERATOR).filter((name) => name.endsWith('.js'));
  const files = [
    ...ofDemo.sort().map((name) => join(GENERATOR, name)),
    ...GENERATOR_HERE.map((name) => fileURLToPath(new URL(name, import.meta.url))),
  ];
  return digestOf(JSON.stringify(files.map((file) => readFileSync(file, 'utf8'))));
}

/** @param {string} text */
function digestOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

/** What runs left behind that were killed while they generated. @param {string} dir */
function removeAbandoned(dir) {
  for (const name of readdirSync(dir)) {
    const [, pid] = /\.draft-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}
