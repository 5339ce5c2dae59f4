import { kindInWords } from '../report/changes.js';
import { oneLine } from '../report/one-line.js';
import { countInWords, groupDigits } from '../words.js';
import type { AlertEvent, AlertFinding, AlertVerdict } from './event.js';
import { type FindingGroup, foldAlertFindings } from './fold.js';
import { nextSteps } from './next-steps.js';

/** Longest file, note and reason that is shown whole, in characters. */
const MOST_FILE = 1000;
const MOST_WORDS = 500;

/** One line that says what happened where, for a subject or a title. */
export function alertTitle({ host, headline }: AlertEvent): string {
  return `[sigsweep] ${oneLine(host, 100)}: ${oneLine(headline, 200)}`;
}

/** The event for a person: what, where, since when, and what to do next. Every string of it is escaped. */
export function alertText(event: AlertEvent): string {
  return `${[...alertLines(event)].join('\n')}\n`;
}

/** What {@link alertText} makes, line by line. */
export function* alertLines(event: AlertEvent): Generator<string> {
  yield oneLine(event.headline, MOST_WORDS);
  yield '';
  yield `host      ${oneLine(event.host, MOST_WORDS)}`;
  if (event.root !== '') yield `web root  ${oneLine(event.root, MOST_FILE)}`;
  yield `scanned   ${oneLine(event.at, 40)}${event.scan === null ? '' : ` (scan ${event.scan})`}`;
  if (!event.complete && !event.reasons.includes('failed')) {
    yield 'result    INCOMPLETE: what could not be read is not verified';
  }
  // Before the lists: they may be long, and some receivers cut them.
  yield* section('what to do', nextSteps(event));
  const isReminder = event.reasons.includes('reminder');
  yield* section('modules', verdictLines(event));
  yield* section(
    isReminder ? 'still there' : 'found',
    findingLines(event.findings, event.moreFindings, isReminder ? '' : event.at),
  );
  yield* section('gone', findingLines(event.gone, event.moreGone, ''));
  yield* section(
    'notes',
    event.notes.map((note) => oneLine(note, MOST_WORDS)),
  );
}

/** A finding in words, without its place: `critical: unlisted code`. */
export function findingInWords(finding: AlertFinding): string {
  return oneLine(`${finding.severity}: ${kindInWords(finding)}`, 80);
}

function* section(title: string, lines: readonly string[]): Generator<string> {
  if (lines.length === 0) return;
  yield '';
  yield `${title}:`;
  for (const line of lines) yield `  ${line}`;
}

/** Most places that are named of findings which are told together. */
const MOST_PLACES = 5;

/** @param at what was seen first by the scan of this time needs no word about it. */
function findingLines(findings: readonly AlertFinding[], more: number, at: string): string[] {
  const lines = foldAlertFindings(findings).flatMap((group) => groupLines(group, at));
  return more > 0 ? [...lines, `and ${countInWords(more, 'more finding')}`] : lines;
}

function groupLines({ findings, by }: FindingGroup, at: string): string[] {
  const [first] = findings;
  if (first === undefined) return [];
  const words = findingInWords(first);
  if (by === 'single') {
    return [`${words}  ${oneLine(first.file, MOST_FILE)}`, ...details(first, at).map((detail) => `  ${detail}`)];
  }
  const number = groupDigits(findings.length);
  const where = first.module === null ? 'outside of modules' : `in module ${oneLine(first.module, 100)}`;
  if (by === 'uncovered') return [`${words}  ${number} files ${where}: nothing says which of them belong there`];
  const places = findings.slice(0, MOST_PLACES).map(({ file }) => `  ${oneLine(file, MOST_FILE)}`);
  const left = findings.length - places.length;
  return [
    by === 'content' ? `${words}  the same content in ${number} places` : `${words}  ${number} files ${where}`,
    ...places,
    ...(left > 0 ? [`  and ${groupDigits(left)} more`] : []),
    ...(by === 'content' && first.actual !== undefined ? [`  sha256 ${oneLine(first.actual, 64)}`] : []),
  ];
}

function details({ module, firstSeen, note, expected, actual }: AlertFinding, at: string): string[] {
  const place = [
    ...(module === null ? [] : [`module ${oneLine(module, 100)}`]),
    ...(firstSeen === undefined || firstSeen === at ? [] : [`first seen ${oneLine(firstSeen, 40)}`]),
    ...(note === undefined ? [] : [oneLine(note, MOST_WORDS)]),
  ];
  return [
    ...(place.length === 0 ? [] : [place.join('; ')]),
    ...(actual === undefined ? [] : [`sha256 ${oneLine(actual, 64)}`]),
    ...(expected === undefined ? [] : [`signed ${oneLine(expected, 64)}`]),
  ];
}

function verdictLines({ verdicts, moreVerdicts }: AlertEvent): string[] {
  const lines = verdicts.map(verdictInWords);
  return moreVerdicts > 0 ? [...lines, `and ${countInWords(moreVerdicts, 'more module')}`] : lines;
}

/** `core 17.0.1: was good, is tampered (of 57 listed files: 1 altered)`. */
export function verdictInWords({ module, version, before, after, reason }: AlertVerdict): string {
  const name = `${oneLine(module, 100)}${version === null ? '' : ` ${oneLine(version, 60)}`}`;
  const was = before === undefined ? '' : before === null ? 'was not there, ' : `was ${oneLine(before, 40)}, `;
  const is = after === null ? 'is gone' : `is ${oneLine(after, 40)}`;
  return `${name}: ${was}${is}${reason === '' ? '' : ` (${oneLine(reason, MOST_WORDS)})`}`;
}

/** The first lines that fit into so many characters, and how many more there are. */
export function linesWithin(lines: Iterable<string>, most: number): string[] {
  const kept: string[] = [];
  let used = 0;
  let left = 0;
  for (const line of lines) {
    used += line.length + 1;
    if (used <= most) kept.push(line);
    else left += 1;
  }
  return left === 0 ? kept : [...kept, `(${groupDigits(left)} more lines left out)`];
}
