/** `skopos config rollback`: a new version with the content of an old one. */
import type { Command } from 'commander';
import { ConfigError } from '../../config/index.ts';
import { checkFileSet, countOf, firstLine } from '../../config-versions/index.ts';
import { installPlugins } from '../../pipeline/index.ts';
import { configChecks } from '../../program/index.ts';
import { examples } from '../examples.ts';
import { configFolder } from '../folders.ts';
import { errorsIn } from './problems.ts';
import {
  type AuthorOptions,
  authorOf,
  authorOption,
  changesText,
  onVersions,
  plainVersion,
  versionNumber,
  withVersionsOptions,
} from './versions.ts';

export function registerRollback(config: Command): void {
  withVersionsOptions(config.command('rollback'))
    .description('Make a new version with the content of an old one; the folder stays as it is')
    .argument('<version>', 'number of the old version, as in the history')
    .option('-m, --message <why>', 'why: kept in the history')
    .addOption(authorOption())
    .addHelpText(
      'after',
      `
The old content is checked first: this program may be newer than it. Take it over into the folder with "skopos config pull".
${examples(
  ['skopos config rollback 12', 'what held as version 12 holds again'],
  ['skopos config rollback 12 -m "Rules of 13 are too loud"', 'and say why'],
)}`,
    )
    .action(async (wanted: string, options: AuthorOptions & { readonly message?: string }) => {
      await onVersions(options, async (versions) => {
        const old = versions.byNumber(versionNumber(wanted));
        const files = await versions.files(old);
        const home = configFolder(options.config);
        await installPlugins(home);
        const { problems } = await checkFileSet(files, { home, checks: configChecks });
        if (errorsIn(problems) > 0) throw new ConfigError(problems);
        const { version, unchanged } = await versions.push(files, {
          who: authorOf(options),
          why: options.message ?? `Roll back to version ${old.version}: ${firstLine(old.why)}`,
          base: versions.newest().id,
          restores: old.version,
        });
        if (options.json === true)
          console.log(JSON.stringify({ pushed: !unchanged, ...plainVersion(version) }, null, 2));
        else if (unchanged) console.log(`Version ${version.version} has that content already.`);
        else
          console.log(
            `Version ${version.version} has the content of version ${old.version} (${countOf(version.changes)} files: ${changesText(version)}).`,
          );
      });
    });
}
