import { describe, expect, it } from 'vitest';
import { importBench } from './bench.js';

const { summarize, ratios } = await importBench('measure/stats.mjs');

describe('summarize', () => {
  it('takes the middle of what was measured, in whatever order', () => {
    expect(summarize([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(summarize([10, 9, 1000, 11])).toEqual({ median: 10.5, min: 9, max: 1000 });
    expect(summarize([4])).toEqual({ median: 4, min: 4, max: 4 });
  });

  it('sorts numbers as numbers and leaves them where they are', () => {
    const values = [100, 20, 3];
    expect(summarize(values).median).toBe(20);
    expect(values).toEqual([100, 20, 3]);
  });

  it('says nothing of nothing', () => {
    expect(() => summarize([])).toThrow('nothing was measured');
  });
});

describe('ratios', () => {
  it('are taken run by run: a slow minute slows down both', () => {
    expect(ratios([2, 20, 4], [1, 10, 2])).toEqual({ median: 2, min: 2, max: 2 });
    // The ratio of the medians would be 3.
    expect(ratios([3, 3, 12], [1, 3, 1])).toEqual({ median: 3, min: 1, max: 12 });
    expect(ratios([2, 6, 9], [2, 2, 1])).toEqual({ median: 3, min: 1, max: 9 });
  });

  it('need pairs', () => {
    expect(ratios([], [1])).toBeNull();
    expect(ratios([2, 8], [1])).toEqual({ median: 2, min: 2, max: 2 });
  });
});
