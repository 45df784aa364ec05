/** The commands, in the order of the help: one line each. A command's file is loaded when it is run, or when all are to be listed. */
import type { Command } from 'commander';

export type Register = (program: Command) => void;

export const commands: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./up.ts')).registerUp,
  demo: async () => (await import('./demo.ts')).registerDemo,
  ingest: async () => (await import('./ingest.ts')).registerIngest,
  search: async () => (await import('./search.ts')).registerSearch,
  stellar: async () => (await import('./stellar.ts')).registerStellar,
  load: async () => (await import('./load.ts')).registerLoad,
  config: async () => (await import('./config.ts')).registerConfig,
  import: async () => (await import('./import.ts')).registerImport,
  detect: async () => (await import('./detect.ts')).registerDetect,
  parse: async () => (await import('./parse.ts')).registerParse,
  test: async () => (await import('./test.ts')).registerTest,
  grok: async () => (await import('./grok.ts')).registerGrok,
  migrate: async () => (await import('./migrate.ts')).registerMigrate,
  replay: async () => (await import('./replay.ts')).registerReplay,
  password: async () => (await import('./password.ts')).registerPassword,
  bench: async () => (await import('./bench.ts')).registerBench,
};
