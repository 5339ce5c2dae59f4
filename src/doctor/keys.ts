import { type Check, ok } from '../health-check.js';
import { isMissing } from '../keys/folder.js';
import type { TrustOptions } from '../scan/options.js';
import { gatherKeys } from '../scan/signature/trust.js';
import { countInWords } from '../words.js';
import { attempt } from './attempt.js';

/** Keys of the scanned tree are looked at by a scan, which reports them one by one. */
const NONE_IN_TREE = { addTo: () => 0, holder: 'tree', places: '' } as const;

/** What decides whose signatures count, each for itself: one that is wrong ends every scan. */
export async function checkKeys(options: TrustOptions, now: Date): Promise<Check[]> {
  const { keyFolder, keyrings = [], anchors = [], revoked } = options;
  const gather = (only: TrustOptions) => gatherKeys(only, now, NONE_IN_TREE);
  const checks = [
    attempt('key folder', 'put it right as the message says: scans do not run before', async () => {
      if (keyFolder === undefined) return ok('key folder', 'none is used');
      if (isMissing(keyFolder)) return ok('key folder', `${keyFolder} is not made yet; keys in the web root are used`);
      const { keyring } = await gather({ keyFolder });
      return ok('key folder', `${keyFolder}: ${countInWords(keyring.size, 'key')}, and nobody else can write there`);
    }),
  ];
  if (keyrings.length > 0) {
    checks.push(
      attempt('keyrings', 'put the path or its modes right', async () => {
        const { keyring } = await gather({ keyrings });
        return ok('keyrings', `${countInWords(keyring.size, 'key')} in ${keyrings.join(', ')}`);
      }),
    );
  }
  checks.push(
    attempt('anchors', 'give all 40 hex digits of each', async () => {
      const { settings } = await gather({ anchors });
      return ok('anchors', `FreePBX's own two${anchors.length === 0 ? '' : `, and ${settings.anchors.size - 2} more`}`);
    }),
  );
  if (revoked !== undefined) {
    checks.push(
      attempt('revoked list', 'put it right as the message says: scans do not run before', async () => {
        const { settings } = await gather({ revoked });
        return ok('revoked list', `${revoked}: ${countInWords(settings.revoked.size, 'fingerprint')}`);
      }),
    );
  }
  return Promise.all(checks);
}
