import { defineConfig } from 'vitest/config';

/** Suites against real servers: `npm run test:services`. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/../..`,
    include: ['test/services/**/*.test.ts'],
    // A busy machine is slow, and no fault: these are for what hangs. A server that starts again takes such a machine a minute and more.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000, interval: 100 } },
    // Each file starts its own servers: one after another.
    fileParallelism: false,
    pool: 'forks',
    execArgv: ['--enable-experimental-regexp-engine-on-excessive-backtracks'],
  },
});
