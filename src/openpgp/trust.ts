import { DataError } from '../errors.js';
import type { Policy } from '../types.js';
import { dayOf } from '../words.js';
import type { Certificate, Subkey, UserId } from './certificate.js';
import { type Certification, certificationBy, claimsCertificationBy } from './certification.js';
import { Selection } from './key-signature.js';
import { isOver, type KeyState, readKeyState } from './key-state.js';
import type { KeyMatch, Keyring } from './keyring.js';
import type { Signature } from './signature-packet.js';
import { readSubkeyState } from './subkey-state.js';
import { createdAt, expiresAt } from './subpackets.js';

/** Fingerprints of the vendor's master keys, v2 (2019) and v1 (2014): nothing else is trusted by itself. */
export const VENDOR_ANCHORS: readonly string[] = [
  '0BDE0BFA09946D732091E26E1588A7366BD35B34',
  '2016349F5BC6F49340FCCAF99F9169F4B33B4659',
];

/** Whom to trust. Fingerprints are 40 upper-case hexadecimal digits. */
export interface TrustSettings {
  /** Primary keys that are trusted and whose certifications count. */
  readonly anchors: ReadonlySet<string>;
  /** Primary keys and subkeys that count as revoked, whatever their key material says. */
  readonly revoked: ReadonlySet<string>;
  readonly policy: Policy;
  /** The time at which everything is judged. */
  readonly now: Date;
}

/** What a signer's key is worth. `unknown`: that cannot be told without a key that is not in the keyring. */
export type SignerTrust = 'anchor' | 'certified' | 'untrusted' | 'revoked' | 'expired' | 'unknown';

export interface Judgement {
  /** `invalid`: whatever the key's owner is worth, the key must not be used for signatures on data. */
  readonly trust: SignerTrust | 'invalid';
  /** One sentence: why it does not count, or why it does. */
  readonly reason: string;
  readonly warnings: readonly string[];
}

/** Which judgement prevails when several are true of one key; a lower number wins. */
const SEVERITY: Readonly<Record<Judgement['trust'], number>> = {
  invalid: 0,
  revoked: 1,
  expired: 2,
  unknown: 3,
  untrusted: 4,
  certified: 5,
  anchor: 6,
};

/**
 * Judges signing keys: trusted is an anchor, or a key with a user ID that an anchor's primary key certifies now. One
 * step, no chains. Every judgement is remembered.
 */
export class Judge {
  readonly #keyring: Keyring;
  readonly #settings: TrustSettings;
  readonly #now: number;
  readonly #judgements = new Map<string, Promise<Judgement>>();

  constructor(keyring: Keyring, settings: TrustSettings) {
    this.#keyring = keyring;
    this.#settings = settings;
    this.#now = Math.floor(settings.now.getTime() / 1000);
  }

  /** Judges the use of a key for signatures on data. */
  judge(match: KeyMatch): Promise<Judgement> {
    const name = `${match.certificate.key.fingerprint}/${match.subkey?.key.fingerprint ?? ''}`;
    let judgement = this.#judgements.get(name);
    if (judgement === undefined) {
      judgement = this.#judge(match);
      this.#judgements.set(name, judgement);
    }
    return judgement;
  }

  /** Judges whom a key belongs to, whatever it may be used for. */
  async judgeOwner(certificate: Certificate): Promise<Judgement> {
    return this.#judgeWith(certificate, async () => FINE);
  }

