/**
 * What a scan has to say of a system, worked out from the files in memory: a second, plain implementation that shares
 * nothing with the scanner. It needs to be told only what a changed signature or key is worth.
 */
import { isCode, isListedCode, judge } from './classes.mjs';
import { MODULES, placeOf, sha256, WEB_ROOT } from './system.mjs';

/**
 * @typedef {{ verdict: string, entries?: import('./system.mjs').Entries }} SignatureWorth
 * @typedef {{
 *   system: import('./system.mjs').System,
 *   tree: import('./system.mjs').Tree,
 *   signatures: Map<string, SignatureWorth>,
 *   signer: string,
 *   unreadable: Set<string>,
 * }} Situation `signatures` holds the modules whose `module.sig` is not the genuine one, `signer` what every genuine one is worth
 * @typedef {{ module: string, kind: string, path: string, severity: string, class?: string, uncovered?: true }} Expected
 * @typedef {{ verdicts: Map<string, string>, findings: Map<string, Expected>, complete: boolean, exitCode: number }} Expectation
 */

const BY_VERDICT = /** @type {Record<string, string>} */ ({
  unsigned: 'medium',
  invalid: 'critical',
  untrusted: 'critical',
  revoked: 'critical',
  'key-missing': 'high',
  expired: 'high',
  unverified: 'high',
});

/** @param {Situation} situation @returns {Expectation} */
export function expectationOf(situation) {
  const { system, tree, signatures, signer, unreadable } = situation;
  /** @type {Map<string, Expected>} */
  const findings = new Map();
  const add = (/** @type {Expected} */ finding) => findings.set(keyOf(finding), finding);
  const names = moduleNames(tree);
  const verdicts = new Map();
  /**
   * @type {Map<string, string | null>} how bad it is that no manifest says what belongs in a module, where none does
   */
  const uncoveredModules = new Map();
  /** @type {Map<string, boolean>} */
  const signed = new Map();
  const known = new Set();
  for (const name of names) {
    known.add(`${MODULES}/${name}/module.sig`);
    const worth = signatures.get(name) ?? genuineWorth(system, tree, name, signer);
    verdicts.set(name, worth.verdict);
    uncoveredModules.set(name, worth.entries === undefined ? severityOfUncovered(worth.verdict) : null);
    if (worth.entries === undefined) continue;
    for (const [listed, hash] of worth.entries) {
      if (worth.verdict === 'good') signed.set(hash, isCode(listed) || signed.get(hash) === true);
      const place = placeOf(name, listed);
      if (place === null) continue;
      known.add(place);
      const kind = stateOf(tree, place, hash, unreadable);
      if (kind === null) continue;
      if (worth.verdict === 'good') verdicts.set(name, kind === 'unreadable' ? 'unverified' : 'tampered');
      add({ module: name, kind, path: listed, severity: severityOfListed(kind, listed) });
    }
  }
  const caches = new Set(
    [...system.tree].filter(([path]) => path.endsWith('.lesscache')).map(([, node]) => hashOf(node)),
  );
  for (const folder of strangers(tree, names, known)) {
    const uncovered = uncoveredModules.get('framework') ? { uncovered: /** @type {const} */ (true) } : {};
    add({ module: '', kind: 'unlisted', path: folder, severity: 'high', class: 'other', ...uncovered });
  }
  for (const [path, node] of tree) {
    if (!path.startsWith(`${WEB_ROOT}/`) || known.has(path)) continue;
    const below = path.slice(WEB_ROOT.length + 1);
    const owner = names.find((name) => path.startsWith(`${MODULES}/${name}/`)) ?? '';
    const shown = owner === '' ? below : path.slice(MODULES.length + owner.length + 2);
    if (unreadable.has(path)) {
      add({ module: owner, kind: 'unreadable', path: shown, severity: 'high' });
      continue;
    }
    const judged = judge(below, node, signed, caches);
    const uncovered = uncoveredModules.get(owner === '' ? 'framework' : owner) ?? null;
    if (uncovered === null) {
      add({ module: owner, kind: 'unlisted', path: shown, severity: judged.severity, class: judged.class });
    } else {
      const severity = severityUncovered(judged, uncovered);
      add({ module: owner, kind: 'unlisted', path: shown, severity, class: judged.class, uncovered: true });
    }
  }
  const severities = [...[...findings.values()].map(({ severity }) => severity), ...verdictSeverities(verdicts)];
  const bad = severities.includes('critical') || severities.includes('high');
  const complete =
    ![...findings.values()].some(({ kind }) => kind === 'unreadable') && ![...verdicts.values()].includes('unverified');
  return { verdicts, findings, complete, exitCode: bad ? 1 : complete ? 0 : 3 };
}

