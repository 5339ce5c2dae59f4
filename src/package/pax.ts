import { DataError } from '../errors.js';
import { type BytePath, fromLatin1 } from '../files/bytepath.js';
import { quote } from './quote.js';

/** What the next entry is, where its header does not say it. */
export interface EntryRecords {
  readonly path: BytePath | null;
  readonly size: number | null;
}

const TIME = /^-?\d{1,11}(?:\.\d{1,20})?$/;
const NUMBER = /^\d{1,16}$/;
/** Users' numbers have 32 bits. */
const ID = /^[0-3]?\d{1,9}$/;
const ANY = /^/;

/** The settings that change nothing but the entry's own name, size, times and owner. Everything else is refused. */
const HARMLESS: ReadonlyMap<string, RegExp> = new Map([
  ['path', ANY],
  ['size', NUMBER],
  ['mtime', TIME],
  ['atime', TIME],
  ['ctime', TIME],
  ['uid', ID],
  ['gid', ID],
  ['uname', ANY],
  ['gname', ANY],
]);

/**
 * Reads what a pax header says of the next entry.
 * @throws DataError for what is malformed, given twice, or not known to be harmless.
 */
export function readEntryRecords(bytes: Buffer): EntryRecords {
  const records = readRecords(bytes);
  for (const [key, value] of records) {
    const form = HARMLESS.get(key);
    if (form === undefined) throw new DataError(`an extended header sets ${quote(key)}`);
    if (!form.test(value)) throw new DataError(`the ${key} in an extended header is malformed`);
  }
  const path = records.get('path');
  const size = records.get('size');
  return { path: path === undefined ? null : fromLatin1(path), size: size === undefined ? null : Number(size) };
}

/**
 * Requires that a header for all entries holds nothing but a comment: `git archive` writes the commit there.
 * @throws DataError
 */
export function requireOnlyComment(bytes: Buffer): void {
  for (const key of readRecords(bytes).keys()) {
    if (key !== 'comment') throw new DataError(`a header for all entries sets ${quote(key)}`);
  }
}

/** Records are `length key=value\n`, the length in bytes and of all of it. */
function readRecords(bytes: Buffer): Map<string, string> {
  const text = bytes.toString('latin1');
  const records = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const digits = /^([1-9]\d{0,4}) /.exec(text.slice(at, at + 6))?.[1];
    const end = at + Number(digits);
    if (digits === undefined || end > text.length || text[end - 1] !== '\n') throw malformed();
    const record = text.slice(at + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw malformed();
    const key = record.slice(0, equals);
    if (records.has(key)) throw new DataError(`an extended header sets ${quote(key)} twice`);
    records.set(key, record.slice(equals + 1));
    at = end;
  }
  return records;
}

function malformed(): DataError {
  return new DataError('an extended header is malformed');
}
