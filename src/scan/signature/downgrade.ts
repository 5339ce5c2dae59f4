import { type BytePath, fromLatin1, join } from '../../files/bytepath.js';
import type { ReadOutcome } from '../../files/read.js';
import { statFields } from '../../files/stat.js';
import type { FileStat, Finding } from '../../finding.js';
import { sha256 } from '../../sha256.js';
import { dayOf } from '../../words.js';
import type { SeenSignature } from '../memory.js';

const SIGNATURE_FILE = fromLatin1('module.sig');

/** A signature that is older than one which was seen in its place. */
export type Downgrade = FileStat & Pick<Finding, 'actual' | 'note'>;

/**
 * Compares a trusted signature with the newest that was seen on the module: old releases stay signed for ever, with the
 * holes that newer ones closed.
 */
export function downgradeSince(
  newest: SeenSignature | null | undefined,
  signedAt: Date,
  file: Extract<ReadOutcome, { ok: true }>,
): Downgrade | null {
  if (newest == null || signedAt.getTime() >= newest.signedAt.getTime()) return null;
  return {
    actual: sha256(file.bytes),
    ...statFields(file),
    note: `signed ${dayOf(signedAt)}; on ${dayOf(newest.seenAt)} the module was one signed ${dayOf(newest.signedAt)}`,
  };
}

/** The finding on a module in this folder below the web root. */
export function downgradeFinding(webRoot: BytePath, folder: BytePath, downgrade: Downgrade): Finding {
  const file = join(join(webRoot, folder), SIGNATURE_FILE);
  return { kind: 'downgraded', path: SIGNATURE_FILE, file, severity: 'high', ...downgrade };
}
