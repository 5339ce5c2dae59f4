import { readFileSync, statSync } from 'node:fs';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { requireTrusted } from '../files/trusted.js';

/**
 * A full primary-key fingerprint as people paste it: 40 hex digits, spaces and a leading `0x` allowed.
 * @returns 40 upper-case hex digits.
 * @throws SigsweepError FINGERPRINT_MALFORMED; a short key id is refused, it can be forged.
 */
export function parseFingerprint(text: string, where: string): string {
  const digits = text.replace(/\s+/g, '').replace(/^0x/i, '');
  if (!/^[0-9a-f]{40}$/i.test(digits)) {
    throw new SigsweepError(
      'FINGERPRINT_MALFORMED',
      `${where}: '${text}' is not a fingerprint; give all 40 hex digits (gpg --fingerprint shows them)`,
    );
  }
  return digits.toUpperCase();
}

/**
 * Reads a list of revoked fingerprints: one a line, `#` begins a comment.
 * @throws SigsweepError REVOKED_LIST_UNREADABLE, FINGERPRINT_MALFORMED with the line number, or FILE_UNSAFE when others
 * could have written it.
 */
export function readRevokedList(file: string): string[] {
  const fingerprints: string[] = [];
  for (const [index, line] of readList(file).split('\n').entries()) {
    const content = line.replace(/#.*/, '').trim();
    if (content !== '') fingerprints.push(parseFingerprint(content, `${file} line ${index + 1}`));
  }
  return fingerprints;
}

function readList(file: string): string {
  try {
    const stat = statSync(file);
    // Whoever can write it takes revocations back. A pipe has been opened by whoever runs this.
    if (stat.isFile()) requireTrusted(file, stat);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('REVOKED_LIST_UNREADABLE', `revoked list ${file}: ${errorInWords(cause)}`, { cause });
  }
}
