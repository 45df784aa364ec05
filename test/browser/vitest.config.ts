import path from 'node:path';
import { defineConfig } from 'vitest/config';

// The real program and a real browser: one file after the other, with time to start both.
export default defineConfig({
  root: path.resolve(import.meta.dirname, '../..'),
  test: {
    include: ['test/browser/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
