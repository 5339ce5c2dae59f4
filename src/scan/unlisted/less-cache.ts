/**
 * A `.lesscache` is PHP that FreePBX includes. What its LESS compiler writes is one `return` of nested arrays and
 * `new Less_…(…)` calls over literals; anything more in such a file is code that somebody planted.
 */

/** Deeper nesting than any stylesheet has; bounds the recursion on hostile input. */
const MAX_NESTING = 500;

const SPACE = /[ \t\r\n]+/y;
const OPENING = /<\?php(?=[ \t\r\n])/y;
const RETURN = /return(?![A-Za-z0-9_])/iy;
const CLOSING = /\?>[ \t\r\n]*$/y;
const CONSTRUCTOR = /new[ \t\r\n]+\\?Less_[A-Za-z0-9_]+/iy;
const ARRAY = /array(?![A-Za-z0-9_])/iy;
const WORD = /(?:true|false|null)(?![A-Za-z0-9_])/iy;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
const SINGLE_QUOTED = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'/y;
/** Without `$` and `{`, which make PHP evaluate what follows. */
const DOUBLE_QUOTED = /"[^"\\${]*(?:\\[\s\S][^"\\${]*)*"/y;

/** Whether the file is a single `return` of literals, arrays and `Less_` objects, and nothing else. */
export function isHarmlessLessCache(text: string): boolean {
  const reader = new Reader(text);
  if (!reader.skip(OPENING)) return false;
  reader.space();
  if (!reader.skip(RETURN)) return false;
  if (!readValue(reader, 0)) return false;
  reader.space();
  if (!reader.literal(';')) return false;
  reader.space();
  return reader.atEnd() || reader.skip(CLOSING);
}

class Reader {
  private position = 0;
  constructor(private readonly text: string) {}

  skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    if (!pattern.test(this.text)) return false;
    this.position = pattern.lastIndex;
    return true;
  }

  literal(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  space(): void {
    this.skip(SPACE);
  }

  atEnd(): boolean {
    return this.position === this.text.length;
  }
}

function readValue(reader: Reader, depth: number): boolean {
  if (depth > MAX_NESTING) return false;
  reader.space();
  if (reader.skip(SINGLE_QUOTED) || reader.skip(DOUBLE_QUOTED) || reader.skip(NUMBER)) return true;
  if (reader.skip(WORD)) return true;
  if (reader.literal('[')) return readItems(reader, ']', depth);
  if (reader.skip(ARRAY) || reader.skip(CONSTRUCTOR)) {
    reader.space();
    return reader.literal('(') && readItems(reader, ')', depth);
  }
  return false;
}

/** Items up to the closing bracket: values, or `key => value`, a comma after the last allowed. */
function readItems(reader: Reader, closing: string, depth: number): boolean {
  for (;;) {
    reader.space();
    if (reader.literal(closing)) return true;
    if (!readValue(reader, depth + 1)) return false;
    reader.space();
    if (reader.literal('=>') && !readValue(reader, depth + 1)) return false;
    reader.space();
    if (!reader.literal(',')) return reader.literal(closing);
  }
}
