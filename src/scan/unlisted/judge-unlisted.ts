import { type BytePath, basename } from '../../files/bytepath.js';
import { isAssetName, isCodeName, isMaybeServerRun, isServerRun } from '../../files/names.js';
import { SEVERITIES, type Severity, type UnlistedClass } from '../../types.js';
import { severityOfPhpInside, severityOfUnlisted } from './classify.js';
import { isHarmlessLessCache } from './less-cache.js';
import { judgeUserIni } from './user-ini.js';

/** What an unlisted entry is and how bad that is. */
export interface Judgement {
  readonly class: UnlistedClass;
  readonly severity: Severity;
  /** What explains it; '' for an ordinary one of its class. */
  readonly note: string;
}

/** Text of an unlisted file that only its content tells about; `null` when it could not be read. */
export type ReadText = () => string | null;

/** Judges an unlisted regular file by its class, its name and what was found in it. */
export function judgeFile(path: BytePath, found: UnlistedClass, containsPhp: boolean, readText: ReadText): Judgement {
  const ordinary = severityOfUnlisted(found);
  if (path.endsWith('.lesscache')) return judgeLessCache(found, readText());
  if (found === 'server-config' && path.endsWith('.user.ini')) return judgeDirectives(found, readText());
  const hasTag = containsPhp || (isMaybeServerRun(path) && readText()?.includes('<?') !== false);
  const php = hasTag ? severityOfPhpInside(found, path) : null;
  if (php === null) return { class: found, severity: ordinary, note: '' };
  return { class: found, severity: worst([php, ordinary]), note: 'contains PHP' };
}

/** A file that a trusted signer has signed. */
export interface SignedFile {
  readonly module: BytePath;
  /** Its path in the module. */
  readonly listed: BytePath;
}

/**
 * Judges an unlisted file whose bytes are signed for another place; `null` when that does not make it harmless: text
 * that was signed as text must not run, nor configure the server, because somebody gave it another name.
 * @param isInstalled whether FreePBX itself puts this copy there.
 */
export function judgeCopy(
  path: BytePath,
  found: UnlistedClass,
  containsPhp: boolean,
  original: SignedFile,
  isInstalled: boolean,
): Judgement | null {
  const note = `copy of ${original.module}/${original.listed}`;
  if (isInstalled) return { class: 'copy', severity: 'info', note };
  if (path.endsWith('.lesscache')) return null;
  const mayRunAsPhp = isServerRun(path) || isMaybeServerRun(path) || (containsPhp && isAssetName(path));
  if (mayRunAsPhp && !isServerRun(original.listed)) return null;
  if (found === 'code' && !isCodeName(original.listed)) return null;
  if (found === 'server-config') {
    // What it does depends on where it lies.
    return basename(path) === basename(original.listed) ? { class: 'copy', severity: 'high', note } : null;
  }
  // The module ucp installs copies of its pages there; anywhere else nobody is expected to.
  return { class: 'copy', severity: path.startsWith('ucp/') ? 'info' : 'low', note };
}

/** Where a symbolic link leads: to a place that is looked at there, to one inside the web root that is not, or elsewhere. */
export type LinkEnd = 'searched' | 'unsearched' | 'outside';

const LINK_IN_WORDS: Record<LinkEnd, string> = {
  searched: 'symbolic link to',
  unsearched: 'symbolic link to what is not looked into:',
  outside: 'symbolic link out of the web root, to',
};

/**
 * Judges an unlisted symbolic link. One to a place inside the web root shows only what is looked at there anyway (as
 * FreePBX's own from `admin/assets` to the modules do), unless its name makes that run; any other lets the web server
 * hand out, or run, what a scan does not see.
 */
export function judgeLink(path: BytePath, byName: UnlistedClass, target: string, end: LinkEnd): Judgement {
  const runs = byName === 'code' || byName === 'server-config' || path.endsWith('.lesscache');
  const severity = runs ? 'critical' : end === 'searched' && !isMaybeServerRun(path) ? 'info' : 'high';
  return { class: byName, severity, note: `${LINK_IN_WORDS[end]} ${target}` };
}

/**
 * Where no manifest says what belongs, every file is unlisted: code is as bad as the missing manifest, and ordinary
 * files only count. What stands out by itself stays what it is.
 */
export function judgeUncovered(judged: Judgement, uncovered: Severity): Judgement {
  if (judged.note !== '') return judged;
  if (judged.class === 'code' || judged.class === 'executable') return { ...judged, severity: uncovered };
  return judged.class === 'other' || judged.class === 'hidden' ? { ...judged, severity: 'info' } : judged;
}

function judgeLessCache(found: UnlistedClass, text: string | null): Judgement {
  if (text !== null && isHarmlessLessCache(text)) {
    return { class: found, severity: severityOfUnlisted(found), note: '' };
  }
  return { class: found, severity: 'critical', note: 'more than the literals of a LESS cache' };
}

function judgeDirectives(found: UnlistedClass, text: string | null): Judgement {
  switch (text === null ? 'dangerous' : judgeUserIni(text)) {
    case 'freepbx':
      return { class: found, severity: 'info', note: 'max_input_vars only' };
    case 'harmless':
      return { class: found, severity: 'low', note: 'limits and display settings only' };
    case 'dangerous':
      return { class: found, severity: 'critical', note: 'sets directives that can run or include files' };
  }
}

function worst(severities: readonly Severity[]): Severity {
  return SEVERITIES.find((severity) => severities.includes(severity)) ?? 'info';
}
