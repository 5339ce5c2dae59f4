import type {
  CertificationDescription,
  KeyDescription,
  SubkeyDescription,
  UserIdDescription,
} from '../key-description.js';
import { dayOf } from '../words.js';
import { escapeControls, escapeForTerminal, safeJson } from './escape.js';
import { shortForTerminal } from './shorten.js';

/** How many of the files that hold something of a key are named in a list. */
const MOST_SOURCES = 3;

/** A list of keys: a line each with what it is worth, then whose it is, why, and where it comes from. */
export function* keyList(keys: readonly KeyDescription[]): Generator<string> {
  for (const key of keys) {
    yield headLine(key);
    for (const { userId } of key.userIds) yield `  ${shortForTerminal(userId)}\n`;
    yield `  why:  ${escapeControls(key.reason)}\n`;
    yield `  from: ${sourcesInWords(key.sources)}\n`;
  }
}

/** One key with all that is known of it. */
export function* keyInFull(key: KeyDescription): Generator<string> {
  yield headLine(key);
  yield `  why:  ${escapeControls(key.reason)}\n`;
  for (const userId of key.userIds) yield* userIdLines(userId);
  for (const subkey of key.subkeys) yield `  subkey ${subkeyInWords(subkey)}\n`;
  for (const source of key.sources) yield `  from: ${shortForTerminal(source)}\n`;
  for (const warning of key.warnings) yield `  note: ${escapeControls(warning)}\n`;
}

/** The same for programs: one JSON document. */
export function keysJson(keys: readonly KeyDescription[]): string {
  return `${safeJson({ schema: 'sigsweep/keys@1', keys: keys.map(asJson) })}\n`;
}

function asJson(key: KeyDescription): object {
  return {
    ...key,
    userIds: key.userIds.map((userId) => ({
      ...userId,
      userId: Buffer.from(userId.userId, 'latin1').toString('utf8'),
    })),
    sources: key.sources.map((source) => Buffer.from(source, 'latin1').toString('utf8')),
  };
}

function headLine({ fingerprint, trust, algorithm, created, expires }: KeyDescription): string {
  return `${fingerprint}  ${trust.padEnd(9)}  ${algorithm.padEnd(10)}  ${lifeInWords(created, expires)}\n`;
}

function lifeInWords(created: Date, expires: Date | null): string {
  return `made ${dayOf(created)}, ${expires === null ? 'does not expire' : `expires ${dayOf(expires)}`}`;
}

function* userIdLines({ userId, isOwn, certifications }: UserIdDescription): Generator<string> {
  yield `  user ID ${shortForTerminal(userId)}${isOwn ? '' : '  (the key does not stand by it)'}\n`;
  for (const certification of certifications) yield `    ${certificationInWords(certification)}\n`;
}

const STANDING: Readonly<Record<CertificationDescription['standing'], string>> = {
  stands: 'certified by',
  none: 'not certified by',
  revoked: 'revoked by',
  expired: 'certified, and that has expired, by',
  'not-exportable': 'certified for its own use only by',
};

function certificationInWords({ by, standing, made, expires }: CertificationDescription): string {
  const from = made === null ? '' : ` on ${dayOf(made)}`;
  const until = expires === null ? '' : `, until ${dayOf(expires)}`;
  return `${STANDING[standing]} ${by}${from}${until}`;
}

function subkeyInWords({ fingerprint, algorithm, created, expires, objection, isRevoked }: SubkeyDescription): string {
  const state = isRevoked ? 'revoked' : (objection ?? 'signs');
  return `${fingerprint}  ${algorithm.padEnd(10)}  ${lifeInWords(created, expires)}: ${state}`;
}

function sourcesInWords(sources: readonly string[]): string {
  const named = sources.slice(0, MOST_SOURCES).map(escapeForTerminal).join(', ');
  return sources.length > MOST_SOURCES ? `${named} and ${sources.length - MOST_SOURCES} more` : named;
}
