const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BRACE = 0x7b;
const BRACE_END = 0x7d;

/** What has more takes seconds to unpack; a finding has some 20. */
const MOST_FIELDS = 64;

/**
 * JSON that somebody sent. Empty lists by the million are a small message, and a thousand times its size once they are
 * unpacked: how many values there are is counted before.
 * @param most so many are taken.
 * @throws Error where it is no JSON, or has more.
 */
export function parseSent(json: string, most: number): unknown {
  if (hasMore(json, most)) throw new Error(`it has more than ${most} values`);
  return JSON.parse(json);
}

/** Whether there are more values, or one with more fields than anything has. Of what is no JSON it may say anything. */
function hasMore(json: string, most: number): boolean {
  let values = 1;
  /** Fields before the present one of each object that is open; of a list, none are counted. */
  const fields: number[] = [];
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) index = endOfString(json, index);
    else if (code === BRACKET || code === BRACE) fields.push(code === BRACE ? 0 : Number.NaN);
    else if (code === BRACKET_END || code === BRACE_END) fields.pop();
    if (code === COMMA) fields.push((fields.pop() ?? 0) + 1);
    if (code === COMMA || code === BRACKET || code === BRACE) values += 1;
    if (values > most || (fields.at(-1) ?? 0) > MOST_FIELDS) return true;
  }
  return false;
}

/** Where the string ends that begins at a quote. */
function endOfString(json: string, start: number): number {
  let end = start;
  for (;;) {
    end = json.indexOf('"', end + 1);
    if (end < 0) return json.length;
    let backslash = end - 1;
    while (json[backslash] === '\\') backslash -= 1;
    if ((end - backslash) % 2 === 1) return end;
  }
}
