import { procAvailable } from '../files/proc.js';
import type { JudgedModule } from './judged-module.js';
import type { Discovered } from './system/discover.js';
import { type Layout, MODULES_FOLDER } from './system/layout.js';

/** What a reader must know about how the system was looked at. */
export function layoutNotes(layout: Layout, modules: readonly JudgedModule[], discovered: Discovered): string[] {
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
