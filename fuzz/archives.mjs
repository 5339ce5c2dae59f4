/** Tar archives as entries, so that changes leave the checksums and the blocks whole. */
import { checksumOf, FIELD } from '../dist/src/package/tar-format.js';
import { headerBlocks, padding } from '../dist/src/package/tar-writer.js';

const BLOCK = 512;

/** @typedef {import('../dist/src/demo/prng.js').Random} Random */
/** @typedef {import('../dist/src/files/bytepath.js').BytePath} BytePath */

/** A file or folder as our own writer has it. @param {string} path @param {string} [content] `undefined` for a folder */
export function entry(path, content) {
  const bytes = Buffer.from(content ?? '', 'latin1');
  /** @type {import('../dist/src/package/tar-writer.js').WrittenEntry} */
  const written = {
    path: /** @type {BytePath} */ (path),
    kind: content === undefined ? 'folder' : 'file',
    size: bytes.length,
    executable: false,
    mtime: 1_700_000_000,
  };
  return Buffer.concat([headerBlocks(written), bytes, padding(bytes.length)]);
}

/** What is said of the next entry. @param {string} type @param {string} text */
export function extension(type, text) {
  const bytes = entry('PaxHeaders/x', text);
  bytes.write(type, FIELD.type[0], 'latin1');
  return withChecksum(bytes);
}

/** @param {Buffer[]} entries */
export function archive(...entries) {
  return Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
}

/** The same archive with the right checksum in its first header. @param {Buffer} bytes */
export function withChecksum(bytes) {
  const sum = checksumOf(bytes.subarray(0, BLOCK)).toString(8).padStart(6, '0');
  bytes.write(`${sum}\0 `, FIELD.checksum[0], 'latin1');
  return bytes;
}

/** Each header with its content; what is no whole archive is cut where that shows. @param {Buffer} bytes */
function split(bytes) {
  const entries = [];
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const size = Number.parseInt(bytes.toString('latin1', at + FIELD.size[0], at + FIELD.size[0] + 11), 8);
    const blocks = Math.ceil((Number.isNaN(size) ? 0 : size) / BLOCK);
    const end = Math.min(bytes.length, at + BLOCK * (1 + blocks));
    entries.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return entries;
}

/**
 * Takes out, doubles, exchanges or changes entries of an archive.
 *
 * @param {Random} random @param {Buffer} input @param {Buffer} other
 * @param {(bytes: Buffer) => Buffer} change of the bytes of a header or of content
 */
export function mutateArchive(random, input, other, change) {
  const entries = split(input);
  const others = split(other);
  if (entries.length === 0 || others.length === 0) return null;
  const at = random.below(entries.length);
  const here = entries[at] ?? Buffer.alloc(0);
  const action = random.below(6);
  if (action === 0) entries.splice(at, 1);
  else if (action === 1) entries.splice(random.below(entries.length + 1), 0, random.pick(others));
  else if (action === 2) entries.splice(random.below(entries.length + 1), 0, Buffer.from(here));
  else if (action === 3) entries[at] = Buffer.concat([here.subarray(0, BLOCK), whole(change(here.subarray(BLOCK)))]);
  else entries[at] = withField(random, here, change);
  return Buffer.concat(entries.map((one) => (isEnd(one) ? one : withChecksum(Buffer.from(one)))));
}

/** @param {Random} random @param {Buffer} bytes @param {(bytes: Buffer) => Buffer} change */
function withField(random, bytes, change) {
  const [start, length] = random.pick(Object.values(FIELD));
  const field = Buffer.alloc(length);
  change(bytes.subarray(start, start + length)).copy(field);
  const changed = Buffer.from(bytes);
  field.copy(changed, start);
  return changed;
}

/** Whole blocks. @param {Buffer} bytes */
function whole(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

/** @param {Buffer} bytes */
function isEnd(bytes) {
  return bytes.every((byte) => byte === 0);
}
