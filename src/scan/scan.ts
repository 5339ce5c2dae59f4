import { SigsweepError } from '../errors.js';
import { type BytePath, fromLatin1, fromText } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import type { Report } from '../model.js';
import type { ScanMemory } from './memory.js';
import type { ScanOptions } from './options.js';
import { run } from './run.js';
import type { ScanPlan, Subject } from './subject.js';
import { type Discovered, discoverModules } from './system/discover.js';
import { findLayout, moduleFolder } from './system/layout.js';

/**
 * Scans a FreePBX system: verifies every module's signature, hashes every listed file in worker threads, and finds
 * what nobody signed. Reads only: nothing in the scanned tree is written, run, or followed where a link leads.
 *
 * @param options what is scanned, whose signatures count, and how.
 * @throws SigsweepError when it cannot start: USAGE, WEB_ROOT_NOT_FOUND, MODULE_NOT_FOUND, KEYRING_UNREADABLE,
 * KEYRING_MALFORMED, FILE_UNSAFE, FINGERPRINT_MALFORMED, REVOKED_LIST_UNREADABLE, GNUPG_FAILED. A broken signature or an unreadable
 * file never throws: it is a verdict or a finding, and what could not be read makes the report incomplete.
 */
export function scan(options: ScanOptions = {}): Promise<Report> {
  return scanWithMemory(options);
}

/**
 * The same, with what earlier scans of the web root remember.
 * @throws what {@link scan} throws.
 */
export async function scanWithMemory(
  options: ScanOptions,
  remember?: (webRoot: BytePath) => ScanMemory,
): Promise<Report> {
  const layout = findLayout(options);
  const webRoot = layout.roots[0] ?? fromLatin1('');
  const chain = new FolderChain(webRoot);
  try {
    const subject: Subject = { layout, chain, options, ...planIn(chain, options), folderOf: moduleFolder };
    const { report } = await run(remember === undefined ? subject : { ...subject, memory: remember(webRoot) });
    return report;
  } finally {
    chain.close();
  }
}

/**
 * What a scan looks at in the web root that the chain was made for.
 * @throws SigsweepError MODULE_NOT_FOUND
 */
export function planIn(chain: FolderChain, { modules }: ScanOptions): ScanPlan {
  const discovered = discoverModules(chain);
  const asked = modules?.map((name) => knownModule(discovered, name));
  const names = asked === undefined ? discovered.modules : [...new Set(asked)];
  return { names, discovered, search: modules === undefined ? 'everything' : 'modules' };
}

function knownModule(discovered: Discovered, name: string): BytePath {
  const module = discovered.modules.find((candidate) => candidate === fromText(name));
  if (module !== undefined) return module;
  throw new SigsweepError(
    'MODULE_NOT_FOUND',
    `module ${name}: admin/modules has no such folder with a module.xml or a module.sig`,
  );
}
