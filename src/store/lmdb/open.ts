import {
  type BytesTable,
  type Environment,
  isDiskFull,
  openEnvironment,
  openTable,
  WriteQueue,
} from '../../lmdb/index.ts';
import { checkTable, toJson } from '../checks.ts';
import type { JsonValue, KeyValueEntry, KeyValueStore } from '../key-value.ts';
import { StoreError } from '../store-error.ts';
import {
  clusterOf,
  entryJson,
  entryKey,
  entryKeyText,
  entryValue,
  KeyScratch,
  scanStart,
  tableStart,
} from './keys.ts';

/** Opens the key-value store in a folder of its own (made when absent); threads and processes may share it. */
export function openLmdbKeyValueStore(folder: string): LmdbKeyValueStore {
  return new LmdbKeyValueStore(folder);
}

/** Entries that a scan reads in one snapshot. */
const SCAN_CHUNK = 1000;

/**
 * Tables:  tables    name          → u32 id
 *          versions  u32 id        → f64 version
 *          entries   u32 id, key   → value (keys.ts)
 *
 * `getMany`, `version` answer at once. Writes resolve when they are on the disk; what a reader sees is on the disk already.
 */
export class LmdbKeyValueStore implements KeyValueStore {
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #tables: BytesTable;
  readonly #versions: BytesTable;
  readonly #entries: BytesTable;
  readonly #queue: WriteQueue;
  readonly #scratch = new KeyScratch();
  readonly #ids = new Map<string, number>();
  #closed = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#environment = openEnvironment(folder, { maxTables: 6 });
    this.#tables = openTable(this.#environment, 'tables');
    this.#versions = openTable(this.#environment, 'versions');
    this.#entries = openTable(this.#environment, 'entries');
    this.#queue = new WriteQueue(this.#environment, (cause, bytes) => this.#explain(cause, bytes));
  }

  getMany(table: string, keys: readonly string[]): readonly (JsonValue | undefined)[] {
    this.#fresh();
    const values = new Array<JsonValue | undefined>(keys.length);
    const id = this.#tableId(table);
    for (let i = 0; i < keys.length; i++)
      values[i] = id === undefined ? undefined : this.#get(id, keys[i] as string);
    return values;
  }

  async putMany(table: string, entries: readonly KeyValueEntry[]): Promise<void> {
    this.#open();
    checkTable(table);
    const encoded = entries.map(({ key, value }) => ({
      key,
      value: entryValue(key, toJson(table, key, value)),
    }));
    const bytes = encoded.reduce((sum, { value }) => sum + value.length + 64, 0);
    if (encoded.length === 0) return;
    await this.#queue.run(bytes, () => {
      const id = this.#ensureTable(table);
      for (const { key, value } of encoded) this.#entries.putSync(entryKey(id, key), value);
      this.#raiseVersion(id);
    });
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    this.#open();
    if (keys.length === 0) return;
    await this.#queue.run(64 * keys.length, () => {
      const id = this.#tableId(table);
      if (id === undefined) return;
      for (const key of keys) this.#entries.removeSync(entryKey(id, key));
      this.#raiseVersion(id);
    });
  }

  /** Reads in chunks, each a snapshot of its own, so that a slow consumer holds no pages back. */
  async *scan(
    table: string,
    { from, to, limit = Number.POSITIVE_INFINITY }: { from?: string; to?: string; limit?: number },
  ): AsyncGenerator<KeyValueEntry> {
    this.#fresh();
    const id = this.#tableId(table);
    if (id === undefined) return;
    const first = from === undefined ? undefined : Buffer.from(from);
    const end = to === undefined ? undefined : Buffer.from(to);
    let start: Buffer = from === undefined ? tableStart(id) : scanStart(id, from);
    let left = limit;
    for (;;) {
      const { entries, next } = this.#chunk(id, start);
      for (const { key, keyBytes, json } of entries) {
        if (first && Buffer.compare(keyBytes, first) < 0) continue;
        if (left <= 0 || (end && Buffer.compare(keyBytes, end) >= 0)) return;
        left--;
        yield { key, value: JSON.parse(json) as JsonValue };
      }
      if (!next) return;
      start = next;
    }
  }

  async tables(): Promise<readonly string[]> {
    this.#fresh();
    return [...this.#tables.getKeys({})].map((key) => Buffer.from(key).toString());
  }

  version(table: string): number {
    this.#fresh();
    const id = this.#tableId(table);
    return id === undefined ? 0 : this.#version(id);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.idle();
    await this.#environment.close();
  }

  #get(tableId: number, key: string): JsonValue | undefined {
    // Valid until the next get only; the text is taken out of it at once.
    const value = this.#entries.getBinaryFast(this.#scratch.key(tableId, key));
    return value && (JSON.parse(entryJson(value)) as JsonValue);
  }

  /** The next entries in key order, ending at the end of a cluster (see keys.ts), and where to go on. */
  #chunk(tableId: number, start: Buffer) {
    this.#fresh();
    const entries: { key: string; keyBytes: Buffer; json: string }[] = [];
    let cluster: string | undefined;
    let clusterStart = 0;
    let next: Buffer | undefined;
    const sortCluster = () => {
      const sorted = entries.splice(clusterStart).sort((a, b) => Buffer.compare(a.keyBytes, b.keyBytes));
      entries.push(...sorted);
    };
    for (const { key: stored, value } of this.#entries.getRange({ start, end: tableStart(tableId + 1) })) {
      const key = Buffer.from(stored);
      const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
      const itsCluster = clusterOf(key);
      if (itsCluster === undefined || itsCluster !== cluster) {
        if (cluster !== undefined) sortCluster();
        if (entries.length >= SCAN_CHUNK) {
          next = key;
          break;
        }
        clusterStart = entries.length;
        cluster = itsCluster;
      }
      const text = entryKeyText(key, bytes);
      entries.push({ key: text, keyBytes: Buffer.from(text), json: entryJson(bytes) });
    }
    if (!next && cluster !== undefined) sortCluster();
    return { entries, next };
  }

  #tableId(table: string): number | undefined {
    const known = this.#ids.get(table);
    if (known !== undefined) return known;
    const bytes = this.#tables.getBinary(tableName(table));
    if (!bytes) return undefined;
    const id = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    this.#ids.set(table, id);
    return id;
  }

  /** Inside a write transaction. The id is not remembered here: the transaction may still fail. */
  #ensureTable(table: string): number {
    const name = tableName(table);
    const existing = this.#tables.getBinary(name);
    if (existing) return new DataView(existing.buffer, existing.byteOffset, 4).getUint32(0);
    const id = this.#tables.getKeysCount({}) + 1;
    this.#tables.putSync(name, tableStart(id));
    return id;
  }

  #version(tableId: number): number {
    const bytes = this.#versions.getBinary(tableStart(tableId));
    return bytes ? new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0) : 0;
  }

  #raiseVersion(tableId: number): void {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleBE(this.#version(tableId) + 1, 0);
    this.#versions.putSync(tableStart(tableId), bytes);
  }

  #open(): void {
    if (this.#closed)
      throw new StoreError('SKP_STORE_CLOSED', `The key-value store in ${this.#folder} is closed`);
  }

  /** lmdb-js keeps a snapshot for the length of a turn; other threads may have written since. */
  #fresh(): void {
    this.#open();
    this.#environment.resetReadTxn();
  }

  async #explain(cause: unknown, bytes: number): Promise<StoreError> {
    if (await isDiskFull(cause, this.#folder, bytes)) {
      return new StoreError(
        'SKP_STORE_FULL',
        `No room on the disk for ${bytes} bytes in ${this.#folder}; nothing was written`,
        {
          cause,
          hint: 'Free space and write again.',
        },
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new StoreError(
      'SKP_STORE_WRITE',
      `Writing to ${this.#folder} failed: ${reason}; nothing was written`,
      { cause },
    );
  }
}

function tableName(table: string): Buffer {
  return Buffer.from(table);
}
