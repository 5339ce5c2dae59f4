import { fitLines } from '../../report/layout/fit.js';

/** What whoever reads standard output can be shown. */
export interface Screen {
  /** Columns of the terminal; `undefined` where it is none, and lines stay whole. */
  readonly columns: number | undefined;
  readonly color: boolean;
  /** Whether more than ASCII can be drawn. */
  readonly unicode: boolean;
}

/** Below it no layout is possible; a terminal that says so does not know better. */
const LEAST_COLUMNS = 20;

/** Looks at a stream and the environment. What is not a terminal takes everything but colours. */
export function screenOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
  environment: NodeJS.ProcessEnv = process.env,
): Screen {
  const isTerminal = stream.isTTY === true;
  const columns = isTerminal && (stream.columns ?? 0) >= LEAST_COLUMNS ? stream.columns : undefined;
  return { columns, color: wantsColor(isTerminal, environment), unicode: !isTerminal || isUnicode(environment) };
}

/** FORCE_COLOR is for a pager that shows colours; NO_COLOR comes first. */
function wantsColor(isTerminal: boolean, { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if ((NO_COLOR ?? '') !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}

/** Whether the locale is one of UTF-8: the first of these variables that says something decides. */
function isUnicode({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test([LC_ALL, LC_CTYPE, LANG].find((value) => (value ?? '') !== '') ?? '');
}

/** Lines as standard output shows them, each with its end, whether or not they have one. */
export function* fitted(lines: Iterable<string>): Generator<string> {
  const screen = screenOf();
  for (const text of lines) {
    for (const line of fitLines([text.replace(/\n$/, '')], screen)) yield `${line}\n`;
  }
}
