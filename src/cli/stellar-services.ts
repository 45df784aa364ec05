/** What expressions of the shell may reach: the configuration, the store and the databases of this installation. */
import path from 'node:path';
import { loadConfig, type Snapshot } from '../config/index.ts';
import { loadAsn, loadGeo, MmdbGeoDatabase, SwappableAsnDatabase } from '../enrichments/index.ts';
import type { Capabilities } from '../stellar/index.ts';
import { type KeyValueStore, openLmdbKeyValueStore, ReferenceData } from '../store/index.ts';
import { configFolder, storeFolder } from './folders.ts';

export interface StellarServices {
  readonly globals: Readonly<Record<string, unknown>>;
  readonly capabilities: Capabilities;
  readonly snapshot: Snapshot;
  /** Opens what the named capabilities need, once. */
  prepare(capabilities: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** The store is opened beside a running server, which may go on writing it. */
export async function openStellarServices(
  data: string,
  config: string | undefined,
): Promise<StellarServices> {
  const { snapshot } = await loadConfig(configFolder(config));
  const geo = new MmdbGeoDatabase();
  const asn = new SwappableAsnDatabase();
  let store: KeyValueStore | null = null;
  let reference: ReferenceData | null = null;
  const opened = new Map<string, Promise<void>>();
  const openers: Readonly<Record<string, () => Promise<void>>> = {
    geo: async () => {
      const file = databaseFile(snapshot, 'geo.hdfs.file');
      geo.swap(await loadGeo(file, ['v4', 'v6']));
    },
    asn: async () => {
      const bytes = await loadAsn(databaseFile(snapshot, 'asn.hdfs.file'), path.join(data, 'cache'));
      if (bytes !== null) asn.swap(bytes);
    },
    enrichmentStore: async () => {
      store = openLmdbKeyValueStore(storeFolder(data));
      reference = new ReferenceData(store);
    },
  };
  return {
    snapshot,
    globals: snapshot.global,
    capabilities: {
      geo: { get: (ip) => spread(geo.get(ip)) },
      asn: { get: (ip) => spread(asn.get(ip)) },
      enrichmentStore: { get: (table, type, indicator) => reference?.get(table, type, indicator) },
      system: {
        environment: (name) => process.env[name],
        property: () => undefined,
      },
    },
    async prepare(capabilities) {
      for (const name of capabilities) {
        const open = openers[name];
        if (open === undefined) continue;
        let done = opened.get(name);
        if (done === undefined) {
          done = open();
          opened.set(name, done);
        }
        await done;
      }
    },
    async close() {
      await store?.close();
    },
  };
}

function spread(found: object | null): Record<string, unknown> | null {
  return found === null ? null : { ...found };
}

function databaseFile(snapshot: Snapshot, key: 'geo.hdfs.file' | 'asn.hdfs.file'): string | null {
  const written = snapshot.global[key];
  if (typeof written !== 'string' || written === '') return null;
  return path.resolve(snapshot.folder ?? '.', written);
}
