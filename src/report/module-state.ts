import type { ModuleState } from '../changes.js';
import type { ModuleReport } from '../model.js';

/** What of a module is compared: with another scan's, or another host's. */
export function moduleState({ verdict, version, signature }: ModuleReport): ModuleState {
  return {
    verdict,
    version,
    signer: signature?.signer ?? null,
    signedAt: signature?.signedAt ?? null,
    textSha256: signature?.textSha256 ?? null,
  };
}
