import { kindInWords } from '../../report/changes.js';
import { oneLine } from '../../report/one-line.js';
import { shortForTerminal } from '../../report/shorten.js';
import { countInWords, groupDigits, minuteOf } from '../../words.js';
import type {
  FleetFinding,
  FleetFindingKind,
  FleetHost,
  FleetReport,
  HostList,
  SharedContent,
  Variant,
} from '../findings/types.js';

/** Longest text of somebody else that is shown, in characters. */
const MOST_DETAIL = 400;

/** So many hosts are named in a sentence. */
const MOST_NAMES = 5;

const LABELS: Readonly<Record<FleetFindingKind, string>> = {
  'bytes-differ': 'other bytes',
  'signature-missing': 'no signature',
  'signer-differs': 'other signer',
  'shared-content': 'same content',
  behind: 'behind',
  silent: 'silent',
  'never-reported': 'never reported',
  outdated: 'outdated',
  unanswered: 'unanswered',
  failed: 'failed',
  refused: 'refused',
};

/** A finding of the fleet in words; names in it are escaped. */
export interface Phrase {
  /** Two words for its kind. */
  readonly label: string;
  /** What it is about: a module, a file; '' where it is a host. */
  readonly subject: string;
  /** What there is to say of it, without a full stop. */
  readonly says: string;
}

export function phraseOf(finding: FleetFinding): Phrase {
  return { label: LABELS[finding.kind], subject: subjectOf(finding), says: saysOf(finding) };
}

/** `a, b, c and 9 more`. */
export function hostsInWords({ count, names }: HostList, most = MOST_NAMES): string {
  const shown = names.slice(0, most);
  const left = count - shown.length;
  return left > 0 ? `${shown.join(', ')} and ${groupDigits(left)} more` : shown.join(', ');
}

/** What a fleet comes to, in one sentence or several. */
export function fleetResult({ exitCode, hosts, leftOut }: FleetReport): string {
  if (hosts.length === 0) return 'no host is enrolled.';
  const bad = hosts.filter(({ verdict }) => verdict === 'findings').length;
  const unknown = hosts.filter(isUnknown).length;
  const gap =
    unknown === 0 ? '' : ` INCOMPLETE: of ${countInWords(unknown, 'host')} not everything is known that should be.`;
  const cut = leftOut === 0 ? '' : ` ${countInWords(leftOut, 'finding')} of the fleet are too many to be listed.`;
  if (exitCode === 0) return 'clean.';
  if (exitCode === 3) return gap.trim() + cut;
  return `NOT clean${bad === 0 ? ', though no single host shows it' : ` on ${countInWords(bad, 'host')}`}.${gap}${cut}`;
}

/** Whether what is known of a host is not all, or not of now. */
export function isUnknown({ verdict, state, order }: FleetHost): boolean {
  const isOpen = order !== null && order.state !== 'answered';
  return state !== 'reporting' || verdict === 'incomplete' || verdict === 'unknown' || isOpen;
}

/** Whether somebody has to look at a host. */
export function needsLook(host: FleetHost): boolean {
  return isUnknown(host) || host.verdict !== 'clean';
}

function subjectOf({ kind, module, variants, content }: FleetFinding): string {
  if (content !== null) return placeOf(content);
  if (module === null) return '';
  const [{ version } = { version: null }] = variants;
  const isOfOne = kind === 'bytes-differ' || kind === 'signature-missing';
  return `${shortForTerminal(module)}${isOfOne && version !== null ? ` ${shortForTerminal(version)}` : ''}`;
}

function placeOf({ module, path }: SharedContent): string {
  return `${module === null ? '' : `${shortForTerminal(module)}/`}${shortForTerminal(path)}`;
}

function saysOf(finding: FleetFinding): string {
  const { kind, variants, odd, content, since, detail } = finding;
  const [most, ...others] = variants;
  const when = since === null ? 'an unknown time' : minuteOf(since);
  switch (kind) {
    case 'bytes-differ':
      if (odd && most !== undefined) return `not what ${othersHave(most)} in this version`;
      return `not the same in one version, and nobody can tell which is right: ${ways(variants, textOf)}`;
    case 'signature-missing':
      return `not signed; ${most === undefined ? 'others have' : othersHave(most)} it signed in this version`;
    case 'signer-differs':
      if (odd && most !== undefined)
        return `signed ${ways(others, signerOf)}; ${othersHave(most)} it ${signerOf(most)}`;
      return `not signed by the same everywhere: ${ways(variants, signerOf)}`;
    case 'behind':
      return `${ways(others, versionOf)}; the newest is ${most === undefined ? 'another' : ways([most], versionOf)}`;
    case 'shared-content':
      return content === null ? '' : contentInWords(content);
    case 'silent':
      return `silent since ${when}`;
    case 'never-reported':
      return `no report of everything since it was enrolled, ${when}`;
    case 'outdated':
      return `its last report of everything is of ${when}`;
    case 'unanswered':
      return `no answer to what it was asked, until ${when}`;
    case 'failed':
      return `could not do what it was asked, ${when}: ${oneLine(detail, MOST_DETAIL)}`;
    case 'refused':
      return `not believed, what lay in its queue, since ${when}: ${oneLine(detail, MOST_DETAIL)}`;
  }
}

function contentInWords({ sha256, class: name, firstSeen }: SharedContent): string {
  const kind = name === null ? 'a signed file that was altered' : kindInWords({ kind: 'unlisted', class: name });
  const first =
    firstSeen === null
      ? ''
      : `, seen first on ${firstSeen.host}, ${minuteOf(firstSeen.seenAt)}, as ${shortForTerminal(firstSeen.path)}`;
  return `the same content everywhere (${kind})${first}; SHA-256 ${sha256}`;
}

/** `3 other hosts (a, b, c) have`. */
function othersHave({ hosts }: Variant): string {
  const others = countInWords(hosts.count, 'other host');
  return `${others} (${hostsInWords(hosts)}) ${hosts.count === 1 ? 'has' : 'have'}`;
}

function ways(variants: readonly Variant[], inWords: (variant: Variant) => string): string {
  return variants.map((variant) => `${inWords(variant)} on ${hostsInWords(variant.hosts)}`).join('; ');
}

function textOf({ textSha256 }: Variant): string {
  return textSha256 === null ? 'another' : `${textSha256.slice(0, 16)}…`;
}

function signerOf({ signer }: Variant): string {
  return `by ${signer ?? 'an unknown key'}`;
}

function versionOf({ version }: Variant): string {
  return version === null ? 'another' : shortForTerminal(version);
}
