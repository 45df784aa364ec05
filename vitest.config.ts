import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// What needs no other server. Browser, fault and service tests have their own configurations under test/ and run in CI.
export default defineConfig({
  // What Node finds by the package's own name.
  resolve: { alias: { skopos: fileURLToPath(new URL('./src/plugins/public.ts', import.meta.url)) } },
  test: {
    include: [
      'src/**/*.test.ts',
      'test/*.test.ts',
      'bench/**/*.test.ts',
      'examples/**/*.test.ts',
      'web/src/**/*.test.ts',
    ],
    setupFiles: ['test/support/fixed-seed.ts'],
    pool: 'forks',
    execArgv: ['--enable-experimental-regexp-engine-on-excessive-backtracks'],
    testTimeout: 60_000,
  },
});
