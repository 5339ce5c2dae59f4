import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError } from 'commander';
import type { PlacedFinding } from '../changes.js';
import { SigsweepError } from '../errors.js';
import { EXEMPTIBLE_KINDS, type ExactEntry } from '../exempt/entry.js';
import { listedExemptions } from '../exempt/list.js';
import { DEFAULT_EXEMPTIONS_FILE, readExemptions } from '../exempt/read.js';
import { whyNotExemptible } from '../exempt/rules.js';
import type { BytePath } from '../files/bytepath.js';
import type { Exemption } from '../finding.js';
import { escapeControls } from '../report/escape.js';
import { shortForTerminal } from '../report/shorten.js';
import { ExitCode } from '../scan/exit-code.js';
import { findLayout } from '../scan/system/layout.js';
import { countInWords, minuteOf } from '../words.js';
import { parsePath, withExemptions, withSystemOptions, withTrustOptions } from './arguments.js';
import { type FileArguments, findingsOnFiles, layoutOptions } from './exempt-files.js';
import { type SelectionArguments, selectFindings } from './exempt-selection.js';
import { Interrupt } from './interrupt.js';
import { print } from './output.js';
import { findSnapshot, readHistory, type StateArguments, withStateFolder } from './remembered.js';

interface ExemptArguments extends FileArguments, SelectionArguments, StateArguments {
  readonly reason?: string;
  readonly expires?: string;
  readonly author?: string;
  readonly exemptions?: string;
  readonly dryRun?: true;
  readonly list?: true;
}

/** `sigsweep exempt`: says that findings may be there. The only thing that ever adds to the exemptions file. */
export function addExemptCommand(program: Command): void {
  const command = program
    .command('exempt')
    .summary('say that a finding may be there, until a day')
    .description(
      'Adds an entry for each file to the exemptions file, with the hash that a scan\n' +
        'of it finds now, or that an earlier scan found. Reports then show the finding\n' +
        'marked and do not count it, until its content changes or the day has come.',
    )
    .argument('[path...]', 'files with findings', parsePaths)
    .option('--reason <text>', 'why they may be there', parseWords)
    .option('--expires <when>', 'how long, as 90d, or until which day, as 2027-01-31; a year at most', parseWords)
    .option('--author <name>', 'who says so (default: the user who is logged in)', parseWords)
    .option('--scan <scan>', 'take findings of this scan, last or its number, instead of files')
    .option('--module <module>', 'with --scan: those of this module')
    .option('--outside', 'with --scan: those outside of modules')
    .option('--path <path|glob>', 'with --scan: those with this path; * is any part of a name, ** any folders')
    .option('--dry-run', 'say what would be written, and write nothing')
    .option('--list', 'print the entries that there are')
    .option('--web-root <dir>', 'the web root, found as by scan', parsePath);
  withStateFolder(withTrustOptions(withSystemOptions(withExemptions(command)))).action(
    async (paths: readonly string[], given: ExemptArguments) => {
      if (given.list === true) await list(given);
      else await exempt(paths, given);
    },
  );
}

async function list({ exemptions }: ExemptArguments): Promise<void> {
  const now = new Date();
  await print(listedExemptions(await readExemptions(exemptions, now), now));
}

async function exempt(paths: readonly string[], given: ExemptArguments): Promise<void> {
  checkChoice(paths, given);
  const now = new Date();
  const exemption = await exemptionAsked(given, now);
  const interrupt = new Interrupt();
  try {
    const found =
      given.scan === undefined
        ? await findingsOnFiles(paths, given, interrupt.signal)
        : selectFindings(rememberedFindings(given.scan, given), given);
    if (interrupt.exitCode !== undefined) {
      process.exitCode = interrupt.exitCode;
      process.stderr.write('sigsweep: interrupted: nothing was written\n');
      return;
    }
    const { entries, refused } = sorted(found, exemption);
    for (const { module, finding } of refused) {
      const why = whyNotExemptible(finding) ?? '';
      process.stderr.write(`sigsweep: not exempted: ${placeInWords(module, finding.path)}: ${why}\n`);
    }
    if (entries.length === 0) {
      throw new SigsweepError('NOT_EXEMPTIBLE', 'nothing was written: none of these findings can be exempted');
    }
    const file = given.exemptions ?? DEFAULT_EXEMPTIONS_FILE;
    if (given.dryRun !== true) {
      const { addExemptions } = await import('../exempt/write.js');
      addExemptions(file, entries, now);
    }
    process.exitCode = refused.length === 0 ? ExitCode.clean : ExitCode.findings;
    await print(told(entries, file, given.dryRun === true));
  } finally {
    interrupt.release();
  }
}

