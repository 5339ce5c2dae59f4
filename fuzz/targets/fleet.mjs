/** What hosts of a fleet send, once its seal was verified: what is accepted is bounded, and reads the same when it is written anew. */
import { isDeepStrictEqual } from 'node:util';
import { SigsweepError } from '../../dist/src/errors.js';
import { readMessage } from '../../dist/src/fleet/message/message.js';
import { readPart, writePart } from '../../dist/src/fleet/message/part-wire.js';
import { readReport, writeReport } from '../../dist/src/fleet/message/report-wire.js';
import { parseToken, tokenText } from '../../dist/src/fleet/token.js';
import { renderText } from '../../dist/src/report/text.js';
import { must, parsed } from './expect.mjs';

export const name = 'fleet';
export const files = [
  'fleet/message/json.js',
  'fleet/message/message.js',
  'fleet/message/model-wire.js',
  'fleet/message/part-wire.js',
  'fleet/message/report-wire.js',
  'fleet/message/store-bodies.js',
  'fleet/token.js',
];
export const words = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\"',
  '\\u0000',
  '\\ud800',
  '\\u00ff',
  '"__proto__":',
  '"constructor":',
  '"toString"',
  'null',
  'true',
  '1e999',
  '-1',
  '0.5',
  '9007199254740993',
  '"kind":"report"',
  '"kind":"scan"',
  '"kind":"enrol"',
  '"kind":"failure"',
  '"kind":"part"',
  '"body":{}',
  '"findings":[]',
  '"anchors":[]',
  '"protocol":2',
  '0'.repeat(32),
  'f'.repeat(64),
  '@coordinator',
  '\x1b[2J',
  '\u202e',
];

/** @param {Buffer} input */
export function run(input) {
  const text = input.toString('utf8');
  message(text);
  report(text);
  part(text);
  token(text);
  must(Object.keys(Object.prototype).length === 0, 'a prototype that has got a field');
}

/** @param {string} text */
function message(text) {
  const read = readMessage(text);
  if (!read.ok) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    must(/^[^\0-\x1f]{1,500}$/.test(read.detail), 'a detail of more than a line');
    return;
  }
  const { nonce, from, to, kind } = read.message;
  must(/^[0-9a-f]{32}$/.test(nonce), 'a number of another form');
  must(/^[@a-z0-9.-]{1,63}$/.test(from) && /^[@a-z0-9.-]{1,63}$/.test(to), 'a party of another form');
  const again = readMessage(JSON.stringify(read.message));
  must(
    again.ok && isDeepStrictEqual(again.message, read.message),
    `a ${kind} that reads otherwise when it is written anew`,
  );
}

/** @param {string} text */
function report(text) {
  const read = parsed(() => readReport(text));
  if (read === null) return;
  must(isDeepStrictEqual(readReport(writeReport(read)), read), 'a report that reads otherwise when it is written anew');
  const shown = renderText(read, { color: false, all: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  must(!/[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(shown), 'a report that a terminal would obey');
}

/** @param {string} text */
function part(text) {
  const read = readPart(text);
  if (read === null) return;
  must(isDeepStrictEqual(readPart(writePart(read)), read), 'a part that reads otherwise when it is written anew');
}

/** @param {string} text */
function token(text) {
  try {
    const read = parseToken(text);
    must(
      tokenText(parseToken(tokenText(read))) === tokenText(read),
      'a token that is another one when it is written anew',
    );
  } catch (error) {
    if (!(error instanceof SigsweepError)) throw error;
    must(text.length < 20 || !error.message.includes(text), 'a token that is repeated');
  }
}
