import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

// What is installed beside the program's code, and the only way to it. The single executable has another module in the
// place of this one (packaging/single/shipped.cjs), because in there nothing lies on a disk.

const load = createRequire(import.meta.url);

/** By the package's own name, so that it is found from the sources, the build and an installation alike. */
const MANIFEST = 'sigsweep/package.json';

const { version, bin } = load(MANIFEST) as { version: string; bin: { sigsweep: string } };

/** This release. */
export const VERSION: string = version;

/** What every worker thread runs, as the pool takes it: a file, as `npm run build` has made it. */
export function workerFile(): string {
  return join(root(), 'dist/workers/hash.cjs');
}

/** The file that Node is given to run this program; `undefined` where the program is a part of its Node. */
export function mainFile(): string | undefined {
  return join(root(), bin.sigsweep);
}

/** Loads the library of the database, which has a part that is no JavaScript. @throws Error where it cannot be loaded */
export function loadDatabase(): unknown {
  return load('libsql');
}

/** The version of a library that this program loads; `undefined` where it is not found. */
export function libraryVersion(name: string): string | undefined {
  for (const folder of load.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      // It lies in none of the nearer folders.
    }
  }
  return undefined;
}

/**
 * A text that is shipped with the program.
 * @param name of a file in `dist/shipped`, where `npm run build` puts whatever is to be found here
 * @throws Error of the system call when it cannot be read.
 */
export function shippedText(name: string): string {
  return readFileSync(join(root(), 'dist/shipped', name), 'utf8');
}

function root(): string {
  return dirname(load.resolve(MANIFEST));
}
