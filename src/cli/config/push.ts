/** `skopos config push`: the folder as a new version for all processes. */
import type { Command } from 'commander';
import { ConfigError, type ConfigProblem } from '../../config/index.ts';
import {
  checkFileSet,
  type FileSet,
  readFileSet,
  readFolderBase,
  VersionsError,
  writeFolderBase,
} from '../../config-versions/index.ts';
import { configChecks, pluginProblem } from '../../program/index.ts';
import { examples } from '../examples.ts';
import { preparePlugins } from '../plugins.ts';
import { errorsIn, showProblems } from './problems.ts';
import {
  type AuthorOptions,
  authorOf,
  authorOption,
  changesText,
  folderOf,
  onVersions,
  plainVersion,
  versionNumber,
  withVersionsOptions,
} from './versions.ts';

interface PushCommandOptions extends AuthorOptions {
  readonly message: string;
  readonly base?: string;
  readonly force?: boolean;
}

export const outdatedExitCode = 3;

export function registerPush(config: Command): void {
  withVersionsOptions(config.command('push'))
    .description('Make the configuration folder the version that all processes of the installation run')
    .requiredOption('-m, --message <why>', 'why: kept in the history')
    .addOption(authorOption())
    .option(
      '--base <version>',
      'the version that the folder was made from; known to a folder that was pulled or pushed',
    )
    .option('--force', 'replace the newest version, whatever the folder was made from')
    .addHelpText(
      'after',
      `
The whole is checked first, as "skopos config check" does. Plug-ins (functions/, plugins/), cluster.json, keys and
certificates, and samples stay on each machine; --json lists what stays.
Exit code 0 when it is pushed or was already; 1 when it is refused; ${outdatedExitCode} when somebody else pushed meanwhile.
${examples(
  ['skopos config push -m "Score logins at night"', 'the folder ./config'],
  ['skopos config push --config repo -m "$SUBJECT" --author "$AUTHOR" --base 12', 'from a repository'],
  ['skopos config push -m "As it was meant" --force', 'replace what others pushed'],
)}`,
    )
    .action(async (options: PushCommandOptions) => {
      try {
        await push(options);
      } catch (error) {
        if (error instanceof VersionsError && error.code === 'SKP_VERSIONS_OUTDATED')
          process.exitCode = outdatedExitCode;
        throw error;
      }
    });
}

async function push(options: PushCommandOptions): Promise<void> {
  const folder = folderOf(options);
  await onVersions(options, async (versions) => {
    const { files, staying } = await readFileSet(folder);
    const problems = await check(files, folder);
    if (errorsIn(problems) > 0) {
      if (options.json !== true) throw new ConfigError(problems);
      console.log(JSON.stringify({ pushed: false, problems }, null, 2));
      process.exitCode = 1;
      return;
    }
    if (options.json !== true) showProblems(problems, console.error);
    const base = options.force === true ? 'newest' : await baseOf(options, folder, versions);
    const { version, unchanged } = await versions.push(files, {
      who: authorOf(options),
      why: options.message,
      base,
    });
    await writeFolderBase(folder, { topic: versions.topic, id: version.id, version: version.version });
    if (options.json === true) {
      console.log(
        JSON.stringify({ pushed: !unchanged, ...plainVersion(version), staying, problems }, null, 2),
      );
    } else if (unchanged) {
      console.log(`Nothing to push: version ${version.version} has these files already.`);
    } else {
      console.log(
        `Version ${version.version} is pushed (${changesText(version)}). See who runs it: skopos config status`,
      );
      if (staying.length > 0) console.log(`Not pushed, they stay on each machine: ${shownList(staying)}`);
    }
  });
}

/** As those who take the files over will check them, with the plug-ins of this folder. */
async function check(files: FileSet, folder: string): Promise<readonly ConfigProblem[]> {
  const plugins = (await preparePlugins(folder)).map(pluginProblem);
  const { problems } = await checkFileSet(files, { home: folder, checks: configChecks });
  return [...plugins, ...problems];
}

async function baseOf(
  options: PushCommandOptions,
  folder: string,
  versions: { readonly topic: string; byNumber(version: number): { readonly id: string } },
): Promise<string | null> {
  if (options.base !== undefined) return versions.byNumber(versionNumber(options.base)).id;
  return (await readFolderBase(folder, versions.topic))?.id ?? null;
}

function shownList(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
