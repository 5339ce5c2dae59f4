import { createHash, hash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { errorInWords } from '../files/failure.js';
import { changeSince, readFully } from '../files/read.js';
import { MAX_HASHED_FILE_BYTES, MAX_TEXT_FILE_BYTES, SNIFF_BYTES } from '../limits.js';
import { examine } from './examine.js';
import { containsPhp, isExecutableContent, PHP_TAG_BYTES } from './inspect.js';
import { type Examined, type Outcome, Task } from './job.js';
import type { RateLimit } from './rate-limit.js';
import { CHUNK_BYTES } from './tuning.js';

/** What the content of one open file says. */
export interface Content {
  readonly outcome: Outcome;
  readonly detail: string;
  /** SHA-256 as lower-case hexadecimal digits; '' where the file was not read whole. */
  readonly sha256: string;
  readonly containsPhp: boolean;
  readonly executableContent: boolean;
  readonly examined: Examined | null;
}

/** Bytes kept from one chunk to the next, so that a tag across their boundary is found. */
const OVERLAP = PHP_TAG_BYTES - 1;

/** What every thread reads into; larger only while a file is examined. Made at the first use. */
let chunk: Buffer | undefined;

/** How many bytes the tasks of a file need of it. */
export function bytesNeeded(task: number, size: number): number {
  if ((task & (Task.hash | Task.sniffWhole | Task.examine)) !== 0) return size;
  return (task & Task.sniff) === 0 ? 0 : Math.min(size, SNIFF_BYTES);
}

/** In how many of the bytes that are read a file's tasks look for PHP. */
function bytesSniffed(task: number, bytes: number): number {
  if ((task & Task.sniffWhole) !== 0) return bytes;
  return (task & Task.sniff) === 0 ? 0 : Math.min(bytes, SNIFF_BYTES);
}

/** Whether the tasks of a file can be done at all. */
export function isTooLarge(task: number, size: number): boolean {
  return bytesNeeded(task, size) > MAX_HASHED_FILE_BYTES;
}

/**
 * Reads an open regular file as far as its tasks need, never past the size it had when it was opened. A limit of the
 * rate holds the calling thread up before each read. Never throws: what went wrong is the result.
 */
export function readContent(descriptor: number, stat: Stats, name: string, task: number, limit?: RateLimit): Content {
  if (isTooLarge(task, stat.size)) {
    return notRead('unreadable', `${stat.size} bytes: larger than any file that is hashed`);
  }
  try {
    const pieceBytes = limit?.pieceBytes ?? CHUNK_BYTES;
    const isWhole = bytesNeeded(task, stat.size) === stat.size && (task & Task.examine) === 0;
    if (isWhole && stat.size <= pieceBytes) return readAtOnce(descriptor, stat, task, limit);
    return readInPieces(descriptor, stat, name, task, pieceBytes, limit);
  } catch (error) {
    return notRead('unreadable', errorInWords(error));
  }
}

/** The way of nearly every file: one read, one call that hashes. What is read whole is hashed, asked for or not. */
function readAtOnce(descriptor: number, stat: Stats, task: number, limit: RateLimit | undefined): Content {
  const buffer = bufferFor(CHUNK_BYTES);
  limit?.hold(stat.size);
  const count = readFully(descriptor, buffer, 0, stat.size);
  const bytes = buffer.subarray(0, count);
  const sniffed = bytes.subarray(0, bytesSniffed(task, count));
  const php = sniffed.length > 0 && containsPhp(sniffed);
  const executable = sniffed.length > 0 && isExecutableContent(sniffed);
  const change = changeSince(descriptor, stat, count);
  if (change !== '') return { ...notRead('changed', change), containsPhp: php, executableContent: executable };
  const sha256 = hash('sha256', bytes, 'hex');
  return { outcome: 'read', detail: '', sha256, containsPhp: php, executableContent: executable, examined: null };
}

function readInPieces(
  descriptor: number,
  stat: Stats,
  name: string,
  task: number,
  pieceBytes: number,
  limit: RateLimit | undefined,
): Content {
  const needed = bytesNeeded(task, stat.size);
  const whole = (task & Task.examine) !== 0 && needed <= MAX_TEXT_FILE_BYTES;
  const buffer = bufferFor(whole ? needed : CHUNK_BYTES);
  // Only few files are examined, and none large: what is examined stays one piece.
  const most = whole ? needed : pieceBytes;
  const sniffed = bytesSniffed(task, needed);
  // A file that is read at once without a limit has its hash, and must not be read for it again where there is one.
  const isRead = (task & Task.examine) === 0 && needed === stat.size && needed <= CHUNK_BYTES;
  const digest = (task & Task.hash) !== 0 || isRead ? createHash('sha256') : null;
  let php = false;
  let executable = false;
  let carried = 0;
  let position = 0;
  let fresh = buffer.subarray(0, 0);
  while (position < needed) {
    const piece = Math.min(most, needed - position);
    limit?.hold(piece);
    const count = readFully(descriptor, buffer, OVERLAP, piece);
    fresh = buffer.subarray(OVERLAP, OVERLAP + count);
    if (position === 0 && sniffed > 0) executable = isExecutableContent(fresh);
    if (position < sniffed && !php) {
      php = containsPhp(buffer.subarray(OVERLAP - carried, OVERLAP + Math.min(count, sniffed - position)));
      carried = Math.min(OVERLAP, count);
      buffer.copy(buffer, OVERLAP - carried, OVERLAP + count - carried, OVERLAP + count);
    }
    digest?.update(fresh);
    position += count;
    if (count === 0) break;
  }
  const change = changeSince(descriptor, stat, position < needed ? position : stat.size);
  if (change !== '') return { ...notRead('changed', change), containsPhp: php, executableContent: executable };
  const examined = whole ? examine(fresh, name) : null;
  return {
    outcome: 'read',
    detail: '',
    sha256: digest?.digest('hex') ?? '',
    containsPhp: php,
    executableContent: executable,
    examined,
  };
}

function notRead(outcome: Outcome, detail: string): Content {
  return { outcome, detail, sha256: '', containsPhp: false, executableContent: false, examined: null };
}

function bufferFor(bytes: number): Buffer {
  if (bytes > CHUNK_BYTES) return Buffer.allocUnsafeSlow(OVERLAP + bytes);
  chunk ??= Buffer.allocUnsafeSlow(OVERLAP + CHUNK_BYTES);
  return chunk;
}
