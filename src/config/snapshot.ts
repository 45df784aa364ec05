/**
 * One consistent state of the whole configuration. The folder's other door: threads that are handed snapshots need no schemas, which take
 * 10 MiB and a tenth of a second in each of them, so nothing here may load them.
 */
import { deepFreeze } from './deep-freeze.ts';
import type { Documents } from './document.ts';
import type { GlobalConfig } from './global.ts';
import type { ListenerConfig } from './listeners.ts';
import type { SensorEnrichmentConfig } from './sensor-enrichment.ts';
import type { SensorIndexingConfig } from './sensor-indexing.ts';
import type { SensorParserConfig } from './sensor-parser.ts';

export { parseStellarGroups, type StellarBlock } from './stellar-block.ts';

/** Immutable, and nothing but data: it may be posted to a worker thread as it is. */
export interface Snapshot {
  /** Grows by one with each change that took effect; 1 at first. */
  readonly version: number;
  /** Absolute path of the user's folder, which relative paths of the configuration start from; null without one. */
  readonly folder: string | null;
  /**
   * Absolute path of this machine's own folder, which plug-ins, certificates, secrets and databases lie in: `folder`, unless the
   * configuration comes from elsewhere.
   */
  readonly home: string | null;
  readonly global: GlobalConfig;
  readonly listeners: readonly ListenerConfig[];
  /** By sensor. */
  readonly parsers: ReadonlyMap<string, SensorParserConfig>;
  readonly enrichments: ReadonlyMap<string, SensorEnrichmentConfig>;
  readonly indexing: ReadonlyMap<string, SensorIndexingConfig>;
}

/** All that is configured for one sensor. */
export interface SensorConfig {
  readonly sensor: string;
  /** Null for a sensor without a file in parsers/: nothing can be read for it. */
  readonly parser: SensorParserConfig | null;
  readonly enrichment: SensorEnrichmentConfig;
  readonly indexing: SensorIndexingConfig;
}

/** What holds for a sensor without a file in enrichments/: nothing is added. */
export const defaultEnrichment: SensorEnrichmentConfig = deepFreeze({
  enrichment: { fieldMap: {}, fieldToTypeMap: {}, config: {} },
  threatIntel: {
    fieldMap: {},
    fieldToTypeMap: {},
    config: {},
    triageConfig: { riskLevelRules: [], aggregator: 'MAX', aggregationConfig: {} },
  },
  configuration: {},
});

/** What holds for a sensor without a file in indexing/: each writer with its defaults. */
export const defaultIndexing: SensorIndexingConfig = deepFreeze({
  elasticsearch: null,
  solr: null,
  hdfs: null,
  duckdb: null,
});

export function sensorConfig(snapshot: Snapshot, sensor: string): SensorConfig {
  return {
    sensor,
    parser: snapshot.parsers.get(sensor) ?? null,
    enrichment: snapshot.enrichments.get(sensor) ?? defaultEnrichment,
    indexing: snapshot.indexing.get(sensor) ?? defaultIndexing,
  };
}

/** The documents of one folder, as far as they are good. */
export interface ConfigLayer {
  readonly global: Documents['global'] | null;
  readonly listeners: Documents['listeners'] | null;
  /** Of the file that the global file names. */
  readonly knownHosts: Documents['knownHosts'] | null;
  readonly parsers: ReadonlyMap<string, SensorParserConfig>;
  readonly enrichments: ReadonlyMap<string, SensorEnrichmentConfig>;
  readonly indexing: ReadonlyMap<string, SensorIndexingConfig>;
}

/**
 * Lays one folder over another: keys of `global.json` one by one, any other file as a whole.
 */
export function buildSnapshot(
  version: number,
  folder: string | null,
  layers: readonly ConfigLayer[],
  home: string | null = folder,
): Snapshot {
  return Object.freeze({
    version,
    folder,
    home,
    global: deepFreeze(globalOf(layers)),
    listeners: layers.findLast((layer) => layer.listeners !== null)?.listeners ?? [],
    parsers: new Map(layers.flatMap((layer) => [...layer.parsers])),
    enrichments: new Map(layers.flatMap((layer) => [...layer.enrichments])),
    indexing: new Map(layers.flatMap((layer) => [...layer.indexing])),
  });
}

/** Known hosts of a file stand in `enrichment.host.known_hosts` behind those written there. */
function globalOf(layers: readonly ConfigLayer[]): GlobalConfig {
  const global: Documents['global'] = Object.assign({}, ...layers.map((layer) => layer.global));
  const ofFile = layers.findLast((layer) => layer.knownHosts !== null)?.knownHosts;
  if (ofFile === undefined || ofFile === null || global['enrichment.host.known_hosts_file'] === undefined)
    return global;
  const written = global['enrichment.host.known_hosts'] ?? [];
  return { ...global, 'enrichment.host.known_hosts': [...written, ...ofFile] };
}
