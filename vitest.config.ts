import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole scans of generated systems run next to each other on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
