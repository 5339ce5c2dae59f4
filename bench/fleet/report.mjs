/** Reports as a PBX makes them: mostly the same modules everywhere, findings that some hosts share. */
import { createHash } from 'node:crypto';

const SIGNER = '2016349F5BC6F49340FCCAF99F9169F4B33B4659';
const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'];

/** Contents that several hosts have: a shell that went through the fleet, a patch that everybody made. */
const SHARED = 500;

/** @param {string} text */
const hash = (text) => createHash('sha256').update(text).digest('hex');

/** How many findings a host has: from 0 to 200, a host the same every night. @param {number} host */
export const findingsOf = (host) => (host * 37) % 201;

/**
 * The report of a host in its wire form, as JSON.
 * @param {number} host
 * @param {{ modules: number, verdicts: readonly string[], classes: readonly string[], night: number }} options
 */
export function reportText(host, { modules, verdicts, classes, night }) {
  const total = findingsOf(host);
  const startedAt = Date.UTC(2026, 10, 28 + night, 2, 30) + host * 1000;
  const found = Array.from({ length: total }, (_, index) => finding(host, index));
  const made = Array.from({ length: modules }, (_, index) => {
    const own = found.filter((__, place) => place % modules === index);
    return moduleOf(host, index, own);
  });
  const counts = Object.fromEntries(
    SEVERITIES.map((severity) => [severity, found.filter((one) => one.severity === severity).length]),
  );
  return JSON.stringify({
    scan: night + 1,
    kind: 'full',
    startedAt,
    finishedAt: startedAt + 42_000,
    root: '/var/www/html',
    complete: true,
    failOn: 'high',
    exitCode: total === 0 ? 0 : 1,
    notes: [],
    changes: null,
    history: Array.from({ length: 30 }, (_, index) => ({
      scan: index + 1,
      startedAt: startedAt - (31 - index) * 86_400_000,
      kind: 'quick',
      whole: true,
      complete: true,
      exitCode: total === 0 ? 0 : 1,
      findings: counts,
    })),
    summary: {
      modules,
      verdicts: Object.fromEntries(verdicts.map((verdict) => [verdict, verdict === 'good' ? modules : 0])),
      listed: modules * 300,
      hashed: modules * 300,
      unchecked: 0,
      reused: 0,
      bytes: modules * 4_000_000,
      findings: counts,
      exempted: 0,
      unlisted: Object.fromEntries(classes.map((name) => [name, name === 'code' ? total : 0])),
    },
    modules: made,
    tree: { findings: [] },
  });
}

/** @param {number} host @param {number} index */
function finding(host, index) {
  const isShared = index % 2 === 0;
  const content = isShared ? `shared ${(host + index) % SHARED}` : `${host} ${index}`;
  const path = `assets/cache/2026/11/${content.replace(' ', '-')}/view-${index}.php`;
  return {
    kind: 'unlisted',
    path,
    file: `/var/www/html/admin/modules/module-${index % 80}/${path}`,
    severity: SEVERITIES[index % 4],
    class: 'code',
    actual: hash(content),
    firstSeen: Date.UTC(2026, 9, 1 + (index % 28)),
    size: 1000 + index,
    mode: 33188,
    uid: 995,
    gid: 992,
    mtimeMs: Date.UTC(2026, 9, 1),
    ctimeMs: Date.UTC(2026, 9, 1),
  };
}

/** @param {number} host @param {number} index @param {readonly object[]} findings */
function moduleOf(host, index, findings) {
  // A tenth of the hosts are behind by a release.
  const version = `17.0.${index + (host % 10 === 0 ? 0 : 1)}`;
  const name = `module-${index}`;
  return {
    name,
    path: `/var/www/html/admin/modules/${name}`,
    version,
    verdict: 'good',
    reason: '',
    severity: null,
    freepbxStatus: 1,
    signature: {
      signer: SIGNER,
      keyId: SIGNER.slice(-16),
      signedAt: Date.UTC(2026, 8, 1 + (index % 28)),
      digest: 'sha256',
      trust: 'certified',
      warnings: [],
      textSha256: hash(`${name} ${version}`),
    },
    listed: 300,
    hashed: 300,
    reused: 0,
    unchecked: 0,
    findings,
  };
}
