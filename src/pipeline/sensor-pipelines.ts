/** The pipelines of all sensors of a worker, rebuilt from configuration snapshots between batches. */
import { createGrok, createHttp, createObjectStore } from '../capabilities/index.ts';
import { type Snapshot, sensorConfig } from '../config/snapshot.ts';
import {
  type EnrichmentServices,
  KnownHostList,
  MmdbGeoDatabase,
  type ReferenceLookup,
  SwappableAsnDatabase,
} from '../enrichments/index.ts';
import { SkoposError } from '../errors.ts';
import { recordDecoder } from '../parsers/index.ts';
import type { Capabilities } from '../stellar/index.ts';
import { type KeyValueStore, ReferenceData } from '../store/index.ts';
import { compileStellar } from './compile.ts';
import { createRouter, errorCopyTopic } from './routing.ts';
import { SensorPipeline } from './sensor-pipeline.ts';
import { createSensorRunner } from './sensor-runner.ts';

export interface RefusedSensor {
  readonly sensor: string;
  readonly message: string;
  readonly hint: string | null;
}

export interface SensorPipelinesOptions {
  readonly store: KeyValueStore;
  readonly clock: { now(): number };
  readonly logId: string;
  readonly onGeoV6Wanted?: () => void;
  /** See `SensorPipelineOptions`. */
  readonly asides?: boolean;
}

export interface SensorPipelines {
  /** Takes a snapshot over. A sensor that cannot be built keeps its earlier pipeline, and is in the answer. */
  configure(snapshot: Snapshot): readonly RefusedSensor[];
  setDatabases(databases: { readonly geo?: readonly Uint8Array[]; readonly asn?: Uint8Array }): void;
  get(sensor: string): SensorPipeline | undefined;
  readonly services: EnrichmentServices;
}

export function createSensorPipelines(options: SensorPipelinesOptions): SensorPipelines {
  const geo = new MmdbGeoDatabase(options.onGeoV6Wanted);
  const asn = new SwappableAsnDatabase();
  const hosts = new KnownHostList();
  const data = new ReferenceData(options.store);
  const reference: ReferenceLookup = {
    get: (table, type, indicator) => data.get(table, type, indicator),
    version: versionsOf(data),
  };
  const services: EnrichmentServices = { geo, asn, hosts, reference };
  const pipelines = new Map<string, SensorPipeline>();
  let global: Readonly<Record<string, unknown>> = {};
  let home: string | null = null;
  let folder: string | null = null;
  // Their names stand in compile.ts: a rule that needs another one is refused.
  const capabilities: Capabilities = {
    clock: options.clock,
    globalConfig: () => global,
    enrichmentStore: reference,
    geo: { get: (ip) => spread(geo.get(ip)) },
    asn: { get: (ip) => spread(asn.get(ip)) },
    http: createHttp({ settings: () => global, folder: () => home }),
    objects: createObjectStore(() => folder, options.clock),
    grok: createGrok(),
  };

  function build(snapshot: Snapshot, sensor: string): SensorPipeline | null {
    const config = sensorConfig(snapshot, sensor);
    const { parser } = config;
    if (parser === null) return null;
    const runner = createSensorRunner(snapshot, sensor, parser, { clock: options.clock, capabilities });
    return new SensorPipeline({
      config,
      runner,
      services,
      capabilities,
      compile: compileStellar,
      clock: options.clock,
      logId: options.logId,
      decode: recordDecoder(parser.parserClassName, parser.parserConfig),
      readMetadata: parser.readMetadata,
      topic: parser.sensorTopic,
      router: createRouter(snapshot, sensor),
      errorCopyTopic: errorCopyTopic(snapshot, sensor),
      pipelineOf: (target) => pipelines.get(target),
      asides: options.asides ?? false,
      timing: snapshot.global['enrichment.timing.fields'] === true,
    });
  }

  return {
    services,
    configure(snapshot) {
      global = snapshot.global;
      folder = snapshot.folder;
      home = snapshot.home;
      const refused: RefusedSensor[] = [];
      try {
        hosts.replace(snapshot.global['enrichment.host.known_hosts'] ?? []);
      } catch (error) {
        refused.push(refusal('global', error));
      }
      for (const sensor of pipelines.keys()) if (!snapshot.parsers.has(sensor)) pipelines.delete(sensor);
      for (const sensor of snapshot.parsers.keys()) {
        try {
          const pipeline = build(snapshot, sensor);
          if (pipeline !== null) pipelines.set(sensor, pipeline);
        } catch (error) {
          refused.push(refusal(sensor, error));
        }
      }
      return refused;
    },
    setDatabases(databases) {
      if (databases.geo !== undefined) geo.swap(databases.geo);
      if (databases.asn !== undefined) asn.swap(databases.asn);
    },
    get: (sensor) => pipelines.get(sensor),
  };
}

function refusal(sensor: string, error: unknown): RefusedSensor {
  return {
    sensor,
    message: (error as Error).message,
    hint: error instanceof SkoposError ? (error.hint ?? null) : null,
  };
}

function spread(found: object | null): Record<string, unknown> | null {
  return found === null ? null : { ...found };
}

/** A store that answers later is asked ahead: the version known at present is given, and the next one fetched. */
function versionsOf(data: ReferenceData): (table: string) => number {
  const known = new Map<string, number>();
  return (table) => {
    const version = data.version(table);
    if (typeof version === 'number') return version;
    // When it cannot be had, look-ups say so.
    version.then(
      (one) => known.set(table, one),
      () => undefined,
    );
    return known.get(table) ?? 0;
  };
}
