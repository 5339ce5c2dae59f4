import type { Finding, ModuleReport } from '../model.js';
import { escapeForTerminal } from './escape.js';
import { shortForTerminal } from './shorten.js';

/** What an administrator does next about a module that is not good, in words. */
export function adviceOn(module: ModuleReport): string {
  if (isPackage(module)) return adviceOnPackage(module);
  const name = quoted(module.name);
  switch (module.verdict) {
    case 'good':
      if (module.findings.some((finding) => finding.kind === 'downgraded' && !isExempted(finding))) {
        return `somebody put an older release back: install the newest: fwconsole ma downloadinstall ${name}; if you did, exempt its module.sig`;
      }
      return adviceOnUnlisted(module.findings);
    case 'tampered':
      if (isSettled(module)) return adviceOnUnlisted(module.findings);
      return `look at the files before you replace them; then put the published ones back: fwconsole ma downloadinstall ${name}`;
    case 'unsigned':
      return `if it comes from a repository, install the signed one: fwconsole ma downloadinstall ${name}; if you wrote it, sign it; if nobody knows it: fwconsole ma delete ${name}`;
    case 'invalid':
      return `do not trust what lies there; install it again: fwconsole ma downloadinstall ${name}`;
    case 'key-missing':
      return `get the signer's key${keyOf(module)} from a source you trust and give it with --keyring FILE`;
    case 'untrusted':
      return `no anchor vouches for this signer; find out who it is, or disable the module: fwconsole ma disable ${name}`;
    case 'expired':
      return `install a release that is signed with a current key: fwconsole ma downloadinstall ${name}`;
    case 'revoked':
      return `its signer no longer counts; disable it now: fwconsole ma disable ${name}`;
    case 'wrong-module':
      return `somebody put another module's files here; remove the folder and install the right one: fwconsole ma downloadinstall ${name}`;
    case 'unverified':
      if (isUnreached(module)) return 'scan again, to the end';
      return `scan again as a user who may read it (root), and look why it could not be read: ${shortForTerminal(module.path)}`;
  }
}

/** A package is a file, and what is installed a folder among the modules. */
export function isPackage({ path }: ModuleReport): boolean {
  return /\.tgz(?:\.gpg)?$/.test(path) && !/\/admin\/modules\/[^/]*$/.test(path);
}

function adviceOnPackage(module: ModuleReport): string {
  switch (module.verdict) {
    case 'good':
      return adviceOnUnlisted(module.findings);
    case 'unsigned':
      return 'if you wrote it, sign it: sigsweep pack DIR; else do not install it unless you know where it comes from';
    case 'key-missing':
      return `get the signer's key${keyOf(module)} from a source you trust and give it with --keyring FILE`;
    case 'unverified':
      return 'do not install it before it has been verified';
    default:
      return 'do not install it; get it again from its publisher';
  }
}

/** Whether nothing is wrong with the module but that the scan ended before all of its files were read. */
export function isUnreached({ verdict, signature, findings }: ModuleReport): boolean {
  return verdict === 'unverified' && signature !== null && findings.every(({ kind }) => kind === 'unlisted');
}

/** What to do where the only thing wrong is what nobody signed; '' where none of it is worse than `low`. */
export function adviceOnUnlisted(findings: readonly Finding[]): string {
  const grave = findings
    .filter((finding) => !isExempted(finding))
    .some(({ kind, severity }) => kind === 'unlisted' && severity !== 'low' && severity !== 'info');
  return grave ? 'nobody signed these files; look at each one, and move away what nobody knows' : '';
}

/** Whether every listed file that is not as published is known to be so. What is not at hand is not known. */
export function isSettled({ findings }: Pick<ModuleReport, 'findings'>): boolean {
  const listed = findings.filter(({ kind }) => kind !== 'unlisted');
  return listed.length > 0 && listed.every(isExempted);
}

/** Whether an administrator knows it, so that there is nothing to do. */
export function isExempted({ exemption }: Finding): boolean {
  return exemption !== undefined;
}

function keyOf({ signature }: ModuleReport): string {
  return signature === null ? '' : ` ${signature.signer ?? signature.keyId}`;
}

/** The name as a word for a shell; module names are plain words unless somebody chose them to be read wrongly. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `'${escapeForTerminal(name).replaceAll("'", "'\\''")}'`;
}
