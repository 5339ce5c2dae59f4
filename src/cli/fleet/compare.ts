import { compareHosts } from '../../fleet/findings/compare-hosts.js';
import { comparisonText } from '../../fleet/report/comparison.js';
import { comparisonJson } from '../../fleet/report/json.js';
import { hostByName, listHosts } from '../../fleet/store/hosts.js';
import { print } from '../output.js';
import { screenOf } from '../terminal/screen.js';
import { withExistingLedger } from './at-work.js';
import { chosenHosts, selectionOf } from './chosen-hosts.js';
import type { FolderArguments } from './fleet-options.js';

export interface CompareArguments extends FolderArguments {
  readonly json?: true;
}

/** `sigsweep fleet compare HOST [OTHER]`. */
export async function compare(one: string, other: string | undefined, given: CompareArguments): Promise<void> {
  await withExistingLedger(given, async ({ store }) => {
    for (const host of [one, ...(other === undefined ? [] : [other])]) {
      // Those that were removed have reports too.
      if (hostByName(store, host) === null) chosenHosts(listHosts(store), selectionOf([host], {}));
    }
    const compared = compareHosts(store, one, other ?? null);
    await print(given.json ? [comparisonJson(compared)] : comparisonText(compared, screenOf()));
  });
}
