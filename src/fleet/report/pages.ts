import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { writeWhole } from '../../files/write.js';
import { htmlParts } from '../../report/html/html.js';
import type { FleetReport } from '../findings/types.js';
import { contentsOf } from '../store/reports.js';
import type { FleetStore } from '../store/store.js';
import { fleetPage } from './page.js';

/** The page of the fleet. */
export const FLEET_PAGE = 'index.html';

/**
 * Writes the fleet as pages: `index.html`, and for each host that has reported its own report in `hosts/NAME.html`. Each
 * file is there as it was before or whole, and the page of the fleet comes last, so that what it leads to is there.
 * @param folder made where it is not there.
 * @returns how many hosts have a page.
 * @throws SigsweepError OUTPUT_FAILED
 */
export function writeFleetPages(folder: string, store: FleetStore, report: FleetReport): number {
  const hosts = join(folder, 'hosts');
  try {
    mkdirSync(hosts, { recursive: true, mode: 0o750 });
  } catch (cause) {
    throw new SigsweepError('OUTPUT_FAILED', `cannot make ${hosts}: ${errorInWords(cause)}`, { cause });
  }
  const paged = new Set<string>();
  for (const { name, whole, part } of report.hosts) {
    // Of a host that only ever reported single modules, at least those.
    const shown = whole ?? part;
    const contents = shown === null ? null : contentsOf(store, shown.number);
    if (contents === null) continue;
    writeWhole(join(hosts, `${name}.html`), htmlParts(contents));
    paged.add(name);
  }
  writeWhole(join(folder, FLEET_PAGE), fleetPage(report, paged));
  return paged.size;
}
