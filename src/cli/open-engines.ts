/** The log and the store that commands work on: those that cluster.json names, beside the running server. */
import type { EventLog } from '../bus/index.ts';
import { isShared, loadCluster, openBus, openStore } from '../engines/index.ts';
import type { KeyValueStore } from '../store/index.ts';
import { configFolder, type FolderOptions } from './folders.ts';

export async function openLogOf({ data, config }: FolderOptions): Promise<EventLog> {
  return openBus(await loadCluster(configFolder(config)), { dataFolder: data });
}

export async function openStoreOf({ data, config }: FolderOptions): Promise<KeyValueStore> {
  return openStore(await loadCluster(configFolder(config)), { dataFolder: data });
}

/** Whether the log lies in the data folder. */
export async function hasOwnLog({ config }: FolderOptions): Promise<boolean> {
  const cluster = await loadCluster(configFolder(config));
  return !(await isShared('bus', cluster.bus));
}
