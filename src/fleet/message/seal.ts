import { type KeyObject, sign, verify } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Ed25519 (RFC 8032 §5.1.6). */
const SIGNATURE_BYTES = 64;

/** Signed before every message: the same key signs nothing else that begins so. */
const PURPOSE = Buffer.from('sigsweep fleet message 1\0');

/** How large a message may be. */
export interface SealLimits {
  /** Most characters as it lies in the queue. */
  readonly sealed: number;
  /** Most bytes of what was sealed. */
  readonly opened: number;
}

/** What a sealed text holds, or why it is not to be believed. */
export type Opened =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: 'unsigned' | 'wrong key' | 'too large' | 'malformed' };

/** Text → one line that only the holder of the key could have made: base64url of the signature and the deflated text. */
export function seal(key: KeyObject, text: string): string {
  const packed = deflateRawSync(text, { level: 6 });
  const signature = sign(null, Buffer.concat([PURPOSE, packed]), key);
  return Buffer.concat([signature, packed]).toString('base64url');
}

/**
 * What was sealed, if one of these keys sealed it. Nothing is unpacked before its signature is verified, and then no more
 * than the limit.
 */
export function open(sealed: unknown, keys: readonly KeyObject[], limits: SealLimits): Opened {
  if (typeof sealed !== 'string') return { ok: false, why: 'unsigned' };
  if (sealed.length > limits.sealed) return { ok: false, why: 'too large' };
  if (!/^[\w-]*$/.test(sealed)) return { ok: false, why: 'unsigned' };
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length <= SIGNATURE_BYTES) return { ok: false, why: 'unsigned' };
  const packed = bytes.subarray(SIGNATURE_BYTES);
  const signed = Buffer.concat([PURPOSE, packed]);
  const signature = bytes.subarray(0, SIGNATURE_BYTES);
  if (!keys.some((key) => verify(null, signed, key, signature))) return { ok: false, why: 'wrong key' };
  try {
    return { ok: true, text: inflateRawSync(packed, { maxOutputLength: limits.opened }).toString('utf8') };
  } catch (error) {
    const isLong = error instanceof RangeError;
    return { ok: false, why: isLong ? 'too large' : 'malformed' };
  }
}
