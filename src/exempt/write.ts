import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isMap, isNode, isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { SigsweepError } from '../errors.js';
import { type BytePath, toBytes } from '../files/bytepath.js';
import { errorInWords } from '../files/failure.js';
import { whileLocked } from '../files/lock.js';
import { writeWhole } from '../files/write.js';
import { decodeUtf8, escapeControls } from '../report/escape.js';
import { endInWords } from './dates.js';
import { type ExactEntry, identityOf } from './entry.js';
import { parseExemptions } from './parse.js';
import { DEFAULT_EXEMPTIONS_FILE, readExemptionsText } from './read.js';

const HEADER = `# Findings that may be there, until they end or their content changes. sigsweep reads this file and never adds to it by
# itself: sigsweep exempt does, and so may you. Who may write it decides what a scan calls clean: root alone.
exemptions:
`;

const MODE_OF_NEW = 0o644;

/**
 * Adds entries to the exemptions file, or renews those that are there; comments and order stay. The file is made where
 * there is none, and written whole or not at all.
 * @throws SigsweepError EXEMPTIONS_UNREADABLE, EXEMPTIONS_MALFORMED, FILE_UNSAFE, OUTPUT_FAILED; the file is then as it
 * was.
 */
export function addExemptions(file: string, entries: readonly ExactEntry[], now: Date): void {
  if (file === DEFAULT_EXEMPTIONS_FILE) makeFolder(dirname(file));
  const target = endOfLinks(file);
  whileLocked(target, () => {
    const text = readExemptionsText(target);
    const added = withEntries(text ?? HEADER, entries, file, now);
    const mode = text === null ? MODE_OF_NEW : statSync(target).mode & 0o777;
    writeWhole(target, [added], { mode });
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new SigsweepError('OUTPUT_FAILED', `cannot make ${folder}: ${errorInWords(cause)}`, { cause });
  }
}

/** A link to a file that is kept elsewhere, under version control perhaps, stays a link. */
function endOfLinks(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function withEntries(text: string, entries: readonly ExactEntry[], file: string, now: Date): string {
  const known = new Map(parseExemptions(text, file, now).map((entry, index) => [identityOf(entry), index]));
  const document: Document = parseDocument(text, { version: '1.2' });
  const list = listOf(document);
  for (const entry of entries) {
    const node = document.createNode(writtenForm(entry));
    const index = known.get(identityOf(entry)) ?? list.items.length;
    const former = list.items[index];
    list.items[index] = node;
    known.set(identityOf(entry), index);
    if (!isNode(former)) continue;
    node.commentBefore = former.commentBefore ?? null;
    node.spaceBefore = former.spaceBefore ?? false;
  }
  const added = textOf(document, file, !/^- /m.test(text));
  // What was added must be read again as what was meant.
  parseExemptions(added, file, now);
  return added;
}

function textOf(document: Document, file: string, indentSeq: boolean): string {
  try {
    return document.toString({ lineWidth: 0, indentSeq });
  } catch (cause) {
    const what = `${file}: another entry repeats a part of one that is renewed (${errorInWords(cause)}): write it out`;
    throw new SigsweepError('EXEMPTIONS_MALFORMED', what, { cause });
  }
}

/** The list of entries, which an empty document does not have yet. */
function listOf(document: Document): YAMLSeq<unknown> {
  const map = document.contents;
  if (isMap(map)) {
    const list = map.get('exemptions', true);
    if (isSeq(list)) {
      list.flow = false;
      return list;
    }
    const empty = document.createNode([]) as YAMLSeq<unknown>;
    if (isScalar(list)) empty.commentBefore = list.comment ?? list.commentBefore ?? null;
    map.flow = false;
    map.set('exemptions', empty);
    return empty;
  }
  document.set('exemptions', []);
  return listOf(document);
}

/** The keys of an entry in the order in which a person reads them. */
function writtenForm({ module, place, kind, sha256, reason, author, expires }: ExactEntry): object {
  return {
    ...(module === null ? { outside: true } : nameFields('module', module)),
    ...nameFields('path', place),
    ...(kind === null ? {} : { kind }),
    ...(sha256 === null ? {} : { sha256 }),
    reason,
    author,
    expires: endInWords(expires),
  };
}

/** A name as text where it can be shown as it is: the file will be looked at in a terminal. */
function nameFields(field: 'module' | 'path', name: BytePath): object {
  const text = decodeUtf8(name);
  const isPlain = text !== null && escapeControls(text) === text && !text.includes('\uFFFD');
  return isPlain ? { [field]: text } : { [`${field}Base64`]: toBytes(name).toString('base64') };
}
