/** `skopos bench`: the benchmarks of a checkout. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { SkoposError } from '../../errors.ts';
import { examples } from '../examples.ts';

const file = fileURLToPath(new URL('../../../bench/run.ts', import.meta.url));

export function registerBench(program: Command): void {
  program
    .command('bench')
    .description('Measure this machine (in a checkout); --help after "--" lists the benchmarks')
    .argument('[name...]', 'benchmarks to run; all when absent')
    .option('--short', 'a minute or two instead of half an hour')
    .option('--json', 'figures as JSON')
    .addHelpText(
      'after',
      examples(['skopos bench --short', 'all, briefly'], ['skopos bench end-to-end', 'socket to searchable']),
    )
    .action(async (names: readonly string[], options: { short?: boolean; json?: boolean }) => {
      if (!existsSync(file)) {
        throw new SkoposError('SKP_CLI_BENCH', 'The benchmarks are not part of the installed package', {
          hint: 'Run this in a checkout of the repository.',
        });
      }
      const flags = [
        ...(options.short === true ? ['--short'] : []),
        ...(options.json === true ? ['--json'] : []),
      ];
      const child = spawn(process.execPath, [file, ...names, ...flags], { stdio: 'inherit' });
      process.exitCode = await new Promise<number>((resolve) =>
        child.on('exit', (code) => resolve(code ?? 1)),
      );
    });
}
