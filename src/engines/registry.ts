/** The engines, one line each. An engine's file is loaded when a section names it. */
import { SkoposError } from '../errors.ts';
import type { BusEngine, ConfigEngine, EngineSection, IndexEngine, StoreEngine } from './engine.ts';

type Registry<E> = Map<string, () => Promise<E>>;

const bus: Registry<BusEngine> = new Map([
  ['lmdb', async () => (await import('./lmdb-log.ts')).lmdbLog],
  ['kafka', async () => (await import('./kafka.ts')).kafka],
]);

const index: Registry<IndexEngine> = new Map<string, () => Promise<IndexEngine>>([
  ['duckdb', async () => (await import('./duckdb.ts')).duckdb],
  ['opensearch', async () => (await import('./opensearch.ts')).opensearch],
  ['solr', async () => (await import('./solr.ts')).solr],
]);

const store: Registry<StoreEngine> = new Map([
  ['lmdb', async () => (await import('./lmdb-store.ts')).lmdbStore],
  ['hbase', async () => (await import('./hbase.ts')).hbase],
]);

const config: Registry<ConfigEngine> = new Map<string, () => Promise<ConfigEngine>>([
  ['folder', async () => (await import('./folder-config.ts')).folderConfig],
  ['kafka', async () => (await import('./kafka-config.ts')).kafkaConfig],
]);

export const engines = { bus, index, store, config } as const;

export type EngineKind = keyof typeof engines;
export type EngineOf = {
  readonly bus: BusEngine;
  readonly index: IndexEngine;
  readonly store: StoreEngine;
  readonly config: ConfigEngine;
};

/** The engine of a type. Throws `SKP_ENGINE_UNKNOWN` when there is none. */
export async function engineOf<K extends EngineKind>(kind: K, type: string): Promise<EngineOf[K]> {
  const load = (engines[kind] as Registry<EngineOf[K]>).get(type);
  if (load !== undefined) return load();
  throw new SkoposError('SKP_ENGINE_UNKNOWN', `There is no ${kind} engine ${JSON.stringify(type)}`, {
    hint: `There are: ${[...engines[kind].keys()].join(', ')}.`,
  });
}

/** Adds an engine of a plug-in, once or again. The ones that are there already stay. Throws `SKP_ENGINE_TAKEN` for their names. */
export function registerEngine<K extends EngineKind>(kind: K, type: string, engine: EngineOf[K]): void {
  const registry = engines[kind] as Registry<EngineOf[K]>;
  if (added.get(`${kind} ${type}`) === engine) return;
  if (registry.has(type)) {
    throw new SkoposError('SKP_ENGINE_TAKEN', `There is a ${kind} engine ${JSON.stringify(type)} already`, {
      hint: 'Give it another name.',
    });
  }
  registry.set(type, async () => engine);
  added.set(`${kind} ${type}`, engine);
}

const added = new Map<string, unknown>();

/** Whether the engine of a section is the same for all processes of an installation. */
export async function isShared(kind: EngineKind, section: EngineSection): Promise<boolean> {
  return (await engineOf(kind, section.type)).shared;
}
