/** Changes to bytes at random. */

/** @typedef {import('../dist/src/demo/prng.js').Random} Random */

/** Longest input made. The limits of the parsers are reached by tests of their own. */
export const MAX_INPUT_BYTES = 32_768;

const INTERESTING = [0, 1, 9, 10, 13, 32, 45, 58, 59, 61, 127, 128, 191, 192, 223, 224, 254, 255];

/**
 * One to four changes to an input.
 *
 * @param {Random} random @param {Buffer} input
 * @param {readonly Buffer[]} others inputs to take parts from
 * @param {readonly string[]} words of the format, as latin1
 * @returns {Buffer}
 */
export function mutate(random, input, others, words) {
  let bytes = input;
  for (let left = 1 + random.below(4); left > 0; left--) {
    bytes = random.pick(CHANGES)(random, bytes, others, words).subarray(0, MAX_INPUT_BYTES);
  }
  return bytes;
}

/** @type {((random: Random, bytes: Buffer, others: readonly Buffer[], words: readonly string[]) => Buffer)[]} */
const CHANGES = [
  function flipBit(random, bytes) {
    return withByte(random, bytes, (byte) => byte ^ (1 << random.below(8)));
  },
  function setByte(random, bytes) {
    return withByte(random, bytes, () => random.pick(INTERESTING));
  },
  function addToByte(random, bytes) {
    return withByte(random, bytes, (byte) => byte + random.below(33) - 16);
  },
  function remove(random, bytes) {
    return splice(random, bytes, 1 + random.below(random.pick([2, 16, 256])), Buffer.alloc(0));
  },
  function insertBytes(random, bytes) {
    const added = Buffer.from(Array.from({ length: 1 + random.below(8) }, () => random.below(256)));
    return splice(random, bytes, 0, added);
  },
  function insertWord(random, bytes, _, words) {
    return splice(random, bytes, 0, Buffer.from(random.pick(words), 'latin1'));
  },
  function overwriteWithWord(random, bytes, _, words) {
    const word = Buffer.from(random.pick(words), 'latin1');
    return splice(random, bytes, word.length, word);
  },
  function repeatPart(random, bytes) {
    const part = partOf(random, bytes);
    return splice(random, bytes, 0, Buffer.concat(Array.from({ length: 1 + random.below(8) }, () => part)));
  },
  function movePart(random, bytes) {
    return splice(random, bytes, random.below(32), partOf(random, bytes));
  },
  function takeFromOther(random, bytes, others) {
    const other = partOf(random, random.pick(others));
    return splice(random, bytes, random.pick([0, other.length]), other);
  },
  function join(random, bytes, others) {
    const other = random.pick(others);
    return Buffer.concat([
      bytes.subarray(0, random.below(bytes.length + 1)),
      other.subarray(random.below(other.length + 1)),
    ]);
  },
  function cut(random, bytes) {
    return bytes.subarray(0, random.below(bytes.length + 1));
  },
  function changeLines(random, bytes) {
    const lines = bytes.toString('latin1').split('\n');
    const at = random.below(lines.length);
    const line = lines[at] ?? '';
    const changed = random.pick([
      [],
      [line, line],
      [line, ''],
      [`${line} `],
      [`${line}\r`],
      [`- ${line}`],
      [line.slice(0, -1)],
    ]);
    lines.splice(at, 1, ...changed);
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  function swapLines(random, bytes) {
    const lines = bytes.toString('latin1').split('\n');
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

/** @param {Random} random @param {Buffer} bytes @param {(byte: number) => number} change */
function withByte(random, bytes, change) {
  if (bytes.length === 0) return bytes;
  const changed = Buffer.from(bytes);
  const at = random.below(bytes.length);
  changed[at] = change(changed[at] ?? 0);
  return changed;
}

/** @param {Random} random @param {Buffer} bytes @param {number} removed @param {Buffer} added */
function splice(random, bytes, removed, added) {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
}

/** @param {Random} random @param {Buffer} bytes */
function partOf(random, bytes) {
  const start = random.below(bytes.length + 1);
  return bytes.subarray(start, start + 1 + random.below(random.pick([4, 64, 1024])));
}
