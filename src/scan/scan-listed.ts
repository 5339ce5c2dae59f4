import type { BytePath } from '../files/bytepath.js';
import { fromLatin1, join } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import type { Report } from '../model.js';
import type { JudgedModule } from './judged-module.js';
import type { RunOptions } from './options.js';
import { run } from './run.js';
import { discoverModules } from './system/discover.js';
import { findLayout, type Layout, type LayoutOptions, moduleFolder } from './system/layout.js';

/** What a scan of signatures and listed files says, and what it rests on. */
export interface ListedScan {
  readonly report: Report;
  readonly layout: Layout;
  /** Where a file was checked that a module's verified manifest lists, absolute; `null` where none was. */
  placeOf(module: BytePath, listed: BytePath): BytePath | null;
}

/**
 * Judges every module by its signature and the files that it lists; what nobody signed is not looked for.
 * @throws what {@link scan} throws.
 */
export async function scanListed(options: LayoutOptions & RunOptions): Promise<ListedScan> {
  const layout = findLayout(options);
  const chain = new FolderChain(layout.roots[0] ?? fromLatin1(''));
  try {
    const discovered = discoverModules(chain);
    const names = discovered.modules;
    const { report, modules } = await run({
      layout,
      chain,
      options,
      names,
      discovered,
      search: 'nothing',
      folderOf: moduleFolder,
    });
    return { report, layout, placeOf: (module, listed) => placeOf(modules, layout, module, listed) };
  } finally {
    chain.close();
  }
}

function placeOf(
  modules: readonly JudgedModule[],
  { roots }: Layout,
  name: BytePath,
  listed: BytePath,
): BytePath | null {
  const judged = modules.find(({ module }) => module.name === name);
  const file = judged?.plan.files.find((candidate) => candidate.listed === listed);
  const root = file === undefined ? undefined : roots[file.root];
  return file === undefined || root === undefined ? null : join(root, file.path);
}
