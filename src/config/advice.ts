import type { Path } from '../yaml/document.js';
import { nearest } from './nearest.js';
import { ALERTS } from './schema.js';
import type { Setting } from './setting.js';

/** What people call a secret. */
const SECRET = /pass|secret|token|credential|api.?key/i;

/** What is said of a key that the file may not hold: most often where it belongs, or which one was meant. */
export function adviceOn(path: Path, settings: readonly Setting[]): string | undefined {
  const key = String(path.at(-1));
  const section = path.length === 1 ? null : String(path[0]);
  if (section === ALERTS) return SECRET.test(key) ? secretAdvice(section) : undefined;
  const here = settings.filter((setting) => setting.section === section).map((setting) => setting.key);
  const positive = key.replace(/^no-/, '');
  if (positive !== key && here.includes(positive)) return `write ${positive}: false`;
  const elsewhere = settings.find((setting) => setting.key === key);
  if (elsewhere !== undefined) {
    return elsewhere.section === null
      ? 'it stands outside of sections, for every command'
      : `it belongs into the section ${elsewhere.section}`;
  }
  const sections = settings.flatMap((setting) => setting.section ?? []);
  const meant = nearest(key, section === null ? [...here, ...sections, ALERTS] : here);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return SECRET.test(key) ? secretAdvice(section) : undefined;
}

function secretAdvice(section: string | null): string {
  const how = 'a secret stands in a file of its own, which passwordFile, secretFile or urlFile of a channel names';
  return section === ALERTS ? how : `${how}, below ${ALERTS}`;
}
