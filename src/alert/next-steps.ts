import type { FindingKind } from '../types.js';
import type { AlertEvent } from './event.js';

/** Most modules that are named in one command. */
const MOST_MODULES = 20;

/** What was published and is not as it was. */
const DAMAGED: readonly FindingKind[] = ['altered', 'missing', 'type-changed'];

/** What an administrator does next about an alert, a sentence each. */
export function nextSteps({ reasons, findings, scan }: AlertEvent): string[] {
  const report = scan === null ? 'the whole report: sigsweep scan' : `the whole report: sigsweep show ${scan}`;
  if (reasons.includes('test')) return ['nothing: somebody tried whether alerts arrive'];
  if (reasons.includes('failed')) return ['run it by hand and see what it says: sigsweep scan'];
  const damaged = findings.filter(({ kind }) => DAMAGED.includes(kind));
  const steps = [
    ...(damaged.length === 0 ? [] : ['look at the signed files above before you replace them']),
    ...reinstall(damaged.map(({ module }) => module)),
    ...(findings.some(({ kind }) => kind === 'unlisted')
      ? ['nobody signed the unlisted files: look at each one, and move away what nobody knows']
      : []),
    ...(findings.some(({ kind }) => kind === 'downgraded')
      ? ['find out who put an older release back: its faults are known']
      : []),
    ...(findings.length === 0 ? [] : ['what you know and want to keep: sigsweep exempt FILE --reason TEXT']),
    ...(reasons.includes('incomplete') ? ['scan again as root, and look why something could not be read'] : []),
    ...(reasons.includes('recovered') ? ['make sure that it was one of you who put it right'] : []),
  ];
  return [...steps, report];
}

/** The command that puts published files back; names that are no plain words are left for the report. */
function reinstall(modules: readonly (string | null)[]): string[] {
  const names = [...new Set(modules)].filter((name) => name !== null && /^\w[\w.-]*$/.test(name));
  if (names.length === 0 || names.length > MOST_MODULES) return [];
  return [`put the published ones back: fwconsole ma downloadinstall ${names.join(' ')}`];
}
