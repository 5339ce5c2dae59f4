import { codeEndsOpen, type Language } from './open-code.js';

/** Files that say where they end: how they begin, and whether their end is there. */
const ENDINGS: readonly { readonly begins: Buffer; readonly hasEnd: (bytes: Buffer) => boolean }[] = [
  { begins: Buffer.from('\x89PNG', 'latin1'), hasEnd: (bytes) => bytes.lastIndexOf('IEND', undefined, 'latin1') > 0 },
  // Inside of the picture's data no marker occurs; an end that comes before it belongs to a thumbnail.
  { begins: Buffer.from([0xff, 0xd8, 0xff]), hasEnd: (bytes) => lastMarker(bytes, 0xd9) > lastMarker(bytes, 0xda) },
  { begins: Buffer.from('GIF8', 'latin1'), hasEnd: (bytes) => bytes.at(-1) === 0x3b },
  { begins: Buffer.from('PK\x03\x04', 'latin1'), hasEnd: (bytes) => bytes.includes('PK\x05\x06', 0, 'latin1') },
  { begins: Buffer.from('%PDF-', 'latin1'), hasEnd: (bytes) => bytes.includes('%%EOF', 0, 'latin1') },
];

const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ['php', 'php'],
  ['inc', 'php'],
  ['phtml', 'php'],
  ['js', 'js'],
  ['mjs', 'js'],
  ['cjs', 'js'],
  ['css', 'css'],
  ['json', 'json'],
]);

/**
 * Whether a file ends in the middle of what it began, as one does that was copied to a full disk. A guess that explains
 * a difference and decides nothing: false when in doubt.
 */
export function endsUnfinished(bytes: Buffer, name: string): boolean {
  const ending = ENDINGS.find(({ begins }) => bytes.subarray(0, begins.length).equals(begins));
  if (ending !== undefined) return !ending.hasEnd(bytes);
  const language = LANGUAGES.get(name.slice(name.lastIndexOf('.') + 1).toLowerCase());
  return language !== undefined && codeEndsOpen(bytes.toString('latin1'), language);
}

function lastMarker(bytes: Buffer, marker: number): number {
  return bytes.lastIndexOf(Buffer.from([0xff, marker]));
}
