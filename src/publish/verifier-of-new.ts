import { Verifier } from '../openpgp/verify.js';
import type { Keys } from '../scan/signature/trust.js';

/** Verifies what was signed just now: old signatures with SHA-1 may count, but nothing new is signed with it. */
export function verifierOfNew({ keyring, settings }: Keys): Verifier {
  return new Verifier(keyring, { ...settings, policy: 'strict', now: new Date() });
}
