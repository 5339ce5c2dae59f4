/** A word of a unit's command line: `%` begins a specifier there, `$` a variable. */
export function argument(word: string): string {
  return quoted(word.replaceAll('$', '$$$$'));
}

/** A program or a folder in a unit, where a dollar sign is one. */
export function quoted(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
