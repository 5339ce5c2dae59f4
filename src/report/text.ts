import { styleText } from 'node:util';
import type { Finding, ModuleReport, Report, Summary } from '../model.js';
import { TOOL } from '../tool.js';
import { SEVERITIES, type Severity, UNLISTED_CLASSES, VERDICTS } from '../types.js';
import { bytesInWords, countInWords, dayOf, groupDigits } from '../words.js';
import { adviceOn, adviceOnUnlisted, isExempted, isUnreached } from './advice.js';
import { changesInWords, kindInWords, moduleChangeLines, sinceInWords } from './changes.js';
import { escapeControls } from './escape.js';
import { type Comparison, comparisonOf, isNew, severityOf, worstOf } from './findings.js';
import { type FindingLine, foldFindings } from './fold.js';
import { SEVERITY_COLORS } from './layout/fit.js';
import { hang } from './layout/hang.js';
import { resultInWords } from './result.js';
import { shortForTerminal } from './shorten.js';

/** How the report for a person looks. */
export interface TextOptions {
  /** Colour by severity. */
  readonly color: boolean;
  /** Every module and every finding on a line of its own. */
  readonly all: boolean;
  /** Columns of the terminal, below which longer lines are continued. Not given: every line stays whole. */
  readonly columns?: number | undefined;
  /** `false` where only ASCII can be shown: other characters are written as `\\u{…}`. @default true */
  readonly unicode?: boolean;
  /** Say how to learn what the words of the report mean, where something is wrong. @default false */
  readonly hints?: boolean;
}

/** What begins a line of the report, and what is continued below itself where the line is too long. */
type Piece = readonly [start: string, rest: string];

/**
 * The report for a person: bad modules with their findings and the next step, what lies outside, a summary last. Names
 * from the scanned system are escaped, so that a terminal obeys none of them.
 * @param report what a scan found.
 * @param options how it looks.
 */
export function renderText(report: Report, options: TextOptions): string {
  return [...textParts(report, options)].join('');
}

/** What {@link renderText} makes, line by line: a tree full of findings gives more than one string can hold. */
export function* textParts(report: Report, options: TextOptions): Generator<string> {
  for (const [start, rest] of new TextLines(options).report(report)) {
    for (const line of hang(start, rest, options)) yield `${line}\n`;
  }
}

const EMPTY: Piece = ['', ''];

/** Modules that changed are named on so many lines; `diff` names all. */
const MOST_CHANGED_MODULES = 10;

class TextLines {
  private compared: Comparison | null = null;

  constructor(private readonly options: TextOptions) {}

  *report(report: Report): Generator<Piece> {
    const { all } = this.options;
    this.compared = comparisonOf(report);
    yield [`${TOOL.name} ${TOOL.version}  `, `${shortForTerminal(report.root)}  ${report.startedAt.toISOString()}`];
    for (const module of report.modules) {
      if (all || !isQuietModule(module, report)) yield* this.module(module);
    }
    const outside = report.tree.findings;
    if (all ? outside.length > 0 : !outside.every(isQuiet)) {
      yield EMPTY;
      yield [this.strong('outside of modules'), ''];
      yield* this.findings(outside);
      yield* next(adviceOnUnlisted(outside));
    }
    yield* this.summary(report);
  }

  private strong(text: string): string {
    return this.options.color ? styleText('bold', text, { validateStream: false }) : text;
  }

  private colored(severity: Severity, text: string): string {
    return this.options.color ? styleText(SEVERITY_COLORS[severity], text, { validateStream: false }) : text;
  }

  private dim(text: string): string {
    return this.options.color ? styleText('dim', text, { validateStream: false }) : text;
  }

  private *module(module: ModuleReport): Generator<Piece> {
    const version = module.version === null ? '' : ` ${shortForTerminal(module.version)}`;
    const severity = module.verdict === 'good' ? null : severityOf(module);
    const verdict = severity === null ? module.verdict : this.colored(severity, module.verdict);
    const reason = module.reason === '' ? '' : `: ${shortForTerminal(module.reason)}`;
    yield EMPTY;
    yield ['', `${this.strong(shortForTerminal(module.name))}${version}  ${verdict}${reason}`];
    if (module.signature !== null && module.verdict !== 'good') yield ['  signed by ', signerInWords(module)];
    yield* this.findings(module.findings);
    yield* next(adviceOn(module));
  }

  private *findings(findings: readonly Finding[]): Generator<Piece> {
    const shown = this.options.all ? findings : findings.filter((finding) => !isQuiet(finding));
    for (const line of foldFindings(shown, this.options.all, (finding) => isNew(this.compared, finding)))
      yield this.findingLine(line);
  }

  private findingLine({ first, number, place }: FindingLine): Piece {
    const mark =
      first.exemption === undefined ? this.colored(first.severity, first.severity.padEnd(8)) : this.dim('exempted');
    const kind = kindInWords(first).padEnd(22);
    const why = exemptionInWords(first) + this.ageInWords(first);
    const note = first.note === undefined ? '' : `  (${shortForTerminal(first.note)})`;
    const start = `  ${mark}  ${kind}  `;
    if (number === 1) return [start, `${shortForTerminal(place)}${note}${why}`];
    const where = place === '' ? '' : ` below ${shortForTerminal(place)}`;
    return [start, `${groupDigits(number)} files${where}, the first: ${shortForTerminal(first.path)}${why}`];
  }

  private ageInWords(finding: Finding): string {
    if (this.compared === null || finding.firstSeen === undefined) return '';
    return isNew(this.compared, finding) ? `  ${this.strong('new')}` : this.dim(`  since ${dayOf(finding.firstSeen)}`);
  }

