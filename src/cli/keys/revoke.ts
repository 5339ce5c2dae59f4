import { DataError, SigsweepError } from '../../errors.js';
import type { Authority } from '../../keys/authority.js';
import { type Certificate, type UserId, userIdBytes } from '../../openpgp/certificate.js';
import { certificationBy } from '../../openpgp/certification.js';
import { isRevocation, isValidRevocation, keepIf, Selection } from '../../openpgp/key-signature.js';
import type { RevocationReason } from '../../openpgp/make-signature.js';
import { provenParts } from '../../openpgp/proven-parts.js';
import { shortForTerminal } from '../../report/shorten.js';
import type { Keys } from '../../scan/signature/trust.js';
import { confirm } from '../ask.js';
import type { SignerArguments } from '../signer-options.js';
import { authorityOf } from './authority.js';
import { judgedNow, type KnownKeysArguments, keep, keyCalled, knownKeys, requireKeyFolder } from './known-keys.js';
import { REVOCATION_REASONS } from './reasons.js';
import { handOut, type OutputArguments, requireOtherOutput } from './write-key.js';

export interface RevokeArguments extends SignerArguments, KnownKeysArguments, OutputArguments {
  readonly reason: keyof typeof REVOCATION_REASONS;
  readonly comment?: string;
  readonly yes?: true;
}

/** `sigsweep keys revoke FINGERPRINT`: an authority takes its certification back, or a key ends itself. */
export async function revoke(fingerprint: string, given: RevokeArguments): Promise<void> {
  requireOtherOutput(given);
  requireKeyFolder(given);
  const keys = await knownKeys(given);
  const authority = await authorityOf(given, keys);
  // Nobody shall put so much junk on a key that it cannot be revoked any more.
  const certificate = await provenParts(keyCalled(fingerprint, keys), keys.keyring);
  const name = certificate.key.fingerprint;
  const isOwn = authority.fingerprint === name;
  const reason = reasonGiven(given, isOwn);
  const what = isOwn
    ? `the key ${name} itself, which cannot be undone`
    : `the certification of ${name} by ${authority.fingerprint}`;
  if (given.yes !== true && !(await confirm(`Revoke ${what}?`, 'give --yes'))) {
    throw new SigsweepError('USAGE', 'nothing was revoked: answer yes, or give --yes');
  }
  if (isOwn) await authority.revokeOwnKey(certificate, reason);
  else await revokeCertifications(certificate, authority, keys, reason);
  const kept = await keep(certificate, given);
  const judged = await judgedNow(keys, kept);
  process.stderr.write(`sigsweep: revoked ${what}\nsigsweep: ${judged.reason}\n`);
  await handOut(await provenParts(kept, keys.keyring, { keepsForeign: true }), given);
}

/** @throws SigsweepError KEY_REFUSED, SIGNING_FAILED, and what the authority throws */
async function revokeCertifications(
  certificate: Certificate,
  authority: Authority,
  keys: Keys,
  reason: RevocationReason,
): Promise<void> {
  const userIds = await certified(certificate, authority.fingerprint, keys);
  const before = userIds.map(({ signatures }) => new Set(signatures.keys()));
  await authority.revokeCertifications(certificate, userIds, reason);
  const maker = keys.keyring.get(authority.fingerprint)?.key;
  for (const [index, userId] of userIds.entries()) {
    const made = [...userId.signatures].filter(([packet]) => before[index]?.has(packet) !== true);
    const bytes = userIdBytes(certificate.key, userId);
    const holds = await keepIf(
      made.map(([, signature]) => signature),
      async (item) => maker !== undefined && isRevocation(item) && (await isValidRevocation(item, maker, bytes)),
    );
    if (holds.length > 0) continue;
    const name = shortForTerminal(userId.bytes.toString('latin1'));
    throw new SigsweepError('SIGNING_FAILED', `the certification of ${name} was not revoked, nothing was kept`);
  }
}

function reasonGiven({ reason, comment = '' }: RevokeArguments, isOwn: boolean): RevocationReason {
  const code = REVOCATION_REASONS[reason];
  const isOfKeys = code === 1 || code === 2 || code === 3;
  if (code !== 0 && isOfKeys !== isOwn) {
    const others = isOwn ? 'superseded, compromised or retired' : 'invalid-user-id';
    throw new SigsweepError('USAGE', `--reason ${reason} is not for this: give ${others}, or none`);
  }
  return { code, text: comment };
}

/** Whether a certification is not revoked yet, or may not be: who carries too much to be judged must not get away by that. */
async function maySay(maker: Certificate, certificate: Certificate, userId: UserId, now: number): Promise<boolean> {
  try {
    const selection = new Selection(certificate.key.fingerprint);
    const { standing } = await certificationBy(maker, certificate, userId, selection, now, []);
    return standing !== 'none' && standing !== 'revoked';
  } catch (error) {
    if (error instanceof DataError) return true;
    throw error;
  }
}

/** The user IDs on which a certification of the authority's is not revoked yet. */
async function certified(certificate: Certificate, authority: string, { keyring }: Keys): Promise<UserId[]> {
  const maker = keyring.get(authority);
  const now = Math.floor(Date.now() / 1000);
  const found: UserId[] = [];
  for (const userId of certificate.userIds.values()) {
    if (maker !== undefined && (await maySay(maker, certificate, userId, now))) found.push(userId);
  }
  if (found.length > 0) return found;
  throw new SigsweepError(
    'KEY_REFUSED',
    `${authority} has not certified ${certificate.key.fingerprint}, or has taken that back already; to stop trusting a ` +
      'signer on this machine alone, put its fingerprint in a list and give that with --revoked FILE',
  );
}
