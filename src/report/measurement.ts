import type { Measurement, ThreadSpeed } from '../measurement.js';
import { TOOL } from '../tool.js';
import { bytesInWords, groupDigits } from '../words.js';
import { escapeInvalid, safeJson } from './escape.js';
import { pathFields } from './json.js';
import { shortForTerminal } from './shorten.js';

/** Names the contract of the JSON form. */
const SCHEMA = 'sigsweep/bench@1';

/** From how many times the warm time on a first pass came from the disk, and not from memory. */
const COLDER = 1.5;

/** The measurement for a person, in lines of less than 60 columns but for the web root and notes. */
export function renderMeasurement(measurement: Measurement): string {
  return `${[...linesOf(measurement)].join('\n')}\n`;
}

/** The measurement as one JSON document. Times in milliseconds, speeds in bytes per second. */
export function measurementJson({ root, startedAt, notes, ...figures }: Measurement): string {
  const head = { schema: SCHEMA, tool: TOOL, startedAt: startedAt.toISOString(), ...pathFields('root', root) };
  return `${safeJson({ ...head, verified: false, ...rounded(figures), notes: notes.map(escapeInvalid) })}\n`;
}

/** No more digits than a clock has. */
function rounded(figures: object): object {
  return JSON.parse(
    JSON.stringify(figures, (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)),
  );
}

function* linesOf(measurement: Measurement): Generator<string> {
  const { root, listing, sample, firstPass, speeds, notes } = measurement;
  yield `${TOOL.name} ${TOOL.version} bench`;
  yield 'nothing was verified: this measures speed and nothing else';
  yield '';
  yield `web root    ${shortForTerminal(root)}`;
  yield `SHA-256     ${bytesInWords(measurement.sha256BytesPerSecond)}/s of memory on one core`;
  yield `folders     ${groupDigits(listing.folders)} listed in ${seconds(listing.milliseconds)} by one thread`;
  yield `files       ${groupDigits(listing.files)} that a scan may read, of ${groupDigits(listing.entries)} entries`;
  if (firstPass !== null) {
    yield `first read  ${read(firstPass)} in ${seconds(firstPass.milliseconds)}, ${rate(firstPass)}`;
    yield `            with what was in the cache by chance`;
  }
  if (speeds.length > 0) {
    yield `read again  ${read(sample)} in each pass,`;
    yield `            from the cache: the disk is not in these`;
    yield '';
    yield 'threads     time  spread         rate    files/s  passes';
    for (const speed of speeds) yield row(speed, sample);
  }
  yield* conclusion(measurement);
  for (const note of notes) yield `note        ${shortForTerminal(note)}`;
}

function* conclusion({
  recommendation,
  wholeScanMilliseconds,
  firstPass,
  sample,
  speeds,
}: Measurement): Generator<string> {
  if (recommendation === null) return;
  const { threads, defaultThreads, isFaster } = recommendation;
  yield '';
  if (isFaster) {
    yield `threads     --threads ${threads} is the fastest here, beyond the noise`;
  } else if (threads === defaultThreads) {
    yield `threads     nothing beats the default, ${threads}, beyond the noise`;
  } else {
    yield `threads     nothing beats ${threads} beyond the noise; default: ${defaultThreads}`;
  }
  if (wholeScanMilliseconds !== null) {
    yield `whole scan  about ${seconds(wholeScanMilliseconds)} from the cache, and besides`;
    yield '            what its signatures take';
  }
  const warm = speeds.find((speed) => speed.threads === firstPass?.threads);
  if (firstPass === null || warm === undefined) return;
  const slower = firstPass.milliseconds / firstPass.files / (warm.milliseconds / sample.files);
  yield slower > COLDER
    ? `disk        the first read was ${slower.toFixed(1)} times slower: it was colder`
    : 'disk        not seen: the first read was from the cache too';
}

function row({ threads, milliseconds, passes }: ThreadSpeed, sample: Measurement['sample']): string {
  const sorted = passes.toSorted((a, b) => a - b);
  const half = ((sorted.at(-1) ?? 0) - (sorted[0] ?? 0)) / 2 / milliseconds;
  return [
    String(threads).padStart(7),
    seconds(milliseconds).padStart(9),
    `±${Math.round(half * 100)}%`.padStart(8),
    rate({ ...sample, milliseconds }).padStart(13),
    groupDigits(Math.round((sample.files / milliseconds) * 1000)).padStart(11),
    String(passes.length).padStart(8),
  ].join('');
}

function read({ files, bytes }: { readonly files: number; readonly bytes: number }): string {
  return `${groupDigits(files)} files, ${bytesInWords(bytes)}`;
}

function rate({ bytes, milliseconds }: { readonly bytes: number; readonly milliseconds: number }): string {
  return `${bytesInWords((bytes / Math.max(0.001, milliseconds)) * 1000)}/s`;
}

/** `0.43 s`, `12.3 s`, `250 s`. */
function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} s`;
}
