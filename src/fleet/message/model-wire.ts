import { z } from 'zod';
import { type BytePath, fromLatin1 } from '../../files/bytepath.js';
import type { SignatureReport } from '../../model.js';
import { FINDING_KINDS, SEVERITIES, UNLISTED_CLASSES, VERDICTS } from '../../types.js';

/**
 * What of a scan travels, in a whole report or in a part of one: times in milliseconds since the epoch, paths one
 * character a byte. How long texts may be, each message says: `text` is what it takes of them.
 */

export const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
export const time = z
  .number()
  .int()
  .min(-8.64e15)
  .max(8.64e15)
  .transform((milliseconds) => new Date(milliseconds));
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const fingerprint = z.string().regex(/^[0-9A-F]{40}$/);
export const severity = z.enum(SEVERITIES);

/** Bytes, one character each. */
export function pathIn(text: z.ZodString) {
  return text.refine(isBytes).transform((latin1): BytePath => fromLatin1(latin1));
}

/** What every finding says, wherever it comes from. */
export function findingFields(text: z.ZodString) {
  const path = pathIn(text);
  return {
    kind: z.enum(FINDING_KINDS),
    path,
    file: path,
    severity,
    class: z.enum(UNLISTED_CLASSES).exactOptional(),
    expected: sha256.exactOptional(),
    actual: sha256.exactOptional(),
    uncovered: z.literal(true).exactOptional(),
    note: text.exactOptional(),
    size: z.number().exactOptional(),
    mode: count.exactOptional(),
    uid: count.exactOptional(),
    gid: count.exactOptional(),
    mtimeMs: z.number().exactOptional(),
    ctimeMs: z.number().exactOptional(),
  };
}

/** What is said of a module, but for its findings. @param warnings of its signature */
export function moduleFields(text: z.ZodString, warnings: z.ZodArray<z.ZodString>) {
  const path = pathIn(text);
  const signature = z.strictObject({
    signer: fingerprint.nullable(),
    keyId: z.string().regex(/^[0-9A-F]{16}$/),
    signedAt: time,
    digest: z.string().max(16),
    trust: z.enum(['anchor', 'certified', 'untrusted', 'revoked', 'expired', 'unknown']),
    warnings,
    textSha256: sha256,
  });
  return {
    name: path,
    path,
    version: text.nullable(),
    verdict: z.enum(VERDICTS),
    reason: text,
    severity: severity.nullable(),
    freepbxStatus: z.number().int().min(0).max(255),
    signature: signature.nullable(),
    listed: count,
    hashed: count,
    reused: count,
    unchecked: count,
  };
}

/** What a signature says, as values that JSON holds. */
export function wireOfSignature(said: SignatureReport | null) {
  return said === null ? null : { ...said, signedAt: said.signedAt.getTime(), warnings: [...said.warnings] };
}

/** Whether every character is a byte, and none of them the one that no path of Linux has. */
function isBytes(path: string): boolean {
  for (let index = 0; index < path.length; index += 1) {
    const byte = path.charCodeAt(index);
    if (byte === 0 || byte > 0xff) return false;
  }
  return true;
}
