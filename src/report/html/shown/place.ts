import type { ModuleReport, Report, SignatureReport } from '../../../model.js';
import { SEVERITIES, type Severity } from '../../../types.js';
import { dayOf } from '../../../words.js';
import { adviceOn, adviceOnUnlisted, isExempted } from '../../advice.js';
import { shortForTerminal } from '../../shorten.js';
import type { ShownModule, ShownPlace } from './types.js';

type Judged = Pick<ModuleReport, 'severity' | 'findings'>;

/** What lies outside of modules, then the modules. */
export function shownPlaces(report: Report): ShownPlace[] {
  const { findings } = report.tree;
  const outside: ShownPlace = {
    name: 'outside of modules',
    verdict: null,
    severity: worstOf({ severity: null, findings }),
    reason: '',
    advice: adviceOnUnlisted(findings),
  };
  return [outside, ...report.modules.map(shownPlace)];
}

function shownPlace(module: ModuleReport): ShownPlace {
  return {
    name: shortForTerminal(module.name),
    verdict: module.verdict,
    severity: worstOf(module),
    reason: shortForTerminal(module.reason),
    advice: adviceOn(module),
  };
}

/** A line of the table of modules. */
export function shownModule(module: ModuleReport, index: number): ShownModule {
  const { signature } = module;
  return {
    ...shownPlace(module),
    verdict: module.verdict,
    place: index + 1,
    version: module.version === null ? '' : shortForTerminal(module.version),
    signer: signature === null ? '' : (signature.signer ?? signature.keyId),
    trust: signature === null ? 'nobody signed it' : trustInWords(signature),
    signed: signature === null ? '' : dayOf(signature.signedAt),
    listed: module.listed,
    findings: countingOf(module).length,
  };
}

const TRUST: Record<SignatureReport['trust'], string> = {
  anchor: 'is an anchor: you trust it',
  certified: 'an anchor vouches for it',
  untrusted: 'no anchor vouches for it',
  revoked: 'its key was revoked',
  expired: 'its key has expired',
  unknown: 'its key is not at hand',
};

function trustInWords({ trust, digest }: SignatureReport): string {
  return digest === 'sha1' ? `${TRUST[trust]}; signed with SHA-1` : TRUST[trust];
}

/** Of what counts; a tampered module has no severity but its files'. */
export function worstOf(judged: Judged): Severity | null {
  const counting = new Set(countingOf(judged));
  return SEVERITIES.find((severity) => counting.has(severity)) ?? null;
}

/** The severities of all that counts: of the files, and of the verdict. */
function countingOf({ severity, findings }: Judged): Severity[] {
  const files = findings.filter((finding) => !isExempted(finding)).map((finding) => finding.severity);
  return severity === null ? files : [severity, ...files];
}
