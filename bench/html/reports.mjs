import { createHash } from 'node:crypto';

/** @typedef {import('../../dist/src/model.js').Report} Report */
/** @typedef {import('../../dist/src/finding.js').Finding} Finding */
/** @typedef {import('../../dist/src/types.js').Severity} Severity */

const STARTED = Date.UTC(2026, 10, 28, 2, 31);
const NIGHT = 86_400_000;

/** What the generated findings are, in turn: as on a bad night, little is grave and much is not. */
const KINDS = /** @type {const} */ ([
  { kind: 'unlisted', class: 'code', severity: 'critical', names: ['ajax.php', 'config.php', 'view.php'] },
  { kind: 'altered', severity: 'critical', names: ['functions.inc.php', 'page.main.php', 'install.php'] },
  { kind: 'missing', severity: 'high', names: ['module.xml', 'Class.class.php', 'hooks.php'] },
  { kind: 'unlisted', class: 'executable', severity: 'medium', names: ['run.sh', 'helper', 'cleanup.sh'] },
  { kind: 'unlisted', class: 'other', severity: 'low', names: ['notes.txt', 'install.log', 'page.bak'] },
  { kind: 'unlisted', class: 'hidden', severity: 'low', names: ['.cache', '.DS_Store', '.gitignore'] },
]);

/**
 * A report of a given size, the same each time: findings in modules and beside them, some of one content, after thirty
 * nights of which the last was the first bad one.
 * @param {number} findings
 * @param {number} modules
 * @returns {Report}
 */
export function largeReport(findings, modules) {
  /** @type {Finding[][]} */
  const lists = Array.from({ length: modules + 1 }, () => []);
  for (let index = 0; index < findings; index += 1) {
    const place = index % (modules + 1);
    lists[place]?.push(findingAt(index, place));
  }
  const [outside = [], ...inside] = lists;
  const listed = 27_500 / modules;
  /** @type {Record<Severity, number>} */
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const list of lists) for (const { severity } of list) counts[severity] += 1;
  const reports = inside.map((list, index) => moduleAt(index, list, Math.ceil(listed * (0.2 + (index % 9) / 5))));
  return /** @type {Report} */ (
    /** @type {unknown} */ ({
      scan: 31,
      kind: 'full',
      startedAt: new Date(STARTED),
      finishedAt: new Date(STARTED + 94_300),
      root: '/var/www/html',
      complete: true,
      exitCode: 1,
      notes: ['/var/www/html/admin/modules/backup lies on another file system'],
      changes: {
        since: { scan: 30, startedAt: new Date(STARTED - NIGHT) },
        modules: [],
        added: lists.flat().flatMap((finding) => (isNew(finding) ? [{ module: null, finding }] : [])),
        gone: [],
        still: lists.flat().filter((finding) => !isNew(finding)).length,
      },
      history: Array.from({ length: 30 }, (_, night) => ({
        scan: night + 1,
        startedAt: new Date(STARTED - (30 - night) * NIGHT),
        kind: night % 7 === 0 ? 'full' : 'quick',
        whole: true,
        complete: night !== 12,
        exitCode: 0,
        findings: { critical: 0, high: 0, medium: night % 3, low: Math.floor(findings / 4 + night), info: 0 },
      })),
      summary: {
        modules,
        verdicts: { tampered: modules },
        listed: 27_500,
        hashed: 27_480,
        unchecked: 20,
        reused: 0,
        bytes: 416_000_000,
        findings: counts,
        exempted: 0,
        unlisted: {},
      },
      modules: reports,
      tree: { findings: outside },
    })
  );
}

/**
 * @param {number} index
 * @param {number} place
 * @returns {Finding}
 */
function findingAt(index, place) {
  const what = KINDS[index % 50 < 4 ? index % 4 : 4 + (index % 2)] ?? KINDS[4];
  const name = what.names[index % what.names.length];
  const path = `views/part${index % 331}/${index}-${name}`;
  // Every seventh of the grave ones is one and the same file.
  const content = what.severity === 'critical' && index % 7 === 0 ? 'shell' : String(index);
  const base = place === 0 ? '/var/www/html' : `/var/www/html/admin/modules/module${place}`;
  const time = STARTED - (index % 5 === 0 ? 3_600_000 : 20 * NIGHT) + index;
  return /** @type {Finding} */ (
    /** @type {unknown} */ ({
      kind: what.kind,
      path,
      file: `${base}/${path}`,
      severity: what.severity,
      ...('class' in what ? { class: what.class } : {}),
      ...(what.kind === 'unlisted' ? {} : { expected: hashOf(`signed ${index}`) }),
      ...(what.kind === 'missing'
        ? {}
        : {
            actual: hashOf(content),
            size: 100 + (index % 9000),
            mode: 0o100644,
            uid: 33,
            gid: 33,
            mtimeMs: time,
            ctimeMs: time,
          }),
      firstSeen: new Date(index % 5 === 0 ? STARTED : STARTED - 20 * NIGHT),
    })
  );
}

/**
 * @param {number} index
 * @param {readonly Finding[]} findings
 * @param {number} listed
 */
function moduleAt(index, findings, listed) {
  const isAltered = findings.some(({ kind }) => kind !== 'unlisted');
  return {
    name: `module${index + 1}`,
    path: `/var/www/html/admin/modules/module${index + 1}`,
    version: '17.0.1',
    verdict: isAltered ? 'tampered' : 'good',
    reason: isAltered ? 'listed files are not as published' : '',
    severity: null,
    freepbxStatus: 0,
    signature: {
      signer: 'A'.repeat(40),
      keyId: 'A'.repeat(16),
      signedAt: new Date(Date.UTC(2026, 3, 1 + (index % 28))),
      digest: 'sha256',
      trust: 'certified',
      warnings: [],
      textSha256: '0'.repeat(64),
    },
    listed,
    hashed: listed,
    reused: 0,
    unchecked: 0,
    findings,
  };
}

/** @param {Finding} finding */
function isNew({ firstSeen }) {
  return firstSeen?.getTime() === STARTED;
}

/** @param {string} text */
function hashOf(text) {
  return createHash('sha256').update(text).digest('hex');
}
