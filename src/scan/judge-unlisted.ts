import { type BytePath, dirname, fromLatin1, join } from '../files/bytepath.js';
import { SEVERITIES, type Severity, type UnlistedClass } from '../types.js';
import { severityOfPhpInside, severityOfUnlisted } from './classify.js';
import { isHarmlessLessCache } from './less-cache.js';
import { isInNodeModules } from './names.js';
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
  const php = containsPhp ? severityOfPhpInside(found, path) : null;
  if (php === null) return { class: found, severity: ordinary, note: '' };
  return { class: found, severity: worst([php, ordinary]), note: 'contains PHP' };
}

/** Judges an unlisted file whose bytes a trusted signer has signed, at another place. */
export function judgeCopy(path: BytePath, original: string): Judgement {
  // The module ucp installs copies of its pages there; anywhere else nobody is expected to.
  return { class: 'copy', severity: path.startsWith('ucp/') ? 'info' : 'low', note: `copy of ${original}` };
}

/**
 * Judges an unlisted symbolic link. One to a place inside the web root shows only what is looked at there anyway; any
 * other lets the web server hand out, or run, what a scan does not see.
 */
export function judgeLink(webRoot: BytePath, path: BytePath, byName: UnlistedClass, target: string): Judgement {
  const ordinary = severityOfUnlisted(byName);
  if (isInside(webRoot, dirname(path), target)) {
    return { class: byName, severity: ordinary, note: `symbolic link to ${target}` };
  }
  const severity = isInNodeModules(path) ? ordinary : worst(['high', ordinary]);
  return { class: byName, severity, note: `symbolic link out of the web root, to ${target}` };
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

/** Whether a link target, taken by its text alone, stays below the web root. */
function isInside(webRoot: BytePath, folder: BytePath, target: string): boolean {
  const from = target.startsWith('/') ? '' : `${join(webRoot, folder)}/`;
  const resolved: string[] = [];
  for (const name of fromLatin1(from + target).split('/')) {
    if (name === '..') resolved.pop();
    else if (name !== '' && name !== '.') resolved.push(name);
  }
  return `/${resolved.join('/')}/`.startsWith(`${webRoot}/`);
}
