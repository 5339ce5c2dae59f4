/** A signed module of large files: what a system's sound packages are, and what a scan does with many bytes. */
import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { writeModuleSignature } from '../../dist/src/demo/module-signature.js';
import { moduleXml } from '../../dist/src/demo/modules.js';
import { fromText } from '../../dist/src/files/bytepath.js';

const MODULE = 'soundpack';
const PART_BYTES = 1 << 20;

/**
 * @param {import('../../dist/src/demo/system.js').GeneratedSystem} system
 * @param {{ files: number, bytes: number }} recordings
 * @param {number} seed
 */
export async function addRecordings(system, recordings, seed) {
  const folder = join(system.webRoot, 'admin/modules', MODULE);
  mkdirSync(join(folder, 'sounds'), { recursive: true });
  const stream = new Keystream(seed);
  const xml = Buffer.from(moduleXml(MODULE, '17.0.1'));
  /** @type {[import('../../dist/src/files/bytepath.js').BytePath, string][]} */
  const listed = [[fromText('module.xml'), writeParts(join(folder, 'module.xml'), [xml])]];
  for (let index = 0; index < recordings.files; index++) {
    const path = `sounds/prompt-${String(index).padStart(3, '0')}.wav`;
    listed.push([fromText(path), writeParts(join(folder, path), stream.parts(recordings.bytes))]);
  }
  await writeModuleSignature(folder, listed, system.signer);
  return {
    module: { name: MODULE, path: folder, listed: listed.map(([path]) => path) },
    files: listed.length,
    bytes: xml.length + recordings.files * recordings.bytes,
  };
}

/** Writes the parts one after the other. Returns their SHA-256. @param {string} path @param {Iterable<Buffer>} parts */
function writeParts(path, parts) {
  const hash = createHash('sha256');
  const descriptor = openSync(path, 'wx');
  try {
    for (const part of parts) {
      hash.update(part);
      for (let done = 0; done < part.length; ) done += writeSync(descriptor, part, done);
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

/** Bytes that a seed repeats and nothing compresses: no file system can make less of them than there are. */
class Keystream {
  #cipher;
  #zeros = Buffer.alloc(PART_BYTES);

  /** @param {number} seed */
  constructor(seed) {
    const key = createHash('sha256').update(`sigsweep bench ${seed}`).digest();
    this.#cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  }

  /** @param {number} bytes */
  *parts(bytes) {
    for (let left = bytes; left > 0; left -= PART_BYTES) {
      yield this.#cipher.update(this.#zeros.subarray(0, Math.min(left, PART_BYTES)));
    }
  }
}
