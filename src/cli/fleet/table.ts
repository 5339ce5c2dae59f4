import { aligned } from '../../report/layout/table.js';

/** Rows below their headings, in columns; none without rows. @param numbers columns of numbers. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[] = [],
): string[] {
  const words = new Set(headings.map((_, column) => column).filter((column) => !numbers.includes(column)));
  return rows.length === 0 ? [] : aligned([headings, ...rows], words, 2);
}
