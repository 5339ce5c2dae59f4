import type { BytePath } from '../files/bytepath.js';
import type { Finding, Report } from '../model.js';
import { TOOL } from '../tool.js';
import { countInWords } from '../words.js';
import { safeJson } from './escape.js';
import { folderUri } from './file-uri.js';
import { placedFindings } from './findings.js';
import { resultInWords } from './result.js';
import { messageText } from './sarif-message.js';
import { artifactLocation, SarifResults, WEB_ROOT } from './sarif-result.js';
import { levelOf, RULES, type Rule, securitySeverity } from './sarif-rules.js';
import { shortForTerminal } from './shorten.js';
import { isoTime } from './stat.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

/**
 * The report as SARIF 2.1.0, one run: rules are verdicts, kinds of findings and classes of unlisted files; a result for
 * each bad verdict and each finding, with an identity that stays from scan to scan. A line for each artifact and result.
 */
export function* sarifParts(report: Report): Generator<string> {
  const artifacts = artifactsOf(report);
  const results = new SarifResults(report, (file) => artifacts.get(file)?.index);
  yield `{"$schema":${safeJson(SCHEMA)},"version":"2.1.0","runs":[${safeJson(runHead(report)).slice(0, -1)}`;
  yield ',\n"artifacts":[';
  yield* listed(artifactObjects(report, artifacts));
  yield '],\n"results":[';
  yield* listed(resultObjects(report, results));
  yield ']}]}\n';
}

function* listed(objects: Iterable<object>): Generator<string> {
  let separator = '\n';
  for (const object of objects) {
    yield `${separator}${safeJson(object)}`;
    separator = ',\n';
  }
}

function* resultObjects(report: Report, results: SarifResults): Generator<object> {
  for (const module of report.modules) if (module.verdict !== 'good') yield results.ofVerdict(module);
  for (const placed of placedFindings(report)) yield results.ofFinding(placed);
}

/** Each file once, with its place: a file may be the place of more than one finding. */
function artifactsOf(report: Report): ReadonlyMap<BytePath, { index: number; finding: Finding }> {
  const artifacts = new Map<BytePath, { index: number; finding: Finding }>();
  for (const { finding } of placedFindings(report)) {
    if (!artifacts.has(finding.file)) artifacts.set(finding.file, { index: artifacts.size, finding });
  }
  return artifacts;
}

function* artifactObjects(report: Report, artifacts: ReadonlyMap<BytePath, { finding: Finding }>): Generator<object> {
  for (const [file, { finding }] of artifacts) {
    const { size, actual, mtimeMs } = finding;
    const modified = mtimeMs === undefined ? null : isoTime(mtimeMs);
    yield {
      location: artifactLocation(report.root, file),
      ...(size === undefined ? {} : { length: size }),
      ...(actual === undefined || isLink(finding) ? {} : { hashes: { 'sha-256': actual } }),
      // The format has four digits for a year.
      ...(modified === null || modified.length !== 24 ? {} : { lastModifiedTimeUtc: modified }),
    };
  }
}

/** What is known of a link is the digest of the path that it holds, which is no content. */
function isLink({ mode }: Finding): boolean {
  return mode !== undefined && (mode & 0o170000) === 0o120000;
}

function runHead(report: Report): object {
  return {
    tool: {
      driver: { name: TOOL.name, version: TOOL.version, semanticVersion: TOOL.version, rules: RULES.map(ruleObject) },
    },
    originalUriBaseIds: {
      [WEB_ROOT]: { uri: folderUri(report.root), description: { text: 'the web root, or what was verified alone' } },
    },
    columnKind: 'utf16CodeUnits',
    invocations: [invocation(report)],
    properties: { scan: report.scan, kind: report.kind, complete: report.complete, summary: report.summary },
  };
}

function ruleObject({ id, text, severity }: Rule): object {
  return {
    id,
    shortDescription: { text: messageText(text.title) },
    fullDescription: { text: messageText(text.meaning) },
    help: { text: messageText(helpOf(text)) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags: ['security', 'integrity'], 'security-severity': securitySeverity(severity) },
  };
}

/** Why it may be, the most frequent first, then what to do. */
function helpOf({ causes, todo }: Rule['text']): string {
  return [...(causes ?? []).map((cause) => `- ${cause}`), todo].join('\n');
}

/** Successful is a scan that looked at everything, whatever it found. */
function invocation(report: Report): object {
  const { exitCode, complete, startedAt, finishedAt } = report;
  const isSuccessful = complete && exitCode <= 1;
  return {
    executionSuccessful: isSuccessful,
    exitCode,
    exitCodeDescription: resultInWords(report),
    startTimeUtc: startedAt.toISOString(),
    endTimeUtc: finishedAt.toISOString(),
    toolExecutionNotifications: [...notifications(report, isSuccessful)],
  };
}

function* notifications(report: Report, isSuccessful: boolean): Generator<object> {
  for (const note of report.notes) yield notification('note', shortForTerminal(note));
  const weak = report.modules.filter(({ signature }) => signature?.warnings.includes('weak-digest')).length;
  if (weak > 0) yield notification('note', `${countInWords(weak, 'signature')} made with SHA-1`);
  if (!isSuccessful) yield notification('error', resultInWords(report));
}

function notification(level: 'note' | 'error', text: string): object {
  return { level, message: { text: messageText(text) } };
}
