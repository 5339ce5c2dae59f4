/** How a check came out: `warn` where scans work but something is missing or odd, `fail` where they do not. */
export type CheckStatus = 'ok' | 'warn' | 'fail';

/** One thing of the machine that scans depend on. */
export interface Check {
  /** A word or two: `node`, `key folder`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found, in words. May quote names of files: escape it like them. */
  readonly found: string;
  /** What to do; not there where nothing is to be done. */
  readonly todo?: string;
}

export function ok(name: string, found: string): Check {
  return { name, status: 'ok', found };
}

export function warn(name: string, found: string, todo: string): Check {
  return { name, status: 'warn', found, todo };
}

export function fail(name: string, found: string, todo: string): Check {
  return { name, status: 'fail', found, todo };
}
