import type { VerifiedText } from '../../src/openpgp/verified-text.js';

/** Text as if its signature had verified. Only tests may do that. */
export function asVerified(text: string | Buffer): VerifiedText {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  return { bytes, signer: '0'.repeat(40), signedAt: new Date(0) } as unknown as VerifiedText;
}
