/** `skopos config`: work on the configuration. One file per subcommand, in ../config. */
import type { Command } from 'commander';
import { registerCheck } from '../config/check.ts';
import { registerDiff } from '../config/diff.ts';
import { registerHistory } from '../config/history.ts';
import { registerPull } from '../config/pull.ts';
import { registerPush } from '../config/push.ts';
import { registerRollback } from '../config/rollback.ts';
import { registerStatus } from '../config/status.ts';

export function registerConfig(program: Command): void {
  const config = program
    .command('config')
    .description('Check the configuration; share it among the processes of a cluster, version by version');
  for (const register of [
    registerCheck,
    registerPush,
    registerPull,
    registerDiff,
    registerHistory,
    registerRollback,
    registerStatus,
  ])
    register(config);
}
