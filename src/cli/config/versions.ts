/** What the commands on versions share: the versions of the installation that cluster.json describes, and who changes them. */
import { hostname, userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import type { EventLog } from '../../bus/index.ts';
import {
  type ConfigVersion,
  type ConfigVersions,
  countOf,
  VersionsError,
} from '../../config-versions/index.ts';
import { isShared, openBus, openVersions } from '../../engines/index.ts';
import { SkoposError } from '../../errors.ts';
import { configFolder, configOption } from '../folders.ts';
import { clusterOf } from '../open-engines.ts';

export interface VersionsOptions {
  readonly config?: string;
  readonly cluster?: string;
  readonly json?: boolean;
}

export interface AuthorOptions extends VersionsOptions {
  readonly author?: string;
}

export function withVersionsOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('--cluster <file>', 'cluster.json of the installation, when it is not in the folder')
    .option('--json', 'the result as JSON');
}

export function authorOption(): Option {
  return new Option('--author <name>', 'who makes the change; you on this machine when absent').env(
    'SKOPOS_AUTHOR',
  );
}

export function authorOf({ author }: Pick<AuthorOptions, 'author'>): string {
  return author ?? `${userName()}@${hostname()}`;
}

/** Containers run under numbers that no user has. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** Throws `SKP_CLI_CONFIG` when there is none. */
export function folderOf(options: VersionsOptions): string {
  const folder = configFolder(options.config);
  if (folder !== null) return folder;
  throw new SkoposError('SKP_CLI_CONFIG', 'There is no configuration folder here', {
    hint: 'Name it with --config FOLDER.',
  });
}

/** Opens the versions for as long as `work` takes, with everything read that the topic holds. */
export async function onVersions<T>(
  options: VersionsOptions,
  work: (versions: ConfigVersions, log: EventLog) => Promise<T>,
): Promise<T> {
  const folder = configFolder(options.config);
  const cluster = await clusterOf(folder, options.cluster);
  if (!(await isShared('config', cluster.config))) {
    throw new VersionsError(
      'SKP_VERSIONS_OFF',
      `There are no versions here: the configuration is the folder ${folder ?? 'that ships'} (cluster.json has no "config" of type "kafka")`,
      {
        hint: 'Name the folder of a cluster with --config, or add "config": { "type": "kafka" } to its cluster.json.',
      },
    );
  }
  const log = await openBus(cluster, { dataFolder: '.' });
  try {
    const versions = await openVersions(cluster, log);
    if (versions === null) throw new TypeError('A shared configuration has versions');
    await versions.refresh();
    return await work(versions, log);
  } finally {
    await log.close();
  }
}

/** A number of a version. Throws `SKP_CLI_USAGE` for what is none. */
export function versionNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new SkoposError('SKP_CLI_USAGE', `${JSON.stringify(text)} is no number of a version`, {
    hint: 'Versions are counted from 1: skopos config history.',
  });
}

export function plainVersion({ version, id, at, who, why, restores, changes, files }: ConfigVersion): object {
  return {
    version,
    id,
    at: new Date(at).toISOString(),
    who,
    why,
    restores,
    ...changes,
    files: files.length,
  };
}

/** `3 files: +1 ~2 −0`, or the files by name where they are few. */
export function changesText({ changes }: ConfigVersion): string {
  const count = countOf(changes);
  if (count > 4)
    return `${count} files: +${changes.added.length} ~${changes.changed.length} -${changes.removed.length}`;
  return [
    ...changes.added.map((file) => `+${file}`),
    ...changes.changed.map((file) => `~${file}`),
    ...changes.removed.map((file) => `-${file}`),
  ].join(' ');
}
