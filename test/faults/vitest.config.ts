import { defineConfig } from 'vitest/config';

// What happens when processes are killed and disks are full. Slow, so apart from `npm test`:
//   vitest run --config test/faults/vitest.config.ts
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/faults/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    execArgv: ['--enable-experimental-regexp-engine-on-excessive-backtracks'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
