/** The engines behind the bus, the index, the store and the configuration: which there are, which this installation has, and opening them. */
import type { EventLog } from '../bus/index.ts';
import type { ConfigVersions } from '../config-versions/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { KeyValueStore } from '../store/index.ts';
import { type ClusterSettings, type EnginePlace, embedded, type IndexPlace } from './engine.ts';
import { engineOf } from './registry.ts';

export * from './engine.ts';
export { type EngineKind, type EngineOf, engineOf, isShared, registerEngine } from './registry.ts';
export { readNamedFile, readSecret, type Secret } from './secret.ts';

/**
 * What cluster.json of a configuration folder says, or a `file` that is to become it; embedded engines where it says nothing, or there is no folder.
 *
 * Throws `ConfigError` with all that is wrong in it, `SkoposError` (`SKP_CLUSTER_SECRET`) for a secret that is not there.
 */
export async function loadCluster(configFolder: string | null, file?: string): Promise<ClusterSettings> {
  if (configFolder === null && file === undefined) return embedded;
  // Here and not above: the schemas are not for threads that only open engines.
  const { readCluster } = await import('./cluster.ts');
  return readCluster(configFolder ?? '.', file);
}

export async function openBus({ bus }: ClusterSettings, place: EnginePlace): Promise<EventLog> {
  return (await engineOf('bus', bus.type)).open(bus.options, place);
}

export async function openIndex({ index }: ClusterSettings, place: IndexPlace): Promise<EventIndex> {
  return (await engineOf('index', index.type)).open(index.options, place);
}

export async function openStore({ store }: ClusterSettings, place: EnginePlace): Promise<KeyValueStore> {
  return (await engineOf('store', store.type)).open(store.options, place);
}

/** The versions of the configuration in the log; null where the folder of each machine is its configuration. */
export async function openVersions(
  { config }: ClusterSettings,
  log: EventLog,
): Promise<ConfigVersions | null> {
  return (await engineOf('config', config.type)).open(config.options, { log });
}
