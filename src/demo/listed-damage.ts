import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import type { FindingKind, Severity } from '../types.js';
import type { Plant } from './damage.js';

/** Damage to files that manifests list. */
export const LISTED_DAMAGE: readonly Plant[] = [
  listed('code appended to a listed PHP file', /^functions\.inc\.php$/, 'altered', 'critical', (file) =>
    appendFileSync(file, '\n/* planted by the sigsweep demonstration */\n'),
  ),
  listed('a listed style sheet changed', /\.css$/, 'altered', 'high', (file) =>
    appendFileSync(file, '\n/* planted by the sigsweep demonstration */\n'),
  ),
  listed('a listed PHP file deleted', /^views\/.*\.php$/, 'missing', 'high', (file) => unlinkSync(file)),
  listed('a listed image deleted', /\.png$/, 'missing', 'medium', (file) => unlinkSync(file)),
  listed('only the line ends of a listed PHP file changed', /^install\.php$/, 'altered', 'critical', (file) =>
    writeFileSync(file, readFileSync(file, 'latin1').replaceAll('\n', '\r\n'), 'latin1'),
  ),
  listed('a listed PHP file emptied', /^install\.php$/, 'altered', 'critical', (file) => truncateSync(file)),
  listed(
    'a listed PHP file replaced by a link to the same bytes',
    /^install\.php$/,
    'type-changed',
    'critical',
    moveAndLink,
  ),
];

function listed(
  what: string,
  pattern: RegExp,
  finding: FindingKind,
  severity: Severity,
  harm: (file: string, dir: string) => void,
): Plant {
  return (system, victims) => {
    const { module, file } = victims.withFile(pattern);
    harm(file, system.dir);
    return { what, where: file, module: module.name, expect: { verdict: 'tampered', finding, severity } };
  };
}

/** The link works: only its being a link gives it away. */
function moveAndLink(file: string, dir: string): void {
  const folder = join(dir, 'var/tmp');
  mkdirSync(folder, { recursive: true });
  const target = join(folder, basename(file));
  renameSync(file, target);
  symlinkSync(target, file);
}
