/**
 * What an unlisted file is and how bad that is, written down a second time from the README's tables: the scanner and
 * this have to agree on every file of every run.
 */
import { posix } from 'node:path';
import { sha256, WEB_ROOT } from './system.mjs';

/** @typedef {{ class: string, severity: string, remarkable: boolean }} Judged `remarkable`: bad wherever it lies */

const ORDINARY = {
  code: 'critical',
  'server-config': 'critical',
  executable: 'high',
  dependency: 'info',
  translation: 'info',
  generated: 'info',
  hidden: 'low',
  other: 'low',
};

/** @typedef {keyof typeof ORDINARY} Class */

const SERVER_RUN = /\.(?:php[3-8]?|phtml|phar|pht)\n?$/i;
const MAYBE_SERVER_RUN = /\.(?:php[3-8]?|phtml|phar|pht)\.[^/]*$/i;
const SCRIPT = /\.(?:sh|bash|ksh|zsh|csh|cgi|fcgi|pl)$/i;
const ASSET = /\.(?:png|jpe?g|gif|ico|svg|css|less|js|map|woff2?|ttf|mp3|wav|pdf)$/i;
const DATA = /\.(?:txt|md|html?|log|json|xml|csv|ya?ml|ini|conf|po|mo|tgz|gpg|key|lesscache|list|bak)$/i;

/** @param {string} path */
export function isCode(path) {
  return SERVER_RUN.test(path) || SCRIPT.test(path);
}

/** @param {string} listed */
export function isListedCode(listed) {
  return (
    isCode(listed) || /(?:^|\/)\.(?:htaccess|user\.ini)$/.test(listed) || /^amp_conf\/(?:s?bin|agi-bin)\//.test(listed)
  );
}

/** By its name. @param {string} path below the web root @returns {Class} */
function classOf(path) {
  if (SERVER_RUN.test(path)) return 'code';
  if (/(?:^|\/)\.(?:htaccess|user\.ini)$/.test(path)) return 'server-config';
  if (/(?:^|\/)node_modules\//.test(path) && !path.endsWith('.lesscache')) return 'dependency';
  if (SCRIPT.test(path)) return 'code';
  if (/(?:^|\/)less\/cache\/[^/]+\.(?:lesscache|css|list)$/.test(path)) return 'generated';
  if (/^admin\/modules\/_cache\/[^/]+\.tgz(?:\.gpg)?$/.test(path)) return 'generated';
  if (/(?:^|\/)i18n\/.+\.(?:po|mo|pot)$/.test(path)) return 'translation';
  return /(?:^|\/)\./.test(path) ? 'hidden' : 'other';
}

/**
 * @param {string} path below the web root
 * @param {import('./system.mjs').Node} node
 * @param {ReadonlyMap<string, boolean>} signed SHA-256 of every signed file, and whether it runs by its own name
 * @param {ReadonlySet<string>} caches SHA-256 of LESS caches that are what they should be
 * @returns {Judged}
 */
export function judge(path, node, signed, caches) {
  const named = classOf(path);
  if (node.type === 'link') return judgeLink(path, node.target, named);
  if (named === 'dependency') return ordinary(named);
  const found = contentClass(named, path, node);
  const hash = sha256(node.bytes);
  const compared = found !== 'translation' && found !== 'generated';
  if (compared && signed.has(hash) && (found !== 'code' || signed.get(hash))) {
    const elsewhere = found === 'server-config' ? 'high' : 'low';
    return {
      class: 'copy',
      severity: path.startsWith('ucp/') && found !== 'server-config' ? 'info' : elsewhere,
      remarkable: true,
    };
  }
  if (path.endsWith('.lesscache')) {
    return caches.has(hash) ? ordinary(found) : { class: found, severity: 'critical', remarkable: true };
  }
  if (path.endsWith('.user.ini')) {
    return { class: found, severity: severityOfIni(node.bytes.toString('latin1')), remarkable: true };
  }
  const inspected = found !== 'code' && found !== 'translation';
  const text = node.bytes.toString('latin1').toLowerCase();
  const mayRun = MAYBE_SERVER_RUN.test(path);
  if (inspected && (text.slice(0, 65_536).includes('<?php') || (mayRun && text.includes('<?')))) {
    const severity = ORDINARY[found] === 'critical' ? 'critical' : ASSET.test(path) || mayRun ? 'high' : 'medium';
    return { class: found, severity: found === 'executable' ? 'high' : severity, remarkable: true };
  }
  return ordinary(found);
}

/** @param {Class} found @returns {Judged} */
function ordinary(found) {
  return { class: found, severity: ORDINARY[found], remarkable: false };
}

/** @param {Class} named @param {string} path @param {{ bytes: Buffer, mode: number }} file @returns {Class} */
function contentClass(named, path, { bytes, mode }) {
  if (named === 'code' || named === 'server-config') return named;
  const runs =
    bytes.subarray(0, 2).toString('latin1') === '#!' || bytes.subarray(0, 4).toString('latin1') === '\x7fELF';
  const marked = (mode & 0o111) !== 0 && !ASSET.test(path) && !DATA.test(path);
  return runs || marked ? 'executable' : named;
}

/** @param {string} path @param {string} target @param {Class} named @returns {Judged} */
function judgeLink(path, target, named) {
  const end = posix.resolve('/', WEB_ROOT, posix.dirname(path), target);
  const isInside = `${end}/`.startsWith(`/${WEB_ROOT}/`);
  const runs = named === 'code' || named === 'server-config' || path.endsWith('.lesscache');
  return { class: named, severity: runs ? 'critical' : isInside ? 'info' : 'high', remarkable: true };
}

/** @param {string} text */
function severityOfIni(text) {
  const settings = text.split('\n').filter((line) => line !== '' && !line.startsWith(';'));
  if (settings.every((line) => /^max_input_vars\s*=\s*\d+$/.test(line))) return 'info';
  return settings.every((line) => /^(?:max_input_vars|memory_limit)\s*=\s*\d+M?$/.test(line)) ? 'low' : 'critical';
}
