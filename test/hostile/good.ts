import { signed } from '../openpgp/world.js';
import type { Vector } from './vector.js';

const good = signed();

/** Section "Must stay GOOD", as far as it is about one file. The genuine files and GnuPG's are in `test/conformance`. */
export const goodVectors: readonly Vector[] = [
  { case: 93, name: 'CRLF line ends', file: signed({}, { lineEnd: '\r\n' }) },
  { case: 94, name: 'blanks at the ends of signed lines', file: good.replace('version=1', 'version=1 \t ') },
  { case: 95, name: '"- " before ordinary lines', file: good.replace('version=1', '- version=1') },
  { case: 95, name: '"- " before every line of the text', file: everyLineEscaped() },
  { case: 96, name: 'no CRC line', file: signed({}, { checksum: false }) },
].map((vector) => ({ ...vector, verdict: 'good' }));

function everyLineEscaped(): string {
  const start = good.indexOf('\n\n') + 2;
  const end = good.indexOf('-----BEGIN PGP SIGNATURE');
  return good.slice(0, start) + good.slice(start, end).replace(/^/gm, '- ').replace(/- $/, '') + good.slice(end);
}
