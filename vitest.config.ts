import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests wait, for programs that they start and for time to pass: with one more than cores none is idle.
    maxWorkers: availableParallelism() + 1,
    // Whole scans of generated systems run next to each other on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
