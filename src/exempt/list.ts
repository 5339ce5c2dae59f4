import { DAY_MILLISECONDS } from '../duration.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { dayOf } from '../words.js';
import { type ExemptionEntry, hasEnded } from './entry.js';

/** Every entry for a person, one a line, in the order of the file: how long it holds, what it is about, and why. */
export function* listedExemptions(entries: readonly ExemptionEntry[], now: Date): Generator<string> {
  if (entries.length === 0) yield 'no exemptions\n';
  for (const entry of entries) {
    const { module, place, kind, sha256, reason, author, expires } = entry;
    const owner = module === null ? 'outside of modules' : shortForTerminal(module);
    const content = sha256 === null ? 'any content' : `${sha256.slice(0, 12)}…`;
    const what = kind === 'missing' ? 'missing' : content;
    const state = stateInWords(entry, now).padEnd(16);
    const why = escapeControls(`${reason} (${author})`);
    yield `${dayOf(expires)}  ${state}  ${owner}  ${shortForTerminal(place.toString())}  ${what}  ${why}\n`;
  }
}

function stateInWords(entry: ExemptionEntry, now: Date): string {
  if (hasEnded(entry, now)) return 'ended';
  const days = Math.floor((entry.expires.getTime() - now.getTime()) / DAY_MILLISECONDS);
  return days === 0 ? 'ends within 24 h' : `${days} ${days === 1 ? 'day' : 'days'} left`;
}
