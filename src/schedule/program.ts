import { realpathSync } from 'node:fs';
import { mainFile } from '../shipped.js';

/** What is run at night; real paths, so that no link decides later what it is. */
export interface ScheduledProgram {
  /** Node; or the single executable, which is Node and the program in one. */
  readonly node: string;
  /** What that Node is given to run; `undefined` for the single executable. */
  readonly main: string | undefined;
}

/** This Node and this sigsweep. */
export function thisProgram(): ScheduledProgram {
  const main = mainFile();
  return {
    node: realpathSync(process.execPath),
    main: main === undefined ? undefined : realpathSync(main),
  };
}

/** The words that a command line of this program begins with. */
export function wordsOf({ node, main }: ScheduledProgram): string[] {
  return main === undefined ? [node] : [node, main];
}
