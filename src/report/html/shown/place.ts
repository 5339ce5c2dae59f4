import type { ModuleReport, Report, SignatureReport } from '../../../model.js';
import type { Severity } from '../../../types.js';
import { dayOf } from '../../../words.js';
import { adviceOn, adviceOnUnlisted, isExempted } from '../../advice.js';
import { severityOf, worstOf } from '../../findings.js';
import { shortForTerminal } from '../../shorten.js';
import { rankOf } from './rank.js';
import type { ShownModule, ShownPlace } from './types.js';

/** What lies outside of modules, then the modules. */
export function shownPlaces(report: Report): ShownPlace[] {
  const { findings } = report.tree;
  const outside: ShownPlace = {
    name: 'outside of modules',
    verdict: null,
    severity: worstOf(findings),
    reason: '',
    advice: adviceOnUnlisted(findings),
  };
  return [outside, ...report.modules.map(shownPlace)];
}

function shownPlace(module: ModuleReport): ShownPlace {
  return {
    name: shortForTerminal(module.name),
    verdict: module.verdict,
    severity: worstHere(module),
    reason: shortForTerminal(module.reason),
    advice: adviceOn(module),
  };
}

/** A line of the table of modules. */
export function shownModule(module: ModuleReport, shown: ShownPlace, place: number): ShownModule {
  const { signature } = module;
  return {
    ...shown,
    verdict: module.verdict,
    place,
    version: module.version === null ? '' : shortForTerminal(module.version),
    signer: signature === null ? '' : (signature.signer ?? signature.keyId),
    trust: signature === null ? 'nobody signed it' : trustInWords(signature),
    signed: signature === null ? '' : dayOf(signature.signedAt),
    listed: module.listed,
    findings: module.findings.filter((one) => !isExempted(one)).length + (module.severity === null ? 0 : 1),
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

/** By its verdict or by a file of it: what is worse. */
function worstHere(module: ModuleReport): Severity | null {
  const own = severityOf(module);
  const worst = worstOf(module.findings);
  return rankOf(own) < rankOf(worst) ? own : worst;
}
