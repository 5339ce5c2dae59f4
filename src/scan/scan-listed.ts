import type { BytePath } from '../files/bytepath.js';
import { fromLatin1, join } from '../files/bytepath.js';
import { FolderChain } from '../files/folder-chain.js';
import type { Report } from '../model.js';
import { ExitCode } from './exit-code.js';
import type { JudgedModule } from './judged-module.js';
import type { RunOptions } from './options.js';
import { run } from './run.js';
import { discoverModules } from './system/discover.js';
import { findLayout, type Layout, type LayoutOptions, MODULES_FOLDER, moduleFolder } from './system/layout.js';

/** How many links are named. */
const MOST_LINKS = 10;

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
    return {
      report: withLinks(report, discovered.links),
      layout,
      placeOf: (module, listed) => placeOf(modules, layout, module, listed),
    };
  } finally {
    chain.close();
  }
}

/** Behind each of them FreePBX may find a module, and nothing here does: a full scan looks at it where it lies. */
function withLinks(report: Report, links: readonly BytePath[]): Report {
  if (links.length === 0) return report;
  const named = links.slice(0, MOST_LINKS).map((name) => `${MODULES_FOLDER}/${name}`);
  const more = links.length > named.length ? ` and ${links.length - named.length} more` : '';
  const note = `not looked at, because a link leads there: ${named.join(', ')}${more}`;
  const exitCode = report.exitCode === ExitCode.clean ? ExitCode.incomplete : report.exitCode;
  return { ...report, complete: false, exitCode, notes: [...report.notes, note] };
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
