import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What is run at night; real paths, so that no link decides later what it is. */
export interface ScheduledProgram {
  readonly node: string;
  readonly main: string;
}

/** This Node and this sigsweep. */
export function thisProgram(): ScheduledProgram {
  const manifest = createRequire(import.meta.url).resolve('sigsweep/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { sigsweep: string } };
  return {
    node: realpathSync(process.execPath),
    main: realpathSync(join(dirname(manifest), bin.sigsweep)),
  };
}
