import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PackagingError } from './errors.mjs';
import { run } from './run.mjs';

export const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * @typedef {object} Release
 * @property {string} version of the program
 * @property {string} debianVersion the same, with the revision of the package
 * @property {string} description one line
 * @property {string} maintainer `Name <address>`
 * @property {Date} date of what is built; everything that is dated has it, so that the same commit gives the same bytes
 */

/** An address that nobody has; whoever publishes packages gives his own, as to every tool of Debian. */
const NOBODY = 'maintainers@sigsweep.example';

/** @param {NodeJS.ProcessEnv} environment @returns {Release} */
export function thisRelease(environment) {
  const { version, description } = JSON.parse(readFileSync(`${PROJECT}package.json`, 'utf8'));
  return {
    version,
    debianVersion: debianVersion(version),
    description,
    maintainer: `${environment.DEBFULLNAME ?? 'The sigsweep authors'} <${environment.DEBEMAIL ?? NOBODY}>`,
    date: dateOf(environment.SOURCE_DATE_EPOCH ?? lastCommit()),
  };
}

/** Debian sorts `1.0.0~beta` before `1.0.0`, as versions of npm do. @param {string} version */
export function debianVersion(version) {
  return `${version.replace('-', '~')}-1`;
}

/** @param {string} seconds since 1970 @returns {Date} */
export function dateOf(seconds) {
  if (!/^\d{1,11}$/.test(seconds)) throw new PackagingError(`SOURCE_DATE_EPOCH=${seconds}: give seconds since 1970`);
  return new Date(Number(seconds) * 1000);
}

function lastCommit() {
  try {
    return run('git', ['-C', PROJECT, 'log', '-1', '--format=%ct']).trim();
  } catch {
    throw new PackagingError('there is no commit to take the date from: give SOURCE_DATE_EPOCH, in seconds since 1970');
  }
}
