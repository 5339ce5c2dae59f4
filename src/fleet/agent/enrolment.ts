import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { errnoOf, SigsweepError } from '../../errors.js';
import { errorInWords } from '../../files/failure.js';
import { readTrustedFile } from '../../files/trusted.js';
import { writeWhole } from '../../files/write.js';
import { MAX_FLEET_KEY_BYTES } from '../../limits.js';
import { publicKeyOf, publicText } from '../keys.js';
import { isHostName } from '../names.js';
import type { Token } from '../token.js';

const FILE = 'enrolment.json';

/** Of whose fleet this host is one. */
export interface Enrolment {
  /** How this host is called there. */
  readonly host: string;
  /** Whose jobs count. */
  readonly coordinator: KeyObject;
  /** The public half of the token by which it came in: a service gives its token at every start. */
  readonly token: string;
}

const publicKey = z.string().regex(/^[\w-]{43}$/);
const contents = z.strictObject({
  host: z.string().refine(isHostName),
  coordinator: publicKey,
  token: publicKey,
});

/**
 * What was written when the host was taken in.
 * @returns `null` where it never was.
 * @throws SigsweepError FLEET_UNUSABLE, and FILE_UNSAFE when others could have written it.
 */
export function readEnrolment(folder: string): Enrolment | null {
  const file = join(folder, FILE);
  try {
    const { host, coordinator, token } = contents.parse(
      JSON.parse(readTrustedFile(file, { maxBytes: MAX_FLEET_KEY_BYTES })),
    );
    return { host, coordinator: publicKeyOf(coordinator), token };
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    if (cause instanceof SigsweepError) throw cause;
    const why = errnoOf(cause) === undefined ? 'it is damaged' : errorInWords(cause);
    throw new SigsweepError(
      'FLEET_UNUSABLE',
      `${file} cannot be read: ${why}; give it back from a backup, or remove it and enrol this host again with a new token`,
      { cause },
    );
  }
}

/** @throws SigsweepError FLEET_UNUSABLE */
export function writeEnrolment(folder: string, { host, coordinator, token }: Enrolment): void {
  const json = JSON.stringify({ host, coordinator: publicText(coordinator), token });
  try {
    writeWhole(join(folder, FILE), [`${json}\n`], { mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof SigsweepError ? cause.message : errorInWords(cause);
    throw new SigsweepError('FLEET_UNUSABLE', `this host was taken in, and that could not be noted: ${why}`, { cause });
  }
}

/**
 * Whether a host has to show a token that it was given, by what it is already.
 * @throws SigsweepError ENROLMENT_REFUSED where it belongs to another fleet, goes by another name, or has no token.
 */
export function mustEnrol(folder: string, present: Enrolment | null, token: Token | null, now: Date): boolean {
  if (token === null) {
    if (present !== null) return false;
    throw new SigsweepError(
      'ENROLMENT_REFUSED',
      'this host belongs to no fleet: run sigsweep fleet enroll HOST where the coordinator is, and give what it prints with --token-file',
    );
  }
  if (present !== null && present.token === publicText(token.key)) return false;
  if (present !== null && (present.host !== token.host || !present.coordinator.equals(token.coordinator))) {
    const whose = present.coordinator.equals(token.coordinator) ? 'this coordinator' : 'another coordinator';
    throw new SigsweepError(
      'ENROLMENT_REFUSED',
      `this host is enrolled as ${present.host} with ${whose}, and the token is for ${token.host}: to move it, remove ${join(folder, FILE)} and start again, or leave the token out`,
    );
  }
  if (token.expires <= now.getTime()) {
    throw new SigsweepError(
      'ENROLMENT_REFUSED',
      `the token ended ${new Date(token.expires).toISOString()}, and here it is ${now.toISOString()}: make a new one with sigsweep fleet enroll ${token.host}`,
    );
  }
  return true;
}
