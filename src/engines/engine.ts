/** What an engine of the bus, the index or the store is to the program: how its section is checked, and how it is opened. */
import type * as z from 'zod';
import type { EventLog, Notifier } from '../bus/index.ts';
import type { Snapshot } from '../config/snapshot.ts';
import type { ConfigVersions } from '../config-versions/index.ts';
import type { EventIndex } from '../index/index.ts';
import type { KeyValueStore } from '../store/index.ts';

/** Where an engine is opened. */
export interface EnginePlace {
  /** Folder of this process' own state. Engines on other machines leave it alone. */
  readonly dataFolder: string;
  /** Told to threads of one process that open the same embedded log, so that appends wake their readers at once. */
  readonly notifier?: Notifier;
  /** Names this opener among all of the installation: for clients' names and static membership. */
  readonly member?: string;
}

export interface IndexPlace extends EnginePlace {
  /** The configuration at the start: fields of sensors, what `index` in global.json says. */
  readonly snapshot: Snapshot;
}

export interface ConfigPlace {
  /** The bus, open. It stays the caller's. */
  readonly log: EventLog;
}

/** The options of an engine in cluster.json, checked and prepared: plain data, which may be posted to a worker thread. */
export type EngineOptions = Readonly<Record<string, unknown>>;

export interface Engine<Opened, Place = EnginePlace, Written = EngineOptions, Prepared = EngineOptions> {
  /** Whether all processes of an installation, on any machine, see the same. */
  readonly shared: boolean;
  /** The keys of its section besides `type`. Schemas are loaded where the file is read, never in worker threads. */
  schema(): Promise<z.ZodObject>;
  /** Turns the checked section into what `open` takes: reads the files and secrets that it names. Absent: nothing to do. */
  prepare?(written: Written, folder: string): Promise<Prepared>;
  open(options: Prepared, place: Place): Opened | Promise<Opened>;
}

/** Opens to null where the folder of each machine is its configuration. */
export interface ConfigEngine extends Engine<ConfigVersions | null, ConfigPlace> {
  /** The type of the bus that it needs; absent: any. */
  readonly bus?: string;
}
export type BusEngine = Engine<EventLog>;
export type IndexEngine = Engine<EventIndex, IndexPlace>;
export type StoreEngine = Engine<KeyValueStore>;

/** A section of cluster.json, ready to be opened. Plain data. */
export interface EngineSection {
  readonly type: string;
  readonly options: EngineOptions;
}

export interface ClusterSettings {
  readonly bus: EngineSection;
  readonly index: EngineSection;
  readonly store: EngineSection;
  readonly config: EngineSection;
}

/** One machine by itself: what holds without a cluster.json. */
export const embedded: ClusterSettings = {
  bus: { type: 'lmdb', options: {} },
  index: { type: 'duckdb', options: {} },
  store: { type: 'lmdb', options: {} },
  config: { type: 'folder', options: {} },
};
