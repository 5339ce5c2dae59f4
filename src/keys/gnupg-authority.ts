import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { type Certificate, type SignatureSet, type UserId, userIdOf } from '../openpgp/certificate.js';
import { writeCertificate } from '../openpgp/certificate-writer.js';
import { onlyCertificate } from '../openpgp/certify.js';
import { readKeyBlocks } from '../openpgp/key-armor.js';
import { claimsToBeBy } from '../openpgp/key-signature.js';
import type { RevocationReason } from '../openpgp/make-signature.js';
import { readPackets, Tag } from '../openpgp/packets.js';
import { parseSignature } from '../openpgp/signature-packet.js';
import { type Authority, left } from './authority.js';
import { type Gnupg, runGnupg } from './gnupg.js';
import { secretKeysOf } from './gnupg-keys.js';

/** What gpg's menus call the reasons of RFC 9580 §5.2.3.31. */
const MENU: Readonly<Record<RevocationReason['code'], string>> = { 0: '0', 1: '2', 2: '1', 3: '3', 32: '4' };

/**
 * An authority whose private key GnuPG holds, on a smart card perhaps. It works on a keyring of its own, which is gone
 * afterwards: the user's own keys are not added to.
 * @param own the authority's public key
 * @param gnupg where its private part is
 */
export function gnupgAuthority(own: Certificate, gnupg: () => Promise<Gnupg>): Authority {
  const { fingerprint } = own.key;
  return {
    fingerprint,
    certify: async (certificate, userIds, { expires, exportable }) => {
      const command = exportable ? '--quick-sign-key' : '--quick-lsign-key';
      // What the authority said before is left out: gpg would find the key certified already.
      const subject = reduced(certificate, userIds, []);
      const name = subject.key.fingerprint;
      await inKeyring(gnupg, [own, subject], async (run) => {
        const expiry = expires === null ? '0' : `seconds=${left(expires, new Date())}`;
        await run(['--default-key', `${fingerprint}!`, '--default-cert-expire', expiry, command, name]);
        await takeOver(run, own, certificate);
      });
    },
    revokeCertifications: async (certificate, userIds, reason) => {
      const subject = reduced(certificate, userIds, [own]);
      const name = subject.key.fingerprint;
      await inKeyring(gnupg, [own, subject], async (run, who) => {
        // gpg asks about all that any private key it has said of the key, and does not say which one it asks about.
        if ((await secretKeysOf(who)).includes(name)) {
          requireNoReason(reason, name);
          await run(['--quick-revoke-sig', name, fingerprint]);
        } else {
          await run(['--default-key', `${fingerprint}!`, '--edit-key', name, 'revsig', 'save'], answers(reason));
        }
        await takeOver(run, own, certificate);
      });
    },
    revokeOwnKey: async (certificate, reason) => {
      await inKeyring(gnupg, [own], async (run) => {
        const revocation = await run(['--output', '-', '--generate-revocation', fingerprint], answers(reason));
        for (const block of readKeyBlocks(revocation).blocks) {
          for (const { tag, body } of readPackets(block)) {
            if (tag === Tag.Signature) certificate.signatures.set(body.toString('latin1'), parseSignature(body));
          }
        }
      });
    },
  };
}

type Run = (args: readonly string[], answer?: (question: string) => string) => Promise<Buffer>;

/** Does something with a keyring that holds these keys and no others. */
async function inKeyring(
  gnupg: () => Promise<Gnupg>,
  certificates: readonly Certificate[],
  work: (run: Run, who: Gnupg) => Promise<void>,
): Promise<void> {
  const who = await gnupg();
  const folder = mkdtempSync(join(tmpdir(), 'sigsweep-'));
  try {
    const keyring = [
      '--no-default-keyring',
      '--keyring',
      join(folder, 'pubring.kbx'),
      '--trust-model',
      'always',
      '--yes',
    ];
    const run: Run = (args, answer) => runGnupg(who, [...keyring, ...args], undefined, answer);
    const keys = Buffer.concat(certificates.map(writeCertificate));
    await runGnupg(who, [...keyring, '--import-options', 'import-local-sigs', '--import'], keys);
    await work(run, who);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Adds what the authority says of the key in the keyring, and nothing that anybody else does. */
async function takeOver(run: Run, own: Certificate, certificate: Certificate): Promise<void> {
  const { fingerprint } = certificate.key;
  const exported = onlyCertificate(await run(['--export-options', 'export-local-sigs', '--export', fingerprint]));
  for (const { bytes, signatures } of exported.userIds.values()) {
    const said = [...signatures].filter(([, signature]) => claimsToBeBy(signature, own.key));
    for (const [packet, signature] of said) userIdOf(certificate, bytes).signatures.set(packet, signature);
  }
}

/** @throws SigsweepError USAGE */
function requireNoReason({ code, text }: RevocationReason, subject: string): void {
  if (code === 0 && text === '') return;
  throw new SigsweepError(
    'USAGE',
    `GnuPG's keystore holds ${subject} too, and gpg then takes no reason: leave out --reason and --comment`,
  );
}

/** The key with some of its user IDs, and of what is said of them what it says itself, and what `others` say. */
function reduced(certificate: Certificate, userIds: readonly UserId[], others: readonly Certificate[]): Certificate {
  const makers = [certificate, ...others].map(({ key }) => key);
  const kept = (signatures: SignatureSet): SignatureSet =>
    new Map([...signatures].filter(([, signature]) => makers.some((maker) => claimsToBeBy(signature, maker))));
  return {
    key: certificate.key,
    signatures: kept(certificate.signatures),
    userIds: new Map(
      userIds.map(({ bytes, signatures }) => [bytes.toString('latin1'), { bytes, signatures: kept(signatures) }]),
    ),
    subkeys: new Map(),
  };
}

/** What gpg is told when it asks: yes to everything, and the reason, a line at a time. */
function answers({ code, text }: RevocationReason): (question: string) => string {
  const lines = text === '' ? [] : text.split('\n');
  return (question) => {
    if (question === 'ask_revocation_reason.code') return MENU[code];
    if (question === 'ask_revocation_reason.text') return lines.shift() ?? '';
    if (/^(?:ask_revoke_sig\.(?:one|expired|okay)|gen_revoke\.okay|ask_revocation_reason\.okay)$/.test(question))
      return 'y';
    throw new SigsweepError('GNUPG_FAILED', `gpg asked what was not expected: ${question}`);
  };
}
