import { type BytePath, compareBytes, join } from '../files/bytepath.js';
import { procAvailable } from '../files/proc.js';
import type { PlannedModule } from './judged-module.js';
import type { Discovered } from './system/discover.js';
import { type Layout, MODULES_FOLDER } from './system/layout.js';

/** What a reader must know about how the system was looked at. */
export function layoutNotes(layout: Layout, modules: readonly PlannedModule[], discovered: Discovered): string[] {
  const notes = [...layout.notes];
  if (discovered.problem !== null)
    notes.push(`${MODULES_FOLDER} could not be listed, so no module was verified: ${discovered.problem}`);
  if (discovered.problem === null && discovered.modules.length === 0) {
    notes.push(`there is no module in ${MODULES_FOLDER}, so nothing was verified`);
  }
  const framework = modules.find(({ module }) => module.name === 'framework');
  if (layout.unknownFolders.length > 0 && framework?.module.manifest) {
    notes.push(
      `not checked: framework's files in ${layout.unknownFolders.join(', ')}; this is a copied system, so say where ` +
        'they are with --root DIR or --map FOLDER=DIR',
    );
  }
  if (!procAvailable()) {
    notes.push('/proc is not mounted: folders are opened by path, which somebody quick enough could swap meanwhile');
  }
  return notes;
}

/** What a reader must know about folders below the web root. */
export function treeNotes(
  { root, oneFileSystem }: { readonly root: BytePath; readonly oneFileSystem: boolean },
  vanished: readonly BytePath[],
  mounts: readonly BytePath[],
): string[] {
  const place = (folder: BytePath) => join(root, folder);
  const searched = oneFileSystem ? ', and was not searched for what nobody signed' : '';
  return [
    ...[...vanished].sort(compareBytes).map((folder) => `${place(folder)} vanished during the scan`),
    ...outermost(mounts).map((folder) => `${place(folder)} lies on another file system than the web root${searched}`),
  ];
}

/** Of folders that lie in each other only the outermost, sorted. */
function outermost(folders: readonly BytePath[]): BytePath[] {
  const kept: BytePath[] = [];
  for (const folder of [...folders].sort((a, b) => compareBytes(`${a}/`, `${b}/`))) {
    if (!folder.startsWith(`${kept.at(-1)}/`)) kept.push(folder);
  }
  return kept;
}
