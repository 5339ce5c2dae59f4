import { displayWidth } from '../../report/layout/width.js';

/** Rows below their headings, in columns; none without rows. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [headings, ...rows];
  const widths = headings.map((_, column) =>
    all.reduce((most, row) => Math.max(most, displayWidth(row[column] ?? '')), 0),
  );
  return all.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
      .join('  ')
      .trimEnd(),
  );
}
