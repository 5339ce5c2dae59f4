import { VENDOR_ANCHORS } from '../../openpgp/trust.js';
import { shortForTerminal } from '../../report/shorten.js';
import type { Keys } from '../../scan/signature/trust.js';
import { print } from '../output.js';
import { type KnownKeysArguments, knownKeys } from './known-keys.js';
import { describeAll } from './list.js';

/** `sigsweep keys anchors`: whom everything rests on. */
export async function listAnchors(given: KnownKeysArguments): Promise<void> {
  const keys = await knownKeys(given);
  const lines: string[] = [];
  for (const fingerprint of keys.settings.anchors) lines.push(...(await anchorLines(fingerprint, keys)));
  await print(lines);
}

async function anchorLines(fingerprint: string, keys: Keys): Promise<string[]> {
  const origin = VENDOR_ANCHORS.includes(fingerprint) ? "FreePBX's, built in" : 'given with --anchor or configured';
  const head = `${fingerprint}  ${origin}\n`;
  const certificate = keys.keyring.get(fingerprint);
  if (certificate === undefined) return [head, '  its key is not at hand: nothing that it certified can be judged\n'];
  const [described] = await describeAll(keys, [certificate]);
  if (described === undefined) return [head, '  cannot be judged, and so counts for nothing\n'];
  const { userIds, trust, reason, sources } = described;
  const state = trust === 'anchor' ? [] : [`  does not count: ${reason}\n`];
  return [
    head,
    ...userIds.map(({ userId }) => `  ${shortForTerminal(userId)}\n`),
    ...state,
    ...sources.slice(0, 1).map((source) => `  from: ${shortForTerminal(source)}\n`),
  ];
}
