/** One block of a column. */
export interface Block {
  /** Which of the column's numbers it stands for. */
  readonly part: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is there is seen, however little it is beside the rest. */
const LEAST_HEIGHT = 2;

/** Part of a column's room that is left free. */
const GAP = 0.25;

/** Fewer columns do not become wider: they stand at the end, where the present is. */
const LEAST_COLUMNS = 20;

/**
 * Columns of stacked blocks, one column for each list of numbers, the first number at the bottom.
 * @returns the blocks of each column, in units of `width` × `height`
 */
export function columns(lists: readonly (readonly number[])[], width: number, height: number): Block[][] {
  const most = Math.max(1, ...lists.map(sumOf));
  const step = columnStep(lists.length, width);
  const gap = step * GAP;
  const start = width - step * lists.length;
  return lists.map((numbers, column) => {
    const blocks: Block[] = [];
    let top = height;
    for (const [part, number] of numbers.entries()) {
      if (number === 0) continue;
      const tall = Math.min(top, Math.max(LEAST_HEIGHT, (number / most) * height));
      top -= tall;
      blocks.push({ part, x: start + column * step + gap / 2, y: top, width: step - gap, height: tall });
    }
    return blocks;
  });
}

/** How much of the width each of so many columns has. */
export function columnStep(number: number, width: number): number {
  return width / Math.max(LEAST_COLUMNS, number);
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
