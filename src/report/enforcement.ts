import type { EnforcedModule, Enforcement, Outcome } from '../enforcement.js';
import { TOOL } from '../tool.js';
import { countInWords, groupDigits } from '../words.js';
import { escapeControls, escapeInvalid, safeJson } from './escape.js';
import { pathFields } from './json.js';
import { shortForTerminal } from './shorten.js';

/** Names the contract of the JSON form. */
const SCHEMA = 'sigsweep/enforce@1';

/** A name that is longer moves its own line only. */
const WIDEST_COLUMN = 40;

const WORDS: Record<Outcome, string> = {
  'would-be-disabled': 'would be disabled',
  disabled: 'disabled',
  'already-disabled': 'was disabled already',
  failed: 'not disabled',
  impossible: 'not disabled',
  'not-tried': 'not disabled',
};

/** What was done, or would be, for a person: a table of the modules, then what became of each, the result last. */
export function* enforcementLines(enforcement: Enforcement): Generator<string> {
  const { modules, unverified, notes } = enforcement;
  if (modules.length > 0) {
    yield* table([['module', 'version', 'verdict', 'signer', 'reason'], ...modules.map(cellsOf)]);
    yield '';
    yield* table(modules.map((module) => [shortForTerminal(module.name), outcomeInWords(module)]));
    yield '';
  }
  for (const { name, reason } of unverified) {
    yield `unverified, so never disabled: ${shortForTerminal(name)}: ${shortForTerminal(reason)}`;
  }
  for (const note of notes) yield `note    ${shortForTerminal(note)}`;
  yield `result  ${resultInWords(enforcement)}`;
}

/** The same as one JSON document. */
export function enforcementJson(enforcement: Enforcement): string {
  const { startedAt, finishedAt, root, notes, modules, unverified, command, ...rest } = enforcement;
  return `${safeJson({
    schema: SCHEMA,
    tool: TOOL,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    ...pathFields('root', root),
    ...rest,
    command,
    notes: notes.map(escapeInvalid),
    modules: modules.map(({ name, version, verdict, signer, reason, outcome, detail }) => ({
      ...pathFields('name', name),
      version: version === null ? null : escapeInvalid(version),
      verdict,
      signer,
      reason: escapeInvalid(reason),
      outcome,
      detail,
    })),
    unverified: unverified.map(({ name, reason }) => ({ ...pathFields('name', name), reason: escapeInvalid(reason) })),
  })}\n`;
}

function cellsOf({ name, version, verdict, signer, reason }: EnforcedModule): string[] {
  return [
    shortForTerminal(name),
    version === null ? '-' : shortForTerminal(version),
    verdict,
    signer ?? '-',
    shortForTerminal(reason),
  ];
}

/** The last column may be as long as it likes. */
function* table(rows: readonly (readonly string[])[]): Generator<string> {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((widest, row) => Math.max(widest, Math.min(WIDEST_COLUMN, row[column]?.length ?? 0)), 0),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(column === row.length - 1 ? 0 : (widths[column] ?? 0)));
    yield cells.join('  ').trimEnd();
  }
}

function outcomeInWords({ outcome, detail }: EnforcedModule): string {
  return `${WORDS[outcome]}${detail === '' ? '' : `: ${escapeControls(detail)}`}`;
}

function resultInWords(enforcement: Enforcement): string {
  const gap = enforcement.complete ? '' : ' The scan is INCOMPLETE: what could not be read is not verified.';
  return `${doneInWords(enforcement)}${gap}`;
}

function doneInWords({ modules, verdicts, dryRun, command, problem }: Enforcement): string {
  if (modules.length === 0) return `no module was found to be ${verdicts.join(' or ')}.`;
  const count = (...outcomes: Outcome[]) => modules.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const would = count('would-be-disabled');
  if (dryRun && would > 0) {
    const by = command === null ? '' : ` by ${escapeControls(command.join(' '))}`;
    const hint = problem === null ? ': --yes does it' : ', nor would it be with --yes';
    return `${countInWords(would, 'module')} would be disabled${by}. Nothing was run${hint}.`;
  }
  const parts = [
    `${countInWords(count('disabled', 'already-disabled'), 'module')} disabled`,
    `${groupDigits(count('failed', 'impossible', 'not-tried'))} not`,
  ];
  return `${parts.join(', ')}.`;
}
