/** Slips of the hand in one name, at most: a letter missing, another, or one too many. */
const MOST_SLIPS = 2;

/** The name that was most likely meant; `undefined` where none is near. */
export function nearest(written: string, names: readonly string[]): string | undefined {
  const plain = plainly(written);
  const [best] = names
    .map((name) => ({ name, slips: distance(plain, plainly(name)) }))
    .filter(({ name, slips }) => slips <= MOST_SLIPS && slips * 2 < name.length)
    .sort((a, b) => a.slips - b.slips);
  return best?.name;
}

/** `failOn`, `fail_on` and `FAIL-ON` are `fail-on`. */
function plainly(name: string): string {
  return name
    .slice(0, 100)
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** Levenshtein's. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (to[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