/** The findings of a scan that is remembered; the last one is that of this web root, where there is one here. */
function rememberedFindings(scan: string, given: ExemptArguments): readonly PlacedFinding[] {
  const { scan: record, findings } = readHistory(given, (database) =>
    findSnapshot(database, scan, scan === 'last' ? webRootOf(given) : undefined),
  );
  const root = shortForTerminal(record.root);
  process.stderr.write(`sigsweep: taken from scan ${record.id} of ${root}, ${minuteOf(record.startedAt)}\n`);
  return [...findings.values()];
}

function webRootOf(given: ExemptArguments): BytePath | undefined {
  try {
    return findLayout(layoutOptions(given)).roots[0];
  } catch {
    return undefined; // Only its history is on this machine.
  }
}

/** Files are named, or findings of an earlier scan are chosen: never both, never neither. */
function checkChoice(paths: readonly string[], { scan, module, outside, path }: ExemptArguments): void {
  const chooses = module !== undefined || outside !== undefined || path !== undefined;
  if (scan === undefined && chooses) {
    throw new SigsweepError('USAGE', '--module, --outside and --path go with --scan: name files, or give --scan last');
  }
  if ((scan === undefined) === (paths.length === 0)) {
    throw new SigsweepError(
      'USAGE',
      'name files, or choose findings of an earlier scan with --scan, --module and --path',
    );
  }
}

/** What was written, for whoever looks at it once more. */
function* told(entries: readonly ExactEntry[], file: string, isDryRun: boolean): Generator<string> {
  for (const { module, place, kind, sha256 } of entries) {
    yield `${kind}  ${placeInWords(module, place)}  ${sha256 ?? 'any content'}\n`;
  }
  const number = countInWords(entries.length, 'exemption');
  yield `${number} ${isDryRun ? 'would be written' : 'written'} to ${escapeControls(file)}\n`;
}

/** Findings that can be exempted as entries, and the others. */
function sorted(found: readonly PlacedFinding[], exemption: Exemption) {
  const entries: ExactEntry[] = [];
  const refused: PlacedFinding[] = [];
  for (const placed of found) {
    const { module, finding } = placed;
    const kind = EXEMPTIBLE_KINDS.find((name) => name === finding.kind);
    if (kind === undefined || whyNotExemptible(finding) !== null) refused.push(placed);
    else entries.push({ ...exemption, module, place: finding.path, kind, sha256: finding.actual ?? null });
  }
  return { entries, refused };
}

async function exemptionAsked({ reason, expires, author }: ExemptArguments, now: Date): Promise<Exemption> {
  if (reason === undefined || expires === undefined) {
    throw new SigsweepError('USAGE', 'give --reason and --expires: nobody shall wonder later why it was exempted');
  }
  const [{ endGiven }, { latestEnd }] = await Promise.all([import('./end-given.js'), import('../exempt/dates.js')]);
  const end = endGiven(expires, now);
  if (end > latestEnd(now)) throw new SigsweepError('USAGE', `--expires ${expires}: a year is the longest, 365d`);
  return { reason, author: author ?? loginName(), expires: end };
}

/** Who asks, even where it is root who writes. */
function loginName(): string {
  try {
    return process.env.SUDO_USER || userInfo().username;
  } catch (cause) {
    throw new SigsweepError('USAGE', 'this user has no name here: give --author NAME', { cause });
  }
}

function placeInWords(module: PlacedFinding['module'], path: string): string {
  return `${module === null ? 'outside of modules' : shortForTerminal(module)}  ${shortForTerminal(path)}`;
}

function parseWords(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('it is empty.');
  return text.trim();
}

function parsePaths(path: string, previous: readonly string[] = []): string[] {
  return [...previous, parsePath(path)];
}
