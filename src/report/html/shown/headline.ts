import type { Finding, ModuleReport, Report } from '../../../model.js';
import type { Verdict } from '../../../types.js';
import { VERDICTS } from '../../../types.js';
import { countInWords, groupDigits } from '../../../words.js';
import { isExempted, isSettled, isUnreached } from '../../advice.js';

/** How the night was, for whoever looks at a page from three metres. */
export type State = 'clean' | 'attention' | 'incomplete' | 'bad';

export interface Headline {
  readonly state: State;
  /** One or two words. */
  readonly badge: string;
  /** What was found, each without its beginning and end as a sentence, the gravest first. At least one. */
  readonly sentences: readonly string[];
}

/** What a server or a shell would run. */
const RUNS: ReadonlySet<string | undefined> = new Set(['code', 'executable']);

/** The verdict on the whole system in words. */
export function headlineOf(report: Report): Headline {
  const state = stateOf(report);
  const found = [...damageInWords(report), ...gapInWords(report)];
  return { state, badge: BADGES[state], sentences: found.length === 0 ? [quietInWords(report)] : found };
}

const BADGES: Record<State, string> = {
  clean: 'Clean',
  attention: 'Needs a look',
  incomplete: 'Incomplete',
  bad: 'Not clean',
};

function stateOf({ exitCode, complete, summary: { findings } }: Report): State {
  if (exitCode === 1 || findings.critical + findings.high > 0) return 'bad';
  if (!complete || exitCode > 128) return 'incomplete';
  return findings.medium > 0 || exitCode !== 0 ? 'attention' : 'clean';
}

function* damageInWords(report: Report): Generator<string> {
  const findings = countingIn(report);
  const altered = report.modules.filter(isAltered).length;
  if (altered > 0) {
    yield altered === 1
      ? '1 module is not as its signer published it'
      : `${groupDigits(altered)} modules are not as their signers published them`;
  }
  const running = findings.filter((finding) => isPlanted(finding) && RUNS.has(finding.class));
  if (running.length > 0) yield `${filesInWords(running)} can run as code${differentInWords(running)}`;
  const settings = findings.filter((finding) => isPlanted(finding) && finding.class === 'server-config');
  if (settings.length > 0) yield `${filesInWords(settings)} can change what the web server runs`;
  yield* distrustInWords(report.modules);
  const older = findings.filter(({ kind }) => kind === 'downgraded').length;
  if (older > 0) yield `an older release was put back in ${countInWords(older, 'module')}`;
}

function* gapInWords({ complete, exitCode }: Report): Generator<string> {
  if (exitCode > 128 && complete) yield 'the scan was interrupted when it was done, and what it found stands';
  else if (exitCode > 128) yield 'the scan was interrupted, and what was not read by then is not verified';
  else if (!complete) yield 'the scan is incomplete, and what could not be read is not verified';
  else if (exitCode > 1) yield 'not everything around the scan went well: see the notes';
}

/** Modules whose signature says nothing good, or that have none. */
function* distrustInWords(modules: readonly ModuleReport[]): Generator<string> {
  const bad = modules.filter(
    (module) => module.verdict !== 'good' && module.verdict !== 'tampered' && !isUnreached(module),
  );
  if (bad.length === 0) return;
  const counts = new Map<Verdict, number>();
  for (const { verdict } of bad) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = VERDICTS.filter((verdict) => counts.has(verdict)).map(
    (verdict) => `${groupDigits(counts.get(verdict) ?? 0)} ${verdict}`,
  );
  const what =
    bad.length === 1 ? `1 module (${bad[0]?.verdict})` : `${groupDigits(bad.length)} modules (${parts.join(', ')})`;
  yield `no signature that can be trusted holds for ${what}`;
}

function quietInWords({ summary }: Report): string {
  const { modules, verdicts, findings } = summary;
  if (modules === 0) return 'there is no module here that could be verified';
  const good = goodInWords(modules, verdicts.tampered);
  const rest = findings.critical + findings.high + findings.medium;
  if (rest === 0) return `${good}, and nothing that nobody signed needs a look`;
  return `${good}, but ${countInWords(rest, 'finding')} beside them ${rest === 1 ? 'needs' : 'need'} a look`;
}

/** @param exempted modules whose files are not as published, which an administrator knows */
function goodInWords(modules: number, exempted: number): string {
  const others = modules - exempted;
  const known = `${exempted === 1 ? 'differs' : 'differ'} only where an administrator exempted it`;
  if (others === 0) return `${countInWords(modules, 'module')} ${known}`;
  const good =
    others === 1 && exempted === 0
      ? 'the module is as its signer published it'
      : others === 1
        ? '1 module is as its signer published it'
        : `${exempted === 0 ? 'all ' : ''}${groupDigits(others)} modules are as their signers published them`;
  return exempted === 0 ? good : `${good}, ${groupDigits(exempted)} ${known}`;
}

/** One shell in fifteen places is one thing to look at. */
function differentInWords(findings: readonly Finding[]): string {
  const different = new Set(findings.map(({ actual, file }) => actual ?? file)).size;
  if (different === findings.length) return '';
  return different === 1 ? ', all with the same content' : ` (${groupDigits(different)} different ones)`;
}

/** How many, and that nobody signed them. */
function filesInWords(files: readonly Finding[]): string {
  return `${countInWords(files.length, 'file')} nobody signed`;
}

/** Grave, and not what lies about in a module whose signature lists nothing: of that the module's verdict tells. */
function isPlanted({ kind, severity, uncovered }: Finding): boolean {
  return kind === 'unlisted' && isGrave(severity) && uncovered === undefined;
}

function isAltered(module: ModuleReport): boolean {
  return module.verdict === 'tampered' && !isSettled(module);
}

function isGrave(severity: string): boolean {
  return severity === 'critical' || severity === 'high';
}

function countingIn({ modules, tree }: Report): Finding[] {
  return [...modules.flatMap(({ findings }) => findings), ...tree.findings].filter((finding) => !isExempted(finding));
}
