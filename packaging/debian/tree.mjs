import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

const MODE = 0o644;
export const EXECUTABLE = 0o755;

/** The tree of a package while it is made. Whatever is put there belongs to everybody's eyes and to root's hands. */
export class PackageTree {
  /** @param {string} root */
  constructor(root) {
    this.root = root;
  }

  /** @param {string} path absolute, as it is installed @param {string | Buffer} content @param {number} [mode] */
  write(path, content, mode = MODE) {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  }

  /** The same, compressed without a date. @param {string} path @param {string | Buffer} content */
  writeGzip(path, content) {
    this.write(path, gzipSync(content, { level: 9 }));
  }

  /**
   * @param {string} path @param {string} from a file or a folder
   * @param {(source: string) => boolean} [wanted]
   */
  copy(path, from, wanted = () => true) {
    cpSync(from, join(this.root, path), { recursive: true, filter: wanted });
    for (const file of filesBelow(join(this.root, path))) chmodSync(file, MODE);
  }

  /** Gives everything the same date, and folders their mode. @param {Date} date */
  settle(date) {
    for (const path of [this.root, ...everythingBelow(this.root)]) {
      if (lstatSync(path).isDirectory()) chmodSync(path, EXECUTABLE);
      lutimesSync(path, date, date);
    }
  }

  /** `DEBIAN/md5sums` of what is there by now: Debian checks installed files by it. */
  md5sums() {
    return filesBelow(this.root)
      .map(
        (file) =>
          `${createHash('md5').update(readFileSync(file)).digest('hex')}  ${file.slice(this.root.length + 1)}\n`,
      )
      .join('');
  }

  /** How much it takes on a disk. @returns {number} KiB */
  kibibytes() {
    return filesBelow(this.root).reduce((sum, file) => sum + Math.ceil(lstatSync(file).size / 1024), 0);
  }
}

/** @param {string} folder */
function everythingBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .sort();
}

/** @param {string} path a file or a folder */
function filesBelow(path) {
  if (lstatSync(path).isFile()) return [path];
  return everythingBelow(path).filter((file) => lstatSync(file).isFile());
}
