import type { PlacedFinding } from '../changes.js';
import type { BytePath } from '../files/bytepath.js';
import { findingKey, verdictKey } from '../identity.js';
import type { Finding, ModuleReport, Report } from '../model.js';
import type { Severity } from '../types.js';
import { dayOf } from '../words.js';
import { isPackage } from './advice.js';
import { kindInWords } from './changes.js';
import { escapeControls } from './escape.js';
import { fileUri, relativeReference } from './file-uri.js';
import { type Comparison, comparisonOf, isNew, severityOf } from './findings.js';
import { messageText } from './sarif-message.js';
import { levelOf, ruleIdOf, ruleIndexOf } from './sarif-rules.js';
import { shortForTerminal } from './shorten.js';
import { isoTime, permissions } from './stat.js';

/** What relative references begin at: the web root. */
export const WEB_ROOT = 'WEBROOT';

/** Makes SARIF's results of what a report found. */
export class SarifResults {
  private readonly compared: Comparison | null;
  private readonly changedVerdicts: ReadonlySet<BytePath>;

  /** @param artifactIndex the place of a file among the artifacts; nothing where it is not among them. */
  constructor(
    private readonly report: Report,
    private readonly artifactIndex: (file: BytePath) => number | undefined,
  ) {
    this.compared = comparisonOf(report);
    const changes = report.changes?.modules ?? [];
    this.changedVerdicts = new Set(
      changes.filter(({ before, after }) => before?.verdict !== after?.verdict).map(({ module }) => module),
    );
  }

  /** Of a module's own verdict; its files have theirs. */
  ofVerdict(module: ModuleReport): object {
    const { name, verdict, reason, signature } = module;
    const counting = severityOf(module);
    const severity = counting ?? 'info';
    const text = `${shortForTerminal(name)}: ${verdict}${reason === '' ? '' : `, ${shortForTerminal(reason)}`}`;
    return {
      ...head(verdict, severity, text),
      locations: [this.location(signatureFileOf(module), name)],
      partialFingerprints: { 'sigsweepVerdict/v1': verdictKey(name, verdict) },
      ...this.baseline(this.changedVerdicts.has(name)),
      suppressions: counting === null ? [suppression('every finding of the module is exempted')] : [],
      properties: {
        severity,
        version: module.version === null ? null : shortForTerminal(module.version),
        signer: signature?.signer ?? null,
        keyId: signature?.keyId ?? null,
        trust: signature?.trust ?? null,
      },
    };
  }

  ofFinding(placed: PlacedFinding): object {
    const { module, finding } = placed;
    const { severity, exemption } = finding;
    return {
      ...head(ruleIdOf(finding), severity, findingText(placed)),
      locations: [this.location(finding.file, module, finding.size)],
      partialFingerprints: { 'sigsweepFinding/v1': findingKey(placed) },
      ...this.baseline(isNew(this.compared, finding)),
      suppressions:
        exemption === undefined
          ? []
          : [
              suppression(
                `${escapeControls(exemption.reason)} (${escapeControls(exemption.author)}, until ${dayOf(exemption.expires)})`,
              ),
            ],
      properties: propertiesOf(finding),
    };
  }

  /** Below the web root as a relative reference, so that results of two machines compare; else as an absolute one. */
  private location(file: BytePath, module: BytePath | null, size?: number): object {
    const index = this.artifactIndex(file);
    return {
      physicalLocation: {
        artifactLocation: { ...artifactLocation(this.report.root, file), ...(index === undefined ? {} : { index }) },
        // The whole file: what is wrong with it is no line of it.
        ...(size === undefined ? {} : { region: { byteOffset: 0, byteLength: size } }),
      },
      ...(module === null ? {} : { logicalLocations: [{ name: shortForTerminal(module), kind: 'module' }] }),
    };
  }

  /** Either every result has it or none, as the standard wants it. */
  private baseline(isNewResult: boolean): object {
    return this.compared === null ? {} : { baselineState: isNewResult ? 'new' : 'unchanged' };
  }
}

export function artifactLocation(root: BytePath, file: BytePath): { uri: string; uriBaseId?: string } {
  const relative = relativeReference(root, file);
  return relative === null ? { uri: fileUri(file) } : { uri: relative, uriBaseId: WEB_ROOT };
}

function head(ruleId: string, severity: Severity, text: string): object {
  return { ruleId, ruleIndex: ruleIndexOf(ruleId), level: levelOf(severity), message: { text: messageText(text) } };
}

function findingText({ module, finding }: PlacedFinding): string {
  const { severity, path, note } = finding;
  const place = shortForTerminal(module === null ? path : `${module}/${path}`);
  return `${severity}: ${kindInWords(finding)} ${place}${note === undefined ? '' : ` (${shortForTerminal(note)})`}`;
}

function suppression(justification: string): object {
  return { kind: 'external', status: 'accepted', justification };
}

function propertiesOf({ severity, expected, actual, uid, gid, mode, ctimeMs, firstSeen, uncovered }: Finding): object {
  return {
    severity,
    expected,
    actual,
    uid,
    gid,
    mode: mode === undefined ? undefined : permissions(mode),
    ctime: ctimeMs === undefined ? undefined : isoTime(ctimeMs),
    firstSeen: firstSeen?.toISOString(),
    uncovered,
  };
}

/** Where the verdict comes from: the module's signature, whether it is there or not; a package or a signature alone itself. */
function signatureFileOf(module: ModuleReport): BytePath {
  const { path } = module;
  return (isPackage(module) || path.endsWith('.sig') ? path : `${path}/module.sig`) as BytePath;
}
