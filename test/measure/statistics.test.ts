import { expect, it } from 'vitest';
import { isFaster, median } from '../../src/measure/statistics.js';

it('the median is the middle, or between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('faster is what wins in three rounds of four by three percent', () => {
  expect(isFaster([100, 100, 100, 100], [104, 104, 104, 104])).toBe(true);
  expect(isFaster([100, 100, 100, 100], [104, 104, 104, 90])).toBe(true);
  expect(isFaster([100, 100, 100, 100], [104, 104, 90, 90])).toBe(false);
  expect(isFaster([100, 100, 100, 100], [102, 102, 102, 102])).toBe(false);
  // Whatever slows one round down slows both.
  expect(isFaster([100, 900, 100], [110, 990, 110])).toBe(true);
  expect(isFaster([], [])).toBe(false);
});
