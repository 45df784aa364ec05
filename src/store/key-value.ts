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
}
