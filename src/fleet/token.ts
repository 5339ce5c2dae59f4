import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { SigsweepError } from '../errors.js';
import { MAX_TOKEN_CHARACTERS } from '../limits.js';
import { KEY_BYTES, keyOfSeed, newKey, publicKeyOf, publicText, seedOf } from './keys.js';
import { isHostName } from './names.js';

/** What stands before every token, so that people and programs that look for secrets know one. */
const MARK = 'sigsweep-fleet-1.';

/** What a host needs to become one of a fleet, once. */
export interface Token {
  readonly host: string;
  /** Whose jobs count from now on. */
  readonly coordinator: KeyObject;
  /** Seals the one message that hands over the host's own key. The coordinator keeps its public half only. */
  readonly key: KeyObject;
  /** When it ends, milliseconds since the epoch. */
  readonly expires: number;
}

const contents = z.strictObject({
  host: z.string().refine(isHostName),
  coordinator: z.string().regex(/^[\w-]{43}$/),
  seed: z.string().regex(/^[\w-]{43}$/),
  expires: z.number().int().min(0).max(8.64e15),
});

/** A token for a host, with a key of its own. */
export function newToken(host: string, coordinator: KeyObject, expires: number): Token {
  return { host, coordinator, key: newKey(), expires };
}

/** The token as one word to hand over. It is a secret until it was used. */
export function tokenText({ host, coordinator, key, expires }: Token): string {
  const seed = seedOf(key).toString('base64url');
  const json = JSON.stringify({ host, coordinator: publicText(coordinator), seed, expires });
  return MARK + Buffer.from(json).toString('base64url');
}

/**
 * Reads what somebody pasted.
 * @throws SigsweepError USAGE where it is no token. The message does not repeat it.
 */
export function parseToken(text: string): Token {
  const word = text.trim();
  if (word.length > MAX_TOKEN_CHARACTERS || !word.startsWith(MARK)) throw notOne(`it does not begin with ${MARK}`);
  try {
    const json: unknown = JSON.parse(Buffer.from(word.slice(MARK.length), 'base64url').toString('utf8'));
    const { host, coordinator, seed, expires } = contents.parse(json);
    const secret = Buffer.from(seed, 'base64url');
    if (secret.length !== KEY_BYTES) throw notOne('its key is none');
    return { host, coordinator: publicKeyOf(coordinator), key: keyOfSeed(secret), expires };
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw notOne('a part of it is missing or changed');
  }
}

function notOne(why: string): SigsweepError {
  return new SigsweepError('USAGE', `this is no token: ${why}; give the whole word that sigsweep fleet enroll printed`);
}
