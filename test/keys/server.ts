import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { type FetchedKeys, type FetchOptions, fetchKeys } from '../../src/keys/fetch.js';

/** Fingerprints to ask for. */
export const A = 'A'.repeat(40);
export const B = '0123456789ABCDEF0123456789ABCDEF01234567';
export const C = 'C'.repeat(40);

export const LOOKUP = '/pks/lookup?op=get&options=mr&exact=on&search=0x';

export const ARMORED = Buffer.from(
  '-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nmDME\r\n=abcd\r\n-----END PGP PUBLIC KEY BLOCK-----\n',
);
export const BINARY = Buffer.concat([Buffer.from([0x99, 0x00, 0x0d, 0x0a, 0xff, 0xfe, 0x00]), randomBytes(3000)]);

/** Answers with a body; `chunked` says nothing of its length beforehand. */
export function body(bytes: Uint8Array, chunked = false): (response: ServerResponse) => void {
  return (response) => {
    if (!chunked) response.setHeader('content-length', bytes.length);
    response.write(bytes);
    response.end();
  };
}

/** What was answered for one key. */
export function answerOf(fetched: FetchedKeys, fingerprint = A) {
  if (fetched.kind !== 'server') throw new Error('a file was fetched');
  return fetched.answers.get(fingerprint);
}

/** The one sentence of a failure. */
export async function failure(from: string, fingerprints = [A], options: FetchOptions = {}): Promise<string> {
  const error = await fetchKeys(from, fingerprints, options).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'SigsweepError', code: 'REFRESH_FAILED' });
  return (error as Error).message;
}
