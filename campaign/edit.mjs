/** Changes files on the disk and in memory alike, and takes every change back. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** One change to a system, as the scanner will see it and as {@link import('./expect.mjs').expectationOf} needs it. */
export class Edit {
  /** @type {(() => void)[]} */
  #undo = [];
  /** @type {Map<string, import('./expect.mjs').SignatureWorth>} */
  signatures = new Map();
  signer = 'good';
  /** @type {Set<string>} */
  unreadable = new Set();

  /** @param {import('./system.mjs').System} system */
  constructor(system) {
    this.system = system;
    this.tree = new Map(system.tree);
  }

  /** The bytes of a file as it lies there now. @param {string} path */
  bytes(path) {
    const node = this.tree.get(path);
    if (node?.type !== 'file') throw new Error(`${path} is no file`);
    return node.bytes;
  }

  /** Absolute. @param {string} path */
  absolute(path) {
    return join(this.system.dir, path);
  }

  /** @param {string} path @param {Buffer | string} content @param {number} [mode] */
  write(path, content, mode) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
    const before = this.tree.get(path);
    const newMode = mode ?? (before?.type === 'file' ? before.mode : 0o644);
    this.#makeRoom(path);
    writeFileSync(this.absolute(path), bytes);
    chmodSync(this.absolute(path), newMode);
    this.tree.set(path, { type: 'file', bytes, mode: newMode });
  }

  /** @param {string} path */
  remove(path) {
    this.#makeRoom(path);
    if (this.tree.delete(path)) unlinkSync(this.absolute(path));
  }

  /** A link from one place of the system to another. @param {string} path @param {string} place */
  linkTo(path, place) {
    this.link(path, relative(dirname(path), place));
  }

  /** @param {string} path @param {string} target */
  link(path, target) {
    this.remove(path);
    mkdirSync(dirname(this.absolute(path)), { recursive: true });
    symlinkSync(target, this.absolute(path));
    this.tree.set(path, { type: 'link', target });
  }

  /**
   * Renames a file, or a folder with all it holds. Nothing may stand at the new name.
   *
   * @param {string} from @param {string} to
   */
  rename(from, to) {
    this.#makeFolder(to);
    renameSync(this.absolute(from), this.absolute(to));
    this.#undo.push(() => renameSync(this.absolute(to), this.absolute(from)));
    for (const [path, node] of [...this.tree]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.tree.delete(path);
      this.tree.set(to + path.slice(from.length), node);
    }
  }

  /** @param {string} path @param {number} mode */
  chmod(path, mode) {
    const node = this.tree.get(path);
    if (node?.type !== 'file') throw new Error(`${path} is no file`);
    const { mode: before } = node;
    chmodSync(this.absolute(path), mode);
    this.#undo.push(() => chmodSync(this.absolute(path), before));
    this.tree.set(path, { ...node, mode: mode & 0o777 });
    if ((mode & 0o444) === 0 && process.getuid?.() !== 0) this.unreadable.add(path);
  }

  /** @param {string} path @param {Date} time */
  setTimes(path, time) {
    const { atime, mtime } = lstatSync(this.absolute(path));
    utimesSync(this.absolute(path), time, time);
    this.#undo.push(() => utimesSync(this.absolute(path), atime, mtime));
  }

  /** Writes the same bytes as a new file under the old name. @param {string} path */
  replaceByCopy(path) {
    const { mode } = lstatSync(this.absolute(path));
    const copy = `${this.absolute(path)}.new`;
    writeFileSync(copy, this.bytes(path));
    chmodSync(copy, mode & 0o777);
    renameSync(copy, this.absolute(path));
  }

  revert() {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
  }

  /** Sees to it that whatever stands at the path now will stand there again. @param {string} path */
  #makeRoom(path) {
    const before = this.tree.get(path);
    const file = this.absolute(path);
    if (before === undefined) this.#makeFolder(path);
    this.#undo.push(() => {
      rmSync(file, { recursive: true, force: true });
      if (before?.type === 'link') symlinkSync(before.target, file);
      if (before?.type !== 'file') return;
      writeFileSync(file, before.bytes);
      chmodSync(file, before.mode);
    });
  }

  /** Makes the folders that a new path needs. @param {string} path */
  #makeFolder(path) {
    const made = mkdirSync(dirname(this.absolute(path)), { recursive: true });
    if (made !== undefined) this.#undo.push(() => rmSync(made, { recursive: true, force: true }));
  }
}
