import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Short, because sockets are made in it. This file is read once a run.
process.env.TMPDIR = join(tmpdir(), `s-${process.pid}`);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/helpers/temporary-files.ts',
    // Most tests wait, for programs that they start and for time to pass: with one more than cores none is idle.
    maxWorkers: availableParallelism() + 1,
    // Whole scans of generated systems run next to each other on two cores.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
