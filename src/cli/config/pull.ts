/** `skopos config pull`: a version into the folder. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import {
  type ConfigVersions,
  changesBetween,
  countOf,
  type FileChanges,
  hashesOf,
  listed,
  readFileSet,
  readFolderBase,
  removeFiles,
  VersionsError,
  writeFiles,
  writeFolderBase,
} from '../../config-versions/index.ts';
import { examples } from '../examples.ts';
import { configFolder } from '../folders.ts';
import {
  onVersions,
  plainVersion,
  type VersionsOptions,
  versionNumber,
  withVersionsOptions,
} from './versions.ts';

interface PullCommandOptions extends VersionsOptions {
  readonly to?: string;
  readonly force?: boolean;
}

export function registerPull(config: Command): void {
  withVersionsOptions(config.command('pull'))
    .description('Write a version of the configuration into the folder; the newest when none is named')
    .argument('[version]', 'its number, as in the history')
    .option('--to <folder>', 'another folder than that of cluster.json; made when absent')
    .option('--force', 'overwrite changes of the folder that were not pushed')
    .addHelpText(
      'after',
      `
Files that the version does not have are removed, of those that are pushed; what stays on each machine is left alone.
Exit code 1 when changes of the folder would be lost.
${examples(
  ['skopos config pull', 'the newest version into ./config'],
  ['skopos config pull 12 --to before', 'version 12 into a folder of its own'],
)}`,
    )
    .action(async (version: string | undefined, options: PullCommandOptions) => {
      await onVersions(options, (versions) => pull(versions, version, options));
    });
}

async function pull(
  versions: ConfigVersions,
  wanted: string | undefined,
  options: PullCommandOptions,
): Promise<void> {
  const version = wanted === undefined ? versions.newest() : versions.byNumber(versionNumber(wanted));
  const folder =
    options.to === undefined
      ? (configFolder(options.config) ?? path.resolve('config'))
      : path.resolve(options.to);
  await mkdir(folder, { recursive: true });
  const here = hashesOf((await readFileSet(folder, listed(version.files).keys())).files);
  if (options.force !== true) await checkOwnChanges(versions, folder, here, listed(version.files));
  const files = await versions.files(version);
  const changes = changesBetween(here, hashesOf(files));
  const written = new Set([...changes.added, ...changes.changed]);
  await writeFiles(folder, new Map([...files].filter(([file]) => written.has(file))), { durable: true });
  await removeFiles(folder, changes.removed);
  await writeFolderBase(folder, { topic: versions.topic, id: version.id, version: version.version });
  if (options.json === true) {
    console.log(JSON.stringify({ folder, ...plainVersion(version), ...changes }, null, 2));
    return;
  }
  const count = countOf(changes);
  console.log(
    count === 0
      ? `${folder} is version ${version.version} already.`
      : `${folder} is version ${version.version} now: ${changes.added.length} files added, ${changes.changed.length} changed, ${changes.removed.length} removed.`,
  );
}

/** What would be lost: files that are neither as in the version the folder was made from nor as in the one that is wanted. */
async function checkOwnChanges(
  versions: ConfigVersions,
  folder: string,
  here: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  const base = await readFolderBase(folder, versions.topic);
  const from = base === null ? null : versions.byId(base.id);
  const before = from === null ? new Map<string, string>() : listed(from.files);
  const own = allOf(changesBetween(before, here));
  const lost = own.filter(
    (file) => here.get(file) !== wanted.get(file) && before.get(file) !== here.get(file),
  );
  if (lost.length === 0) return;
  const shown = lost.slice(0, 8).join(', ');
  throw new VersionsError(
    'SKP_VERSIONS_CHANGED',
    `${folder} has changes that were not pushed, and would be lost: ${shown}${lost.length > 8 ? ` and ${lost.length - 8} more` : ''}`,
    { hint: 'See them with "skopos config diff"; push them, or overwrite them with --force.' },
  );
}

function allOf({ added, changed, removed }: FileChanges): readonly string[] {
  return [...added, ...changed, ...removed];
}
