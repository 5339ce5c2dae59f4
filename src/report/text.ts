import { styleText } from 'node:util';
import type { Finding, ModuleReport, Report, Summary } from '../model.js';
import { TOOL } from '../tool.js';
import { SEVERITIES, type Severity, UNLISTED_CLASSES, VERDICTS } from '../types.js';
import { bytesInWords, countInWords, groupDigits } from '../words.js';
import { adviceOn, adviceOnUnlisted, isUnreached } from './advice.js';
import { escapeForTerminal } from './escape.js';
import { type FindingLine, foldFindings } from './fold.js';

export interface TextOptions {
  /** Colour by severity. */
  readonly color: boolean;
  /** Every module and every finding on a line of its own. */
  readonly all: boolean;
}

const COLORS: Record<Severity, Parameters<typeof styleText>[0]> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

/** The report for a person: bad modules with their findings and the next step, what lies outside, a summary last. */
export function renderText(report: Report, options: TextOptions): string {
  const writer = new TextWriter(options);
  const shown = report.modules.filter((module) => options.all || !isQuietModule(module, report));
  writer.line(`${TOOL.name} ${TOOL.version}  ${escapeForTerminal(report.root)}  ${report.startedAt.toISOString()}`);
  for (const module of shown) writer.module(module);
  if (options.all ? report.tree.findings.length > 0 : !report.tree.findings.every(isQuiet)) {
    writer.line('');
    writer.line(writer.strong('outside of modules'));
    writer.findings(report.tree.findings);
    writer.next(adviceOnUnlisted(report.tree.findings));
  }
  writer.summary(report);
  return writer.text();
}

class TextWriter {
  private readonly lines: string[] = [];
  constructor(private readonly options: TextOptions) {}

  text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  strong(text: string): string {
    return this.options.color ? styleText('bold', text, { validateStream: false }) : text;
  }

  private colored(severity: Severity, text: string): string {
    return this.options.color ? styleText(COLORS[severity], text, { validateStream: false }) : text;
  }

  module(module: ModuleReport): void {
    const version = module.version === null ? '' : ` ${escapeForTerminal(module.version)}`;
    const severity = module.severity ?? (module.verdict === 'tampered' ? worstOf(module.findings) : null);
    const verdict = severity === null ? module.verdict : this.colored(severity, module.verdict);
    const reason = module.reason === '' ? '' : `: ${escapeForTerminal(module.reason)}`;
    this.line('');
    this.line(`${this.strong(escapeForTerminal(module.name))}${version}  ${verdict}${reason}`);
    if (module.signature !== null && module.verdict !== 'good') this.line(`  signed by ${signerInWords(module)}`);
    this.findings(module.findings);
    this.next(adviceOn(module));
  }

  next(advice: string): void {
    if (advice !== '') this.line(`  next: ${advice}`);
  }

  findings(findings: readonly Finding[]): void {
    const shown = this.options.all ? findings : findings.filter((finding) => !isQuiet(finding));
    for (const line of foldFindings(shown, this.options.all)) this.line(this.findingLine(line));
  }

  private findingLine({ first, number, place }: FindingLine): string {
    const severity = this.colored(first.severity, first.severity.padEnd(8));
    const kind = (first.class === undefined ? first.kind : `${first.kind} ${first.class}`).padEnd(22);
    const note = first.note === undefined ? '' : `  (${escapeForTerminal(first.note)})`;
    if (number === 1) return `  ${severity}  ${kind}  ${escapeForTerminal(place)}${note}`;
    const where = place === '' ? '' : ` below ${escapeForTerminal(place)}`;
    return `  ${severity}  ${kind}  ${groupDigits(number)} files${where}, the first: ${escapeForTerminal(first.path)}`;
  }

  summary(report: Report): void {
    const { summary } = report;
    this.line('');
    this.line(`modules   ${groupDigits(summary.modules)}: ${verdictsInWords(summary)}`);
    const seconds = Math.max(0, report.finishedAt.getTime() - report.startedAt.getTime()) / 1000;
    this.line(
      `files     ${groupDigits(summary.listed)} listed, ${groupDigits(summary.hashed)} hashed, ${groupDigits(summary.unchecked)} not checked; ` +
        `${bytesInWords(summary.bytes)} read in ${seconds.toFixed(2)} s`,
    );
    this.line(`unlisted  ${unlistedInWords(summary)}`);
    this.line(`findings  ${this.findingsInWords(report)}`);
    for (const note of report.notes) this.line(`note      ${escapeForTerminal(note)}`);
    const weak = report.modules.filter(({ signature }) => signature?.warnings.includes('weak-digest')).length;
    if (weak > 0) {
      this.line(
        `note      ${countInWords(weak, 'signature')} made with SHA-1 (low), as FreePBX's own still are; --policy strict refuses them`,
      );
    }
    this.line(`result    ${this.strong(resultInWords(report))}`);
  }

  private findingsInWords(report: Report): string {
    const { summary } = report;
    const parts = SEVERITIES.filter((severity) => summary.findings[severity] > 0).map((severity) =>
      this.colored(severity, `${groupDigits(summary.findings[severity])} ${severity}`),
    );
    if (parts.length === 0) return 'none';
    const counted = this.onlyCounted(report);
    const hint = counted === 0 ? '' : `; ${groupDigits(counted)} of them only counted (--all lists them)`;
    return `${parts.join(', ')}${hint}`;
  }

  /** Findings that stand on no line above: `info` that the scan only counted, and quiet ones. */
  private onlyCounted({ summary, modules, tree }: Report): number {
    const listed = [...modules.map(({ findings }) => findings), tree.findings].flat();
    const infos = summary.findings.info - listed.filter(({ severity }) => severity === 'info').length;
    return infos + (this.options.all ? 0 : listed.filter(isQuiet).length);
  }
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

function worstOf(findings: readonly Finding[]): Severity | null {
  return SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity)) ?? null;
}

function signerInWords({ signature }: ModuleReport): string {
  if (signature === null) return '';
  const signer = signature.signer ?? `key ${signature.keyId}, which is not at hand`;
  const warnings = signature.warnings.filter((warning) => warning !== 'weak-digest').map(escapeForTerminal);
  return [`${signer}, ${signature.signedAt.toISOString().slice(0, 10)}`, ...warnings].join('; ');
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

function resultInWords({ exitCode, complete }: Report): string {
  if (exitCode === 0) return 'clean.';
  if (exitCode > 128) return 'INTERRUPTED: what was not read by then is not verified.';
  const gap = complete ? '' : ' The scan is INCOMPLETE: what could not be read is not verified.';
  return exitCode === 1 ? `NOT clean.${gap}` : gap.trim();
}
