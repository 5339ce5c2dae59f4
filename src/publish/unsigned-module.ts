import { resolve } from 'node:path';
import { SigsweepError } from '../errors.js';
import { type BytePath, basename, fromText } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import { readFileBelow } from '../files/read.js';
import { MAX_TEXT_FILE_BYTES } from '../limits.js';
import { shortForTerminal } from '../report/shorten.js';
import { readModuleXml } from '../scan/signature/module-xml.js';
import { MODULE_XML } from '../scan/signature/signed-module.js';
import { type HashOptions, hashModule } from './hash-module.js';
import { REPOSITORIES, type Repository } from './manifest-text.js';
import { listModuleFiles } from './module-files.js';

/** A module that has been read and not signed yet. */
export interface UnsignedModule {
  /** Absolute. */
  readonly folder: BytePath;
  readonly name: BytePath;
  readonly repository: Repository;
  /** SHA-256 by path. */
  readonly entries: ReadonlyMap<BytePath, string>;
  /** What is passed over because of its name. */
  readonly hidden: readonly BytePath[];
}

/**
 * Requires that there is a module, before anybody is asked for anything.
 * @throws SigsweepError MODULE_NOT_FOUND, SIGNING_FAILED
 */
export function requireModule(path: string): void {
  const folder = fromText(resolve(path));
  const chain = new FolderChain(folder);
  try {
    identityOf(chain, folder);
  } finally {
    chain.close();
  }
}

/**
 * Reads what is signed of a module.
 * @throws SigsweepError MODULE_NOT_FOUND, SIGNING_FAILED; the signal's reason after an abort.
 */
export async function readUnsignedModule(path: string, options: HashOptions = {}): Promise<UnsignedModule> {
  const folder = fromText(resolve(path));
  const chain = new FolderChain(folder);
  try {
    const { name, repository } = identityOf(chain, folder);
    const { listed, hidden } = listModuleFiles(chain);
    const entries = await hashModule(folder, listed, options);
    return { folder, name, repository, entries, hidden };
  } finally {
    chain.close();
  }
}

function identityOf(chain: FolderChain, folder: BytePath): { name: BytePath; repository: Repository } {
  const xml = readFileBelow(chain, MODULE_XML, MAX_TEXT_FILE_BYTES);
  const where = shortForTerminal(folder);
  if (!xml.ok) throw new SigsweepError('MODULE_NOT_FOUND', `${where} is no module: module.xml: ${xml.detail}`);
  const { rawname, repo } = readModuleXml(xml.bytes.toString('latin1'));
  const name = basename(folder);
  if (rawname !== name) {
    const said = rawname === null ? 'names no module' : `is that of the module '${shortForTerminal(rawname)}'`;
    throw new SigsweepError('SIGNING_FAILED', `${where}: its module.xml ${said}: the folder must be called like it`);
  }
  return { name, repository: REPOSITORIES.find((known) => known === repo) ?? 'manual' };
}