  private *summary(report: Report): Generator<Piece> {
    const { summary } = report;
    const seconds = Math.max(0, report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
    yield EMPTY;
    yield ['modules   ', `${groupDigits(summary.modules)}: ${verdictsInWords(summary)}`];
    const reused = report.kind === 'full' ? '' : `${groupDigits(summary.reused)} unchanged since (quick scan), `;
    const read = `${bytesInWords(summary.bytes)} read in ${seconds.toFixed(2)} s`;
    yield [
      'files     ',
      `${groupDigits(summary.listed)} listed, ${groupDigits(summary.hashed)} hashed, ${reused}` +
        `${groupDigits(summary.unchecked)} not checked; ${read}`,
    ];
    yield ['unlisted  ', unlistedInWords(summary)];
    yield ['findings  ', this.findingsInWords(report)];
    yield* this.changes(report);
    for (const note of report.notes) yield ['note      ', shortForTerminal(note)];
    const weak = report.modules.filter(({ signature }) => signature?.warnings.includes('weak-digest')).length;
    if (weak > 0) {
      const made = `${countInWords(weak, 'signature')} made with SHA-1 (low), as FreePBX's own still are`;
      yield ['note      ', `${made}; --policy strict refuses them`];
    }
    yield ['result    ', this.strong(resultInWords(report))];
    const word = this.options.hints === true ? wordToExplain(report) : undefined;
    if (word !== undefined) yield ['          ', `what the words mean: ${TOOL.name} --explain ${word}`];
  }

  private *changes({ changes }: Report): Generator<Piece> {
    if (changes === null) return;
    yield ['changes   ', `${changesInWords(changes)} since ${sinceInWords(changes)}`];
    const lines = [...moduleChangeLines(changes)];
    const shown = this.options.all ? lines : lines.slice(0, MOST_CHANGED_MODULES);
    for (const line of shown) yield ['          ', line];
    if (lines.length > shown.length) {
      yield ['          ', `and ${countInWords(lines.length - shown.length, 'module')} more (sigsweep diff)`];
    }
  }

  private findingsInWords(report: Report): string {
    const { summary } = report;
    const parts = SEVERITIES.filter((severity) => summary.findings[severity] > 0).map((severity) =>
      this.colored(severity, `${groupDigits(summary.findings[severity])} ${severity}`),
    );
    const counted = this.onlyCounted(report);
    const hint = counted === 0 ? '' : `; ${groupDigits(counted)} of them only counted (--all lists them)`;
    const exempted = summary.exempted === 0 ? '' : `; ${groupDigits(summary.exempted)} exempted`;
    return `${parts.length === 0 ? 'none' : parts.join(', ')}${hint}${exempted}`;
  }

  /** Findings that stand on no line above: `info` that the scan only counted, and quiet ones. */
  private onlyCounted({ summary, modules, tree }: Report): number {
    const lists = [...modules.map(({ findings }) => findings), tree.findings];
    const count = (wanted: (finding: Finding) => boolean) =>
      lists.reduce((sum, findings) => sum + findings.filter((one) => !isExempted(one) && wanted(one)).length, 0);
    const infos = summary.findings.info - count(({ severity }) => severity === 'info');
    return infos + (this.options.all ? 0 : count(isQuiet));
  }
}

function* next(advice: string): Generator<Piece> {
  if (advice !== '') yield ['  next: ', advice];
}

/** The first bad word of a report: an example of what can be explained. */
function wordToExplain({ modules, tree, exitCode }: Report): string | undefined {
  if (exitCode === 0) return undefined;
  const verdict = modules.find((module) => module.verdict !== 'good')?.verdict;
  if (verdict !== undefined) return verdict;
  const findings = [...modules.flatMap((module) => module.findings), ...tree.findings];
  const worst = findings.find(({ severity }) => severity === worstOf(findings));
  if (worst === undefined) return exitCode === 1 ? undefined : 'incomplete';
  return worst.class === undefined ? worst.kind : `${worst.kind}-${worst.class}`;
}

/** Nothing to say of it; or only what the result of an interrupted scan says of all that it did not come to. */
function isQuietModule(module: ModuleReport, report: Report): boolean {
  const uneventful = module.verdict === 'good' || (report.exitCode > 128 && isUnreached(module));
  return uneventful && module.findings.every(isQuiet);
}

/** Dotfiles that are not code lie about on every system: counted, and listed where every finding is. */
function isQuiet(finding: Finding): boolean {
  return finding.class === 'hidden' && finding.severity === 'low';
}

/** What an administrator wrote is text already, unlike names and notes. */
function exemptionInWords({ exemption }: Finding): string {
  if (exemption === undefined) return '';
  return `  (until ${dayOf(exemption.expires)}: ${escapeControls(exemption.reason)})`;
}

function signerInWords({ signature }: ModuleReport): string {
  if (signature === null) return '';
  const signer = signature.signer ?? `key ${signature.keyId}, which is not at hand`;
  const warnings = signature.warnings.filter((warning) => warning !== 'weak-digest').map(shortForTerminal);
  return [`${signer}, ${dayOf(signature.signedAt)}`, ...warnings].join('; ');
}

function verdictsInWords({ verdicts }: Summary): string {
  const parts = VERDICTS.filter((verdict) => verdicts[verdict] > 0).map(
    (verdict) => `${groupDigits(verdicts[verdict])} ${verdict}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}

function unlistedInWords({ unlisted }: Summary): string {
  const parts = UNLISTED_CLASSES.filter((name) => unlisted[name] > 0).map(
    (name) => `${groupDigits(unlisted[name])} ${name}`,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}
