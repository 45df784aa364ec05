/** The commands, in the order of the help: one line each. */
import type { Command } from 'commander';
import { registerBench } from './bench.ts';
import { registerConfig } from './config.ts';
import { registerDemo } from './demo.ts';
import { registerDetect } from './detect.ts';
import { registerGrok } from './grok.ts';
import { registerIngest } from './ingest.ts';
import { registerLoad } from './load.ts';
import { registerParse } from './parse.ts';
import { registerPassword } from './password.ts';
import { registerReplay } from './replay.ts';
import { registerSearch } from './search.ts';
import { registerStellar } from './stellar.ts';
import { registerTest } from './test.ts';
import { registerUp } from './up.ts';

export const commands: readonly ((program: Command) => void)[] = [
  registerUp,
  registerDemo,
  registerIngest,
  registerSearch,
  registerStellar,
  registerLoad,
  registerConfig,
  registerDetect,
  registerParse,
  registerTest,
  registerGrok,
  registerReplay,
  registerPassword,
  registerBench,
];
