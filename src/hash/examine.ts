import { hash } from 'node:crypto';
import type { Examined } from './job.js';
import { endsUnfinished } from './unfinished.js';

const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** What explains that a file differs from the published one, given its whole content and its name. */
export function examine(bytes: Buffer, name: string): Examined {
  const asLf = withLineEnds(bytes, false);
  const asCrlf = withLineEnds(bytes, true);
  return {
    sha256AsLf: asLf.equals(bytes) ? '' : hash('sha256', asLf, 'hex'),
    sha256AsCrlf: asCrlf.equals(bytes) ? '' : hash('sha256', asCrlf, 'hex'),
    truncated: endsUnfinished(bytes, name),
  };
}

/** The content with every line end made the same: CR LF, or LF. A carriage return alone ends no line. */
function withLineEnds(bytes: Buffer, windows: boolean): Buffer {
  // Bytes and no strings: millions of matches in a string would take many times their own memory.
  const converted = Buffer.allocUnsafe(windows ? bytes.length * 2 : bytes.length);
  let length = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === CARRIAGE_RETURN && bytes[index + 1] === LINE_FEED) continue;
    if (byte === LINE_FEED && windows) {
      converted[length] = CARRIAGE_RETURN;
      length += 1;
    }
    converted[length] = byte;
    length += 1;
  }
  return converted.subarray(0, length);
}
