import { DataError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { MAX_MANIFEST_ENTRIES } from '../limits.js';
import type { VerifiedText } from '../openpgp/verified-text.js';
import { type Config, checkConfig, type ManifestType, parseConfigLine } from './config.js';
import { checkListedPath } from './paths.js';

/** The contents of a `module.sig`, after its signature verified. */
export interface Manifest {
  /** Every key of `[config]`, claims about the signer among them: who signed is known from the signature alone. */
  readonly config: ReadonlyMap<string, string>;
  /** `local`: the real list lies in the machine's secure directory, and this one names only its hash. */
  readonly type: ManifestType;
  /** From when on the module counts as revoked, or `null` for never. */
  readonly expiresAfter: Date | null;
  /** SHA-256 by path: 64 lower-case hexadecimal digits. */
  readonly entries: ReadonlyMap<BytePath, string>;
}

/**
 * Parses the text of a `module.sig` by a grammar that holds for every genuine one: blank lines, comments, one
 * `[config]` with `key=value`, then one `[hashes]` with `path = hash`. Paths are taken literally, whatever INI readers
 * make of parentheses, quotes or semicolons in them.
 *
 * Throws {@link DataError} with the line's number for anything else.
 */
export function parseManifest(text: VerifiedText): Manifest {
  const content = text.bytes.toString('latin1');
  const config = new Map<string, string>();
  const entries = new Map<BytePath, string>();
  let section: 'none' | 'config' | 'hashes' = 'none';
  let number = 0;
  for (let start = 0; start < content.length; ) {
    const lineFeed = content.indexOf('\n', start);
    const end = lineFeed < 0 ? content.length : lineFeed;
    const line = content.slice(start, end);
    start = end + 1;
    number++;
    if (line === '' || isComment(line)) continue;
    if (line.startsWith('[') && line.endsWith(']')) section = enterSection(section, line, number);
    else if (section === 'hashes') addEntry(entries, line, number);
    else if (section === 'config') addConfig(config, line, number);
    else throw at(number, 'stands before [config]');
  }
  if (section !== 'hashes') throw new DataError('the signed text has no [hashes] section');
  if (entries.size === 0) throw new DataError('the [hashes] section lists no file');
  return { config, ...checkConfig(config), entries };
}

/** A `;` line; or a `#` line that cannot be an entry, such as the `# End` of old manifests. */
function isComment(line: string): boolean {
  return line.startsWith(';') || (line.startsWith('#') && !line.includes('='));
}

function enterSection(section: string, line: string, number: number): 'config' | 'hashes' {
  if (section === 'none' && line === '[config]') return 'config';
  if (section === 'config' && line === '[hashes]') return 'hashes';
  throw at(number, 'is a section that does not belong there');
}

function addConfig(config: Config, line: string, number: number): void {
  const [key, value] = parseConfigLine(line) ?? [];
  if (key === undefined || value === undefined) throw at(number, 'is not "key=value"');
  if (config.has(key)) throw at(number, `sets ${key} a second time`);
  config.set(key, value);
}

function addEntry(entries: Map<BytePath, string>, line: string, number: number): void {
  const separator = line.lastIndexOf(' = ');
  const hash = line.slice(separator + 3);
  if (separator < 0 || !isHash(hash)) throw at(number, 'is not "path = hash" with 64 lower-case hexadecimal digits');
  // A slice keeps the whole text alive; a manifest is small, and its paths are most of it.
  const path = fromLatin1(line.slice(0, separator));
  const problem = checkListedPath(path);
  if (problem !== null) throw at(number, `lists a path that ${problem}`);
  if (entries.has(path)) throw at(number, 'lists a path a second time');
  if (entries.size === MAX_MANIFEST_ENTRIES) throw new DataError(`more than ${MAX_MANIFEST_ENTRIES} files are listed`);
  entries.set(path, hash);
}

/** Whether the text is a SHA-256 as manifests write it. */
export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function at(number: number, problem: string): DataError {
  return new DataError(`line ${number} of the signed text ${problem}`);
}
