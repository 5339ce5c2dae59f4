import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SigsweepError } from '../errors.js';
import { errorInWords } from '../files/failure.js';
import { foldersAbove } from '../files/folders-above.js';
import { WRITABLE_BY_OTHERS } from '../files/trusted.js';
import { type ScheduledProgram, wordsOf } from './program.js';

/** What lies there is gone some day, and a service that has these folders to itself does not see it. */
const TEMPORARY_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/run'];

/**
 * Requires that nobody but root decides what a schedule runs as root: Node, every file of this program and of the
 * libraries that it loads, and every folder above them.
 * @throws SigsweepError SCHEDULE_FAILED, with the place and what to do.
 */
export function requireTrustedProgram(program: ScheduledProgram): void {
  const { node, main } = program;
  for (const file of wordsOf(program)) {
    const temporary = TEMPORARY_FOLDERS.find((folder) => file.startsWith(`${folder}/`));
    if (temporary !== undefined) throw refusal(file, `nothing stays in ${temporary}`);
  }
  try {
    const trusted = new TrustedPaths();
    for (const path of [node, ...(main === undefined ? [] : foldersOf(main))]) trusted.requireWhole(path);
  } catch (cause) {
    if (cause instanceof SigsweepError) throw cause;
    throw refusal(main ?? node, errorInWords(cause), cause);
  }
}

/** The program's own folder, and those besides in which Node finds its libraries. */
function foldersOf(main: string): string[] {
  const own = createRequire(main);
  const manifest = own.resolve('sigsweep/package.json');
  const { dependencies } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
  const libraries = Object.keys(dependencies).map((name) =>
    own.resolve.paths(name)?.find((folder) => existsSync(join(folder, name))),
  );
  return [dirname(manifest), ...libraries.filter((folder) => folder !== undefined)];
}

/** Looks at each path once. */
class TrustedPaths {
  readonly #seen = new Set<string>();

  /** A file or a folder with all that is in it, and every folder above it. */
  requireWhole(path: string): void {
    for (const folder of foldersAbove(path)) requireRoot(folder, lstatSync(folder));
    this.#requireTree(realpathSync(path));
  }

  #requireTree(path: string): void {
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const stat = lstatSync(path);
    requireRoot(path, stat);
    // A link that leads nowhere loads nothing.
    if (stat.isSymbolicLink() && existsSync(path)) this.requireWhole(path);
    if (stat.isDirectory()) for (const name of readdirSync(path)) this.#requireTree(join(path, name));
  }
}

function requireRoot(path: string, stat: Stats): void {
  if (stat.uid !== 0) throw refusal(path, `it belongs to user ${stat.uid}, who could become root by it`);
  // The permissions of a link say nothing.
  if (stat.isSymbolicLink() || (stat.mode & WRITABLE_BY_OTHERS) === 0) return;
  throw refusal(path, 'others than root may write it, and could become root by it');
}

function refusal(path: string, why: string, cause?: unknown): SigsweepError {
  return new SigsweepError(
    'SCHEDULE_FAILED',
    `${path} is not safe to run as root every night: ${why}; install sigsweep and Node where only root can write`,
    cause === undefined ? {} : { cause },
  );
}
