import type { BytePath } from '../files/bytepath.js';
import { isServerConfig } from '../files/names.js';
import type { Finding, ModuleReport, Report } from '../model.js';
import { dayOf } from '../words.js';
import { escapeControls } from './escape.js';
import { resultInWords } from './result.js';
import { shortForTerminal } from './shorten.js';

/**
 * The report in the manner of `rpm -V`: one line for each listed file that is not as it was signed, nothing where all
 * are. Of the nine tests a manifest has what it takes for one, the digest (`5`), and says that a file is a plain one (`M`);
 * the others are `.`, as where rpm is told to leave them out, and `?` is a digest that could not be made. What rpm has no
 * word for stands behind a word of its own: what nobody listed, what is exempted, a module that is not verified. A scan
 * that did not come to its end has a last line that begins with `error:`, and so has one that is not clean for what is
 * only counted: nothing at all would say that all is well.
 */
export function* rpmParts(report: Report): Generator<string> {
  let isSilent = true;
  for (const line of lines(report)) {
    isSilent = false;
    yield line;
  }
  const isUnsaid = isSilent && report.exitCode !== 0;
  if (!report.complete || report.exitCode > 1 || isUnsaid) yield `error: ${resultInWords(report)}\n`;
}

function* lines({ modules, tree }: Report): Generator<string> {
  for (const module of modules) {
    if (module.severity !== null || isWithoutFiles(module)) yield verdictLine(module);
    for (const finding of module.findings) yield lineOf(finding);
  }
  for (const finding of tree.findings) yield lineOf(finding);
}

function lineOf(finding: Finding): string {
  const { kind, file, exemption, note } = finding;
  const attribute = attributeOf(finding);
  if (exemption !== undefined) {
    const why = escapeControls(exemption.reason);
    return worded('exempted', file, attribute, `${kind}, until ${dayOf(exemption.expires)}: ${why}`);
  }
  switch (kind) {
    case 'altered':
      return flags('..5......', file, attribute);
    case 'type-changed':
      return flags('.M?......', file, attribute);
    case 'unreadable':
    case 'changed':
      return flags('..?......', file, attribute);
    case 'missing':
      return worded('missing', file, attribute, '');
    case 'unlisted':
    case 'downgraded':
      return worded(kind, file, attribute, note === undefined ? '' : shortForTerminal(note));
  }
}

/** A tampered module whose files are left out, where a remembered scan had too many. */
function isWithoutFiles({ verdict, findings }: ModuleReport): boolean {
  return verdict === 'tampered' && findings.every(({ kind }) => kind === 'unlisted');
}

/** A tampered module has no line of its own: its files have. */
function verdictLine({ verdict, path, reason }: ModuleReport): string {
  return worded(verdict, path, ' ', shortForTerminal(reason));
}

/** `c` for what configures the server, as rpm marks configuration. */
function attributeOf({ file }: Finding): string {
  return isServerConfig(file) ? 'c' : ' ';
}

function flags(tests: string, file: BytePath, attribute: string): string {
  return `${tests}  ${attribute} ${shortForTerminal(file)}\n`;
}

/** A word in the place of the tests; what explains it follows the path, as rpm has it. */
function worded(word: string, file: BytePath, attribute: string, remark: string): string {
  return `${word.padEnd(8)}  ${attribute} ${shortForTerminal(file)}${remark === '' ? '' : ` (${remark})`}\n`;
}
