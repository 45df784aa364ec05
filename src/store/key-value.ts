/**
 * The key-value store of reference data, threat intelligence and (later) profiles. Keys are text and ordered by their UTF-8
 * bytes; values are JSON values.
 *
 * Implementations answer at once (LMDB) or later (HBase): callers await only when they are given a promise.
 */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface KeyValueEntry {
  readonly key: string;
  readonly value: JsonValue;
}

export interface KeyValueStore {
  /** Values in the order of `keys`; undefined where the key is absent. */
  getMany(
    table: string,
    keys: readonly string[],
  ): readonly (JsonValue | undefined)[] | Promise<readonly (JsonValue | undefined)[]>;
  /** Writes all entries in one transaction, durably. */
  putMany(table: string, entries: readonly KeyValueEntry[]): Promise<void>;
  deleteMany(table: string, keys: readonly string[]): Promise<void>;
  /** Entries with `from <= key < to` in key order. */
  scan(table: string, range: { from?: string; to?: string; limit?: number }): AsyncIterable<KeyValueEntry>;
  tables(): Promise<readonly string[]>;
  /** Grows with every write to the table, from any thread or process: caches compare it to know that they are stale. */
  version(table: string): number | Promise<number>;
  close(): Promise<void>;
  /** Where the store keeps reference data in a form of its own; absent: as entries of its tables. */
  readonly references?: ReferenceTables;
  /** Of a store whose servers may be away. */
  readonly remote?: RemoteStore;
}

/** What is looked up in reference data, with what is known of it. */
export interface ReferenceRow {
  readonly type: string;
  readonly indicator: string;
  readonly metadata: JsonValue;
}

/** Reference data in tables of another form than `KeyValueStore`'s: those that another system reads and writes too. */
export interface ReferenceTables {
  /**
   * One look-up. Those made in one turn of the event loop that have to be fetched are fetched together. Answers come out of a cache
   * where it has them, at once then.
   */
  get(table: string, type: string, indicator: string): JsonValue | undefined | Promise<JsonValue | undefined>;
  putMany(table: string, rows: readonly ReferenceRow[]): Promise<void>;
  deleteMany(table: string, rows: readonly Omit<ReferenceRow, 'metadata'>[]): Promise<void>;
  /** Entries of a type, in the order of the table. */
  list(table: string, type: string, options: { readonly limit?: number }): AsyncIterable<ReferenceRow>;
  types(table: string): Promise<readonly string[]>;
  /** See `KeyValueStore`; grows as well when answers have become too old to be kept. */
  version(table: string): number;
}

/** What look-ups of the pipeline do while no server answers: wait for one, or fail, so that the event is marked. */
export type OnStoreFailure = 'wait' | 'mark';

export interface RemoteStatus {
  /** The store's servers, to be told to people. */
  readonly name: string;
  readonly onFailure: OnStoreFailure;
  /** Since when (ms since 1970) and why no server answers; null while one does. */
  readonly down: { readonly since: number; readonly message: string } | null;
  /** Counted since the start: look-ups that the cache answered, and those of these that said "absent"; rows fetched, and the seconds of that. */
  readonly hits: number;
  readonly negativeHits: number;
  readonly misses: number;
  readonly fetched: number;
  readonly fetches: number;
  readonly fetchSeconds: number;
  /** Times that the servers were lost. */
  readonly outages: number;
  /** Entries in the cache. */
  readonly cached: number;
}

export interface RemoteStore {
  /**
   * From now on look-ups of reference data do what the store's settings say of failures (`onStoreFailure`). Without it they fail.
   * `changed` is called when the servers are lost and when they are back.
   */
  attend(changed: () => void): void;
  /** Ends waiting: what waits fails with `SKP_STORE_CLOSED`. */
  abandon(): void;
  status(): RemoteStatus;
}
