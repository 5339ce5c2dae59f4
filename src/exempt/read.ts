import { errnoOf, SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { readTrustedFile } from '../files/trusted.js';
import type { ExemptionEntry } from './entry.js';

/** Where exemptions are where nobody says otherwise. */
export const DEFAULT_EXEMPTIONS_FILE = '/etc/sigsweep/exemptions.yaml';

/** Largest exemptions file, in bytes: some 20,000 entries, which take half a gigabyte of memory to read. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Reads what an administrator exempted.
 * @param file @default {@link DEFAULT_EXEMPTIONS_FILE}, which need not be there
 * @throws SigsweepError EXEMPTIONS_UNREADABLE, EXEMPTIONS_MALFORMED (with the line), FILE_UNSAFE when others could have
 * written it.
 */
export async function readExemptions(file: string | undefined, now: Date): Promise<readonly ExemptionEntry[]> {
  const name = file ?? DEFAULT_EXEMPTIONS_FILE;
  const text = readExemptionsText(name);
  if (text === null) {
    if (file === undefined) return [];
    throw new SigsweepError(
      'EXEMPTIONS_UNREADABLE',
      `${name}: there is no such file; create it or leave out --exemptions`,
    );
  }
  // Most systems have no exemptions, and what reads them takes longer to load than a small system to scan.
  const { parseExemptions } = await import('./parse.js');
  return parseExemptions(text, name, now);
}

/** The text of the file; `null` where there is none. Throws as {@link readExemptions}. */
export function readExemptionsText(file: string): string | null {
  try {
    return readTrustedFile(file, { maxBytes: MAX_BYTES });
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null;
    if (cause instanceof SigsweepError) throw cause;
    throw new SigsweepError('EXEMPTIONS_UNREADABLE', `cannot read ${file}: ${errorInWords(cause)}`, { cause });
  }
}
