/** `skopos replay errors`: what failed goes through its sensor again, from the bytes that were kept. */
import type { Command } from 'commander';
import { replayErrors } from '../../pipeline/index.ts';
import { examples } from '../examples.ts';
import { configOption, dataOption, type FolderOptions } from '../folders.ts';
import { openLogOf } from '../open-engines.ts';

interface ReplayOptions extends FolderOptions {
  readonly sensor?: string;
  readonly errorType?: string;
  readonly again?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('Work events again')
    .command('errors')
    .description('Append what failed to its topic again, after the configuration was mended')
    .addOption(dataOption())
    .addOption(configOption())
    .option('-s, --sensor <name>', 'only errors of this sensor')
    .option('--error-type <type>', 'only this type, such as parser_error')
    .option('--again', 'also those that were replayed before')
    .option('--dry-run', 'count, and change nothing')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      examples(
        ['skopos replay errors --dry-run', 'how many there are'],
        ['skopos replay errors --sensor squid', 'after the pattern of squid was mended'],
      ),
    )
    .action(async ({ data, config, json, ...options }: ReplayOptions) => {
      const log = await openLogOf({ data, ...(config === undefined ? {} : { config }) });
      try {
        const counts = await replayErrors(log, options);
        if (json === true) console.log(JSON.stringify(counts));
        else {
          const verb = options.dryRun === true ? 'would be replayed' : 'replayed';
          console.log(
            `${counts.replayed} ${verb}; ${counts.before} were replayed before; ${counts.wentOn} left alone because their event went on; ${counts.otherwise} not asked for`,
          );
        }
      } finally {
        await log.close();
      }
    });
}
