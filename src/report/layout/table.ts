/**
 * Rows as lines whose columns stand below each other; what lies in them takes one column of a terminal a character.
 * @param words the columns that are no numbers.
 */
export function aligned(rows: readonly (readonly string[])[], words: ReadonlySet<number>, gap: number): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return words.has(column) ? cell.padEnd(width) : cell.padStart(width);
    });
    return cells.join(' '.repeat(gap)).trimEnd();
  });
}
