import { oneLine } from '../report/one-line.js';
import type { FindingKind } from '../types.js';
import type { AlertEvent, AlertVerdict } from './event.js';

/** Most modules that are named in one command. */
const MOST_MODULES = 20;

/** What was published and is not as it was. */
const DAMAGED: readonly FindingKind[] = ['altered', 'missing', 'type-changed'];

/** What an administrator does next about an alert, a sentence each. */
export function nextSteps({ reasons, findings, verdicts, scan }: AlertEvent): string[] {
  const report = scan === null ? 'the whole report: sigsweep scan' : `the whole report: sigsweep show ${scan}`;
  if (reasons.includes('test')) return ['nothing: somebody tried whether alerts arrive'];
  if (reasons.includes('failed')) return ['run it by hand and see what it says: sigsweep scan'];
  const damaged = findings.filter(({ kind }) => DAMAGED.includes(kind));
  const distrusted = verdicts.filter(({ after }) => after !== null && after !== 'good' && after !== 'tampered');
  const gone = verdicts.filter(({ after }) => after === null);
  const steps = [
    ...(damaged.length === 0 ? [] : ['look at the signed files above before you replace them']),
    ...reinstall(damaged.map(({ module }) => module)),
    ...distrusted.slice(0, MOST_MODULES).map(adviceOnVerdict),
    ...(gone.length === 0 ? [] : ['find out who removed the modules that are gone, if it was none of you']),
    ...(findings.some(({ kind, uncovered }) => kind === 'unlisted' && uncovered === undefined)
      ? ['nobody signed the unlisted files: look at each one, and move away what nobody knows']
      : []),
    ...(findings.some(({ kind }) => kind === 'downgraded')
      ? ['find out who put an older release back: its faults are known']
      : []),
    ...(findings.length === 0
      ? []
      : ['what you know and want to keep: sigsweep exempt FILE --reason TEXT --expires 90d']),
    ...(reasons.includes('moved')
      ? ['find out who changed where the web root is; name the right one: sigsweep scan DIR']
      : []),
    ...(reasons.includes('incomplete') ? ['scan again as root, and look why something could not be read'] : []),
    ...(reasons.includes('recovered') ? ['make sure that it was one of you who put it right'] : []),
  ];
  return [...steps, report];
}

/** About a module whose signature does not stand: its own files are no strangers because of that. */
function adviceOnVerdict({ module, after }: AlertVerdict): string {
  const name = oneLine(module, 100);
  const again = isPlain(module) ? `: fwconsole ma downloadinstall ${module}` : '';
  switch (after) {
    case 'unsigned':
      return `${name} lost its signature or never had one: install it from its repository${again}`;
    case 'revoked':
    case 'untrusted':
      return `${name} is signed by somebody who does not count: find out who, or disable it${isPlain(module) ? `: fwconsole ma disable ${module}` : ''}`;
    case 'key-missing':
      return `the key that signed ${name} is not at hand: get it from a source you trust`;
    case 'unverified':
      return `${name} could not be verified: scan again as root, and look why`;
    default:
      return `do not trust what lies in ${name}: install it again${again}`;
  }
}

/** The command that puts published files back; names that are no plain words are left for the report. */
function reinstall(modules: readonly (string | null)[]): string[] {
  const names = [...new Set(modules)].filter((name) => name !== null && isPlain(name));
  if (names.length === 0 || names.length > MOST_MODULES) return [];
  return [`put the published ones back: fwconsole ma downloadinstall ${names.join(' ')}`];
}

function isPlain(name: string): boolean {
  return /^\w[\w.-]*$/.test(name);
}
