import { defineConfig } from 'vitest/config';

// What needs no other server. Browser, fault and service tests have their own configurations under test/ and run in CI.
export default defineConfig({
  test: {
    include: [
      'src/**/*.test.ts',
      'test/*.test.ts',
      'bench/**/*.test.ts',
      'examples/**/*.test.ts',
      'web/src/**/*.test.ts',
    ],
    pool: 'forks',
    execArgv: ['--enable-experimental-regexp-engine-on-excessive-backtracks'],
    testTimeout: 20_000,
  },
});
