/** `skopos config history`: who changed what, when and why. */
import { styleText } from 'node:util';
import type { Command } from 'commander';
import type { ConfigVersion } from '../../config-versions/index.ts';
import { SkoposError } from '../../errors.ts';
import { examples } from '../examples.ts';
import { printableLine } from '../terminal/printable.ts';
import {
  changesText,
  onVersions,
  plainVersion,
  type VersionsOptions,
  withVersionsOptions,
} from './versions.ts';

export function registerHistory(config: Command): void {
  withVersionsOptions(config.command('history'))
    .description('List the versions of the configuration, the newest first: who, when, why, which files')
    .option('-n, --limit <number>', 'so many of the newest', '20')
    .option('--file <path>', 'only versions that changed this file')
    .addHelpText(
      'after',
      examples(
        ['skopos config history', 'the last twenty'],
        ['skopos config history --file parsers/asa.json', 'what became of one file'],
        ['skopos config history --limit 1 --json', 'the newest, for a script'],
      ),
    )
    .action(async (options: VersionsOptions & { readonly limit: string; readonly file?: string }) => {
      const limit = Number(options.limit);
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new SkoposError(
          'SKP_CLI_USAGE',
          `--limit takes a number from 1 on, not ${JSON.stringify(options.limit)}`,
        );
      await onVersions(options, async (versions) => {
        const { file } = options;
        const shown = versions.versions
          .filter((one) => file === undefined || touches(one, file))
          .slice(-limit)
          .reverse();
        if (options.json === true) console.log(JSON.stringify(shown.map(plainVersion), null, 2));
        else if (versions.head === null) console.log('There is no version yet: skopos config push');
        else for (const one of shown) show(one, one.id === versions.head.id);
      });
    });
}

function touches({ changes }: ConfigVersion, file: string): boolean {
  return [changes.added, changes.changed, changes.removed].some((files) => files.includes(file));
}

function show(version: ConfigVersion, isNewest: boolean): void {
  const { version: number, at, who, why, restores } = version;
  const when = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  console.log(
    `${styleText('bold', String(number).padStart(5))}  ${when} UTC  ${printableLine(who)}${isNewest ? '  (newest)' : ''}`,
  );
  for (const line of why.split('\n')) console.log(`       ${printableLine(line)}`);
  const brought = restores === null ? '' : `content of version ${restores}; `;
  console.log(styleText('dim', `       ${brought}${printableLine(changesText(version))}`));
}
