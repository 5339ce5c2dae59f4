import type { Finding, ModuleReport, Report } from '../model.js';
import { countInWords } from '../words.js';
import { isExempted } from './advice.js';
import { placedFindings } from './findings.js';
import { resultInWords } from './result.js';
import { shortForTerminal } from './shorten.js';

/** The bits of a module's status word, in the words of FreePBX. */
const STATUS_BITS: readonly (readonly [bit: number, word: string])[] = [
  [1, 'good'],
  [2, 'tampered'],
  [4, 'invalid'],
  [8, 'unsigned'],
  [16, 'unsupported'],
  [32, 'expired'],
  [64, 'revoked'],
  [128, 'trusted'],
];

/** A module that FreePBX never complains of. */
const IGNORED = 'fw_ari';

/**
 * What FreePBX itself would say: each module with its status word and what its bits mean, and the altered and missing
 * files of each; then its notifications. Lines that begin with `#` are not FreePBX's: they say what it does not see, and
 * the last one how the scan came out.
 */
export function* freepbxParts(report: Report): Generator<string> {
  for (const module of report.modules) {
    yield `${nameOf(module)}  ${module.freepbxStatus}  ${statusInWords(module.freepbxStatus)}\n`;
    for (const finding of module.findings) {
      const detail = detailOf(finding);
      if (detail !== null) yield `  ${shortForTerminal(finding.file)} ${detail}\n`;
    }
  }
  for (const module of report.modules) {
    const notification = notificationOf(module);
    if (notification !== null) yield `${notification}\n`;
  }
  yield* ownLines(report);
}

/** `trusted, tampered`. 0 is nothing at all: FreePBX has no word for what could not be read. */
export function statusInWords(status: number): string {
  const words = STATUS_BITS.filter(([bit]) => (status & bit) !== 0).map(([, word]) => word);
  return words.length === 0 ? 'unknown' : words.join(', ');
}

/** A listed file is there with the content that was signed, is not there, or is altered: FreePBX knows nothing else. */
function detailOf({ kind }: Finding): 'altered' | 'missing' | null {
  switch (kind) {
    case 'altered':
    case 'type-changed':
      return 'altered';
    case 'missing':
      return 'missing';
    case 'unreadable':
    case 'changed':
    case 'unlisted':
    case 'downgraded':
      return null;
  }
}

function notificationOf(module: ModuleReport): string | null {
  const { name, verdict } = module;
  if (name === IGNORED) return null;
  switch (verdict) {
    case 'tampered':
      return `FW_TAMPERED  ${nameOf(module)}`;
    case 'unsigned':
      return `FW_UNSIGNED  ${nameOf(module)}${name === 'framework' || name === 'core' ? '  critical' : ''}`;
    case 'revoked':
      return `FW_REVOKED  ${nameOf(module)}`;
    default:
      return null;
  }
}

function* ownLines(report: Report): Generator<string> {
  const numbers = { unlisted: 0, unread: 0, downgraded: 0, exempted: 0 };
  for (const { finding } of placedFindings(report)) {
    if (finding.kind === 'unlisted') numbers.unlisted += 1;
    if (finding.kind === 'unreadable' || finding.kind === 'changed') numbers.unread += 1;
    if (finding.kind === 'downgraded') numbers.downgraded += 1;
    if (isExempted(finding)) numbers.exempted += 1;
  }
  const { unlisted, unread, downgraded, exempted } = numbers;
  if (unlisted > 0) yield `# FreePBX does not see ${countInWords(unlisted, 'file')} that nobody signed\n`;
  if (unread > 0) yield `# FreePBX has no word for what could not be read: ${countInWords(unread, 'listed file')}\n`;
  if (downgraded > 0) yield `# FreePBX does not see ${countInWords(downgraded, 'signature')} older than before\n`;
  if (exempted > 0) yield `# FreePBX knows nothing of the exemption of ${countInWords(exempted, 'finding')}\n`;
  yield `# ${resultInWords(report)}\n`;
}

/** Without spaces, and a `#` not as the first character: no name can pass for a line of another kind. */
function nameOf({ name }: ModuleReport): string {
  return shortForTerminal(name).replace(/^#|\s/gu, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}
