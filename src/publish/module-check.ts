import { resolve } from 'node:path';
import { SigsweepError } from '../errors.js';
import { basename, fromLatin1, fromText } from '../files/bytepath.js';
import { FolderChain, FolderError } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import { shortForTerminal } from '../report/shorten.js';
import { MODULE_XML } from '../scan/signature/signed-module.js';
import { countInWords } from '../words.js';
import { checkPhp } from './check-php.js';
import { checkTree } from './check-tree.js';
import { checkModuleXml, type XmlFacts } from './check-xml.js';

/** How many problems are told one by one. */
const MOST_TOLD = 50;

/** What is known of a module that may be published. */
export interface ModuleFacts extends XmlFacts {
  /** What its publisher should know, escaped for a terminal. */
  readonly notes: readonly string[];
}

/**
 * Checks whether a module can be published as it lies in its folder: what `module.xml` says, what lies there besides,
 * and whether PHP can read its files. Nothing is run or written.
 * @throws SigsweepError MODULE_NOT_FOUND where there is no such folder, or no `module.xml` in it; MODULE_NOT_PUBLISHABLE with everything that is
 * wrong, a line each in its `details`.
 */
export async function checkModule(path: string): Promise<ModuleFacts> {
  const folder = fromText(resolve(path));
  const chain = new FolderChain(folder);
  try {
    requireFolder(chain, path);
    const problems: string[] = [];
    const facts = await factsOf(chain, basename(folder), problems);
    const notes = await checkPhp(chain, checkTree(chain, problems), problems);
    if (facts === null || problems.length > 0) throw notPublishable(path, problems);
    return { ...facts, notes };
  } finally {
    chain.close();
  }
}

async function factsOf(chain: FolderChain, name: string, problems: string[]): Promise<XmlFacts | null> {
  const xml = readFileBelow(chain, MODULE_XML, MAX_TEXT_FILE_BYTES);
  if (xml.ok) return checkModuleXml(xml.bytes, name, problems);
  // What else lies in a folder that is no module need not be looked through: it may be a whole disk.
  if (xml.outcome === 'missing') {
    throw new SigsweepError('MODULE_NOT_FOUND', `${shortForTerminal(name)} is no module: it has no module.xml`);
  }
  problems.push(`module.xml: ${xml.detail}`);
  return null;
}

function requireFolder(chain: FolderChain, path: string): void {
  try {
    chain.enter(fromLatin1(''));
  } catch (cause) {
    if (!(cause instanceof FolderError)) throw cause;
    throw new SigsweepError('MODULE_NOT_FOUND', `${path}: give the folder of a module (${cause.detail})`, { cause });
  }
}

function notPublishable(path: string, problems: readonly string[]): SigsweepError {
  const more = problems.length - MOST_TOLD;
  const details = [...problems.slice(0, MOST_TOLD), ...(more > 0 ? [`and ${more} more`] : [])];
  const where = shortForTerminal(fromText(path));
  const message = `${where} cannot be published, for ${countInWords(problems.length, 'reason')}`;
  return new SigsweepError('MODULE_NOT_PUBLISHABLE', message, { details });
}
