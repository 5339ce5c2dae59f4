/** Cleartext framing: what is accepted says exactly one thing, and says it again when it is written anew. */

import { frame } from '../../campaign/forge.mjs';
import { canonicalText, parseCleartext } from '../../dist/src/openpgp/armor.js';
import { must, parsed } from './expect.mjs';

export const name = 'armor';
export const files = ['openpgp/armor.js', 'openpgp/radix64.js'];
export const words = [
  '-----BEGIN PGP SIGNED MESSAGE-----\n',
  '-----BEGIN PGP SIGNATURE-----\n',
  '-----END PGP SIGNATURE-----\n',
  '-----',
  '- ',
  '-',
  'Hash: SHA256\n',
  'Hash: ',
  'Comment: x\n',
  'Version: ',
  'Charset: ',
  'NotDashEscaped: x\n',
  '\n\n',
  '\r\n',
  '\r',
  '\t',
  ' \n',
  '\0',
  '\f',
  '\x7f',
  '\xe2\x80\xa8',
  '\xef\xbb\xbf',
  '=',
  '==',
  '=AAAA\n',
  'AAAA\n',
];

/** @param {Buffer} input */
export function run(input) {
  const message = parsed(() => parseCleartext(input));
  if (message === null) return;
  const { hashName, text, signature } = message;
  const lines = text.toString('latin1').split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  must(!lines.some((line) => /[\x00-\x08\x0b-\x1f\x7f]/.test(line)), 'the text holds a control character');
  must(!lines.some((line) => /[ \t]$/.test(line)), 'a line ends in a blank');
  must(lines.length > 1 && lines.at(-1) === '', 'there is no line, or the last one has no end');
  must(canonicalText(text).toString('latin1') === lines.slice(0, -1).join('\r\n'), 'the canonical text is another');
  const written = frame(text.toString('latin1'), signature);
  const again = parseCleartext(Buffer.from(written.replace('Hash: SHA256', `Hash: ${hashName}`), 'latin1'));
  must(again.text.equals(text), 'written anew it has another text');
  must(again.signature.equals(signature) && again.hashName === hashName, 'written anew it has another signature');
}
