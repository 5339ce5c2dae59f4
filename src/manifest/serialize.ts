import { DataError } from '../errors.js';
import { type BytePath, toBytes } from '../files/bytepath.js';
import { MAX_MANIFEST_ENTRIES, MAX_SIGNATURE_LINE_BYTES } from '../limits.js';
import { checkConfig, parseConfigLine } from './config.js';
import { isHash } from './manifest.js';
import { checkListedPath } from './paths.js';

const HEADER = [
  '; Signed list of the files of one FreePBX module: each path with the SHA-256 of its contents.',
  '; Changing anything in it breaks the signature. Sign the module anew instead.',
  '',
];

/**
 * Writes the text of a `module.sig`, ready to be signed: `[config]` in the order given, `[hashes]` sorted by the bytes
 * of the paths, so that the same files always give the same text. What it writes, `parseManifest` reads back.
 *
 * Throws {@link DataError} for whatever the grammar cannot hold or the parser would refuse.
 */
export function serializeManifest(
  config: Iterable<readonly [string, string]>,
  entries: Iterable<readonly [BytePath, string]>,
): Buffer {
  const lines = [...HEADER, '[config]', ...configLines(config), '[hashes]', ...entryLines(entries), ';# End', ''];
  return Buffer.from(lines.join('\n'), 'latin1');
}

function configLines(config: Iterable<readonly [string, string]>): string[] {
  const seen = new Map<string, string>();
  const lines: string[] = [];
  for (const [key, value] of config) {
    const line = Buffer.from(`${key}=${value}`, 'utf8').toString('latin1');
    const [readKey, readValue] = parseConfigLine(line) ?? [];
    if (readKey !== key || readValue !== value || !isPrintableLine(line)) {
      throw new DataError(`the setting ${JSON.stringify(key)} cannot be written into a manifest`);
    }
    if (seen.has(key)) throw new DataError(`the setting ${key} is given twice`);
    seen.set(key, value);
    lines.push(line);
  }
  checkConfig(seen);
  return lines;
}

/** Why a manifest cannot list this path, in words that follow "the path …", or `null` when it can. */
export function whyNotListable(path: BytePath): string | null {
  return path.startsWith(';') ? 'begins with ";", which makes it a comment' : checkListedPath(path);
}

function entryLines(entries: Iterable<readonly [BytePath, string]>): string[] {
  const hashes = new Map<BytePath, string>();
  for (const [path, hash] of entries) {
    const problem = whyNotListable(path);
    if (problem !== null) throw new DataError(`the path ${quote(path)} ${problem}`);
    if (!isHash(hash)) throw new DataError(`the hash of ${quote(path)} is not 64 lower-case hexadecimal digits`);
    if (hashes.has(path)) throw new DataError(`the path ${quote(path)} is given twice`);
    hashes.set(path, hash);
  }
  if (hashes.size === 0) throw new DataError('there is no file to list');
  if (hashes.size > MAX_MANIFEST_ENTRIES) throw new DataError(`more than ${MAX_MANIFEST_ENTRIES} files to list`);
  // Characters are bytes, so the default order of strings is the order of the bytes.
  return [...hashes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, hash]) => `${path} = ${hash}`);
}

/** Whether a line survives signing as it is: no control character but tabs, no blank at its end, not too long. */
function isPrintableLine(line: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return line.length <= MAX_SIGNATURE_LINE_BYTES && !/[\x00-\x08\x0a-\x1f\x7f]|[ \t]$/.test(line);
}

function quote(path: BytePath): string {
  return JSON.stringify(toBytes(path).toString('utf8').slice(0, 200));
}
