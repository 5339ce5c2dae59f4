import { styleText } from 'node:util';
import type { Severity } from '../../types.js';
import { hang, type LayoutOptions } from './hang.js';

/** How lines of text become those of a terminal. */
export interface FitOptions extends LayoutOptions {
  /** Colour by severity. */
  readonly color?: boolean;
}

export const SEVERITY_COLORS: Readonly<Record<Severity, Parameters<typeof styleText>[0]>> = {
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};

/** What stands in columns at the beginning of a line: one or two of them, each with two blanks behind it at least. */
const COLUMNS = /^(?: *\S+(?: \S+)* {2,}){1,2}/;

/** A severity in the first column, which is how lines of findings begin. */
const SEVERITY = /^( *)(critical|high|medium|low|info)(?= {2})/;

/** Lines that fit a terminal: what is too long is continued below the beginning of its last column. Nothing is cut. */
export function* fitLines(lines: Iterable<string>, options: FitOptions): Generator<string> {
  for (const line of lines) {
    const [start = ''] = COLUMNS.exec(line) ?? [];
    for (const [index, part] of hang(start, line.slice(start.length), options).entries()) {
      yield index === 0 && options.color === true ? part.replace(SEVERITY, colored) : part;
    }
  }
}

function colored(_match: string, indent: string, severity: string): string {
  return indent + styleText(SEVERITY_COLORS[severity as Severity], severity, { validateStream: false });
}
