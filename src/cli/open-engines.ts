/** The log and the store that commands work on: those that cluster.json names, beside the running server. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EventLog } from '../bus/index.ts';
import { type ClusterSettings, isShared, loadCluster, openBus, openStore } from '../engines/index.ts';
import type { KeyValueStore } from '../store/index.ts';
import { configFolder, type FolderOptions } from './folders.ts';
import { preparePlugins } from './plugins.ts';

/** What cluster.json says, or the file `to`; the engines that it names may be plug-ins. */
export async function clusterOf(folder: string | null, to?: string): Promise<ClusterSettings> {
  const own = folder !== null && existsSync(path.join(folder, 'cluster.json'));
  if (own || to !== undefined) await preparePlugins(folder);
  return loadCluster(folder, to);
}

export async function openLogOf({ data, config }: FolderOptions): Promise<EventLog> {
  return openBus(await clusterOf(configFolder(config)), { dataFolder: data });
}

export async function openStoreOf({ data, config }: FolderOptions): Promise<KeyValueStore> {
  return openStore(await clusterOf(configFolder(config)), { dataFolder: data });
}

/** Whether the log lies in the data folder. */
export async function hasOwnLog({ config }: FolderOptions): Promise<boolean> {
  const cluster = await clusterOf(configFolder(config));
  return !(await isShared('bus', cluster.bus));
}
