import { createHash } from 'node:crypto';

/** SHA-256 of bytes that are all there, as manifests and reports write it: 64 lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