  #judge({ certificate, subkey }: KeyMatch): Promise<Judgement> {
    return this.#judgeWith(certificate, async (state, selection) =>
      subkey === null
        ? primaryUse(certificate.key.fingerprint, state)
        : this.#judgeSubkey(certificate, subkey, selection),
    );
  }

  async #judgeWith(
    certificate: Certificate,
    judgeUse: (state: KeyState, selection: Selection) => Promise<Judgement>,
  ): Promise<Judgement> {
    const { fingerprint } = certificate.key;
    const selection = new Selection(fingerprint);
    try {
      const state = await this.#stateOf(certificate, selection);
      const verdicts = [
        await judgeUse(state, selection),
        this.#judgeOwnState(fingerprint, state),
        await this.#judgeTrust(certificate, state, selection),
      ];
      // What speaks neither for nor against the key has nothing to say.
      const worst = verdicts.reduce((a, b) => (a.reason === '' || SEVERITY[b.trust] < SEVERITY[a.trust] ? b : a));
      const warnings = new Set([...state.warnings, ...verdicts.flatMap((verdict) => verdict.warnings)]);
      return { ...worst, warnings: [...warnings] };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return judgement('untrusted', `The signer ${fingerprint} is refused: ${error.message}.`);
    }
  }

  #stateOf(certificate: Certificate, selection: Selection): Promise<KeyState> {
    return readKeyState(certificate, (fingerprint) => this.#keyring.get(fingerprint), selection, this.#now);
  }

  async #judgeSubkey(certificate: Certificate, subkey: Subkey, selection: Selection): Promise<Judgement> {
    const name = `The signing subkey ${subkey.key.fingerprint}`;
    const state = await readSubkeyState(certificate, subkey, selection, this.#now);
    if (state.objection !== null) return judgement('invalid', `${name} ${state.objection}.`, state.warnings);
    if (this.#settings.revoked.has(subkey.key.fingerprint)) {
      return judgement('revoked', `${name} is on the list of revoked keys.`, state.warnings);
    }
    if (state.isRevoked) return judgement('revoked', `${name} was revoked.`, state.warnings);
    if (isOver(state.expiresAt, this.#now)) return judgement('expired', `${name} has expired.`, state.warnings);
    return { ...FINE, warnings: state.warnings };
  }

  #judgeOwnState(fingerprint: string, state: KeyState): Judgement {
    const name = `The key ${fingerprint}`;
    if (this.#settings.revoked.has(fingerprint)) return judgement('revoked', `${name} is on the list of revoked keys.`);
    if (state.isRevoked) return judgement('revoked', `${name} was revoked by its owner.`);
    if (isOver(state.expiresAt, this.#now)) return judgement('expired', `${name} has expired.`);
    if (state.objection !== null) return judgement('untrusted', `${name} ${state.objection}.`);
    return FINE;
  }

  /** The best that any anchor says of any user ID; short of trust, the worst. */
  async #judgeTrust(signer: Certificate, state: KeyState, selection: Selection): Promise<Judgement> {
    const { fingerprint } = signer.key;
    if (this.#settings.anchors.has(fingerprint)) return judgement('anchor', `The key ${fingerprint} is an anchor.`);
    const warnings: string[] = [];
    let result = judgement('untrusted', `No trusted key has certified the signer ${fingerprint}.`);
    for (const userId of state.userIds) {
      for (const anchor of this.#settings.anchors) {
        const said = await this.#askAnchor(anchor, signer, userId, selection, warnings);
        if (said?.trust === 'certified') return { ...said, warnings };
        if (said !== null && SEVERITY[said.trust] <= SEVERITY[result.trust]) result = said;
      }
    }
    return { ...result, warnings };
  }

  /** What one anchor says of one user ID, or `null` when it says nothing that counts. */
  async #askAnchor(
    fingerprint: string,
    signer: Certificate,
    userId: UserId,
    selection: Selection,
    warnings: string[],
  ): Promise<Judgement | null> {
    const name = `the signer ${signer.key.fingerprint}`;
    const anchor = this.#keyring.get(fingerprint);
    if (anchor === undefined) {
      if (!claimsCertificationBy(fingerprint.slice(-16), userId)) return null;
      return judgement(
        'unknown',
        `The trusted key ${fingerprint} is needed to judge ${name} and is not in the keyring.`,
      );
    }
    const certification = await certificationBy(anchor, signer, userId, selection, this.#now, warnings);
    const said = judgeStanding(certification, name, fingerprint);
    if (said?.trust !== 'certified') return said;
    // A budget of its own: what lies on the anchor must not use up the signer's, nor the other way round.
    const anchorState = await this.#stateOf(anchor, new Selection(fingerprint));
    warnings.push(...anchorState.warnings);
    const own = this.#judgeOwnState(fingerprint, anchorState);
    return SEVERITY[own.trust] < SEVERITY[said.trust] ? own : said;
  }
}

const FINE: Judgement = { trust: 'anchor', reason: '', warnings: [] };

function judgement(trust: Judgement['trust'], reason: string, warnings: readonly string[] = []): Judgement {
  return { trust, reason, warnings };
}

function primaryUse(fingerprint: string, state: KeyState): Judgement {
  return state.forbidsSigning ? judgement('invalid', `The key ${fingerprint} is not meant for signing.`) : FINE;
}

function judgeStanding({ standing, made }: Certification, name: string, anchor: string): Judgement | null {
  switch (standing) {
    case 'stands':
      return judgement(
        'certified',
        `The trusted key ${anchor} certified ${name}${made === null ? '' : periodOf(made)}.`,
      );
    case 'revoked':
      return judgement('revoked', `The trusted key ${anchor} has revoked its certification of ${name}.`);
    case 'expired':
      return judgement('expired', `The certification of ${name} by the trusted key ${anchor} has expired.`);
    case 'not-exportable':
      return judgement('untrusted', `The trusted key ${anchor} certified ${name} for its own use only.`);
    case 'none':
      return null;
  }
}

function periodOf(certification: Signature): string {
  const [from, until] = [createdAt(certification), expiresAt(certification)].map((seconds) =>
    seconds === null ? null : dayOf(new Date(seconds * 1000)),
  );
  return ` on ${from}${until === null ? '' : `, until ${until}`}`;
}