/** Everything of a finding that a run compares. @param {Expected} finding */
export function keyOf({ module, kind, path, severity, class: found = '', uncovered = undefined }) {
  return [module === '' ? '(web root)' : module, kind, path, severity, found, uncovered ? 'uncovered' : ''].join(' | ');
}

/** The severity of a verdict by itself, where it has one. @param {string} verdict @param {string} module */
export function severityOfVerdict(verdict, module) {
  if (verdict === 'good' || verdict === 'tampered') return null;
  if (verdict === 'unsigned' && (module === 'framework' || module === 'core')) return 'critical';
  return verdict === 'wrong-module' ? 'critical' : (BY_VERDICT[verdict] ?? null);
}

/** How bad unlisted code is where no manifest says what belongs. @param {string} verdict */
function severityOfUncovered(verdict) {
  return ['key-missing', 'expired', 'unverified'].includes(verdict) ? 'high' : 'critical';
}

/** @param {Map<string, string>} verdicts */
function verdictSeverities(verdicts) {
  return [...verdicts].map(([name, verdict]) => severityOfVerdict(verdict, name));
}

/** @param {import('./system.mjs').Node} node */
function hashOf(node) {
  return node.type === 'file' ? sha256(node.bytes) : '';
}

/** Folders among the modules that hold a `module.xml` or a `module.sig`. @param {import('./system.mjs').Tree} tree */
function moduleNames(tree) {
  const names = new Set();
  for (const path of tree.keys()) {
    const [, name] = /^([^/]+)\/module\.(?:xml|sig)$/.exec(path.slice(MODULES.length + 1)) ?? [];
    if (name !== undefined && path.startsWith(`${MODULES}/`)) names.add(name);
  }
  return /** @type {string[]} */ ([...names].sort());
}

/** @param {import('./system.mjs').Tree} tree @param {string[]} names @param {ReadonlySet<string>} known */
function strangers(tree, names, known) {
  const found = new Set();
  for (const path of tree.keys()) {
    const [, name] = /^([^/]+)\//.exec(path.slice(MODULES.length + 1)) ?? [];
    if (!path.startsWith(`${MODULES}/`) || name === undefined || name === '_cache' || names.includes(name)) continue;
    if (![...known].some((place) => place.startsWith(`${MODULES}/${name}/`))) found.add(`admin/modules/${name}`);
  }
  return found;
}

/**
 * @param {import('./system.mjs').System} system @param {import('./system.mjs').Tree} tree
 * @param {string} name @param {string} signer @returns {SignatureWorth}
 */
function genuineWorth(system, tree, name, signer) {
  const node = tree.get(`${MODULES}/${name}/module.sig`);
  if (node === undefined) return { verdict: 'unsigned' };
  if (node.type === 'link') return { verdict: 'invalid' };
  if (signer !== 'good') return { verdict: signer };
  const entries = system.modules.get(name)?.entries;
  return entries === undefined ? { verdict: 'unsigned' } : { verdict: 'good', entries };
}

/**
 * What is wrong with a listed file, or `null`.
 *
 * @param {import('./system.mjs').Tree} tree @param {string} place @param {string} hash @param {ReadonlySet<string>} unreadable
 */
function stateOf(tree, place, hash, unreadable) {
  const node = tree.get(place);
  if (node === undefined) return isBelowLink(tree, place) ? 'type-changed' : 'missing';
  if (unreadable.has(place)) return 'unreadable';
  if (node.type === 'link') return 'type-changed';
  return sha256(node.bytes) === hash ? null : 'altered';
}

/** @param {import('./system.mjs').Tree} tree @param {string} place */
function isBelowLink(tree, place) {
  for (let slash = place.lastIndexOf('/'); slash > 0; slash = place.lastIndexOf('/', slash - 1)) {
    if (tree.get(place.slice(0, slash))?.type === 'link') return true;
  }
  return false;
}

/** @param {string} kind @param {string} listed */
function severityOfListed(kind, listed) {
  if (kind === 'unreadable') return 'high';
  if (kind === 'missing') return isListedCode(listed) ? 'high' : 'medium';
  return isListedCode(listed) ? 'critical' : 'high';
}

/** @param {import('./classes.mjs').Judged} judged @param {string} uncovered */
function severityUncovered({ class: found, severity, remarkable }, uncovered) {
  if (remarkable) return severity;
  if (found === 'code' || found === 'executable') return uncovered;
  return found === 'other' || found === 'hidden' ? 'info' : severity;
}
