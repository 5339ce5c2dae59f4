import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Most tests wait for programs that they start: a core that is left free would be idle.
    maxWorkers: '100%',
    // Whole scans of generated systems run next to each other on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
