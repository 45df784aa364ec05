/** The key-value store on HBase. */
import { checkTable, toJson } from '../checks.ts';
import type {
  JsonValue,
  KeyValueEntry,
  KeyValueStore,
  OnStoreFailure,
  RemoteStatus,
  RemoteStore,
} from '../key-value.ts';
import { StoreError } from '../store-error.ts';
import { cellOf, runsOf } from './batches.ts';
import { HBaseFault, type HBaseGateway, type HBasePut, type HBaseRow } from './gateway.ts';
import { KnownTables } from './known-tables.ts';
import {
  clusterOf,
  dataEnd,
  dataPrefix,
  dataRow,
  firstVersionRow,
  isLong,
  keyQualifier,
  lastVersionRow,
  scanStart,
  sharedVersionRow,
  valueQualifier,
  versionQualifier,
  versionRow,
} from './plain-rows.ts';
import { HBaseReferenceTables } from './reference-tables.ts';
import { HBaseServers } from './servers.ts';
import type { HBaseSettings } from './settings.ts';
import { counterOf } from './thrift-gateway.ts';

const FAMILY = 'd';
const SCAN_ROWS = 500;
const ROWS_A_CALL = 500;
const BYTES_A_CALL = 4 * 1024 * 1024;

/**
 * Tables of the store in one table of HBase (plain-rows.ts), reference data in Metron's tables (reference-tables.ts). A batch is written
 * in calls of up to 500 rows: should HBase fail in between, an error says so and the batch may be written again. The version of a table
 * grows when all is written.
 */
export class HBaseKeyValueStore implements KeyValueStore {
  readonly references: HBaseReferenceTables;
  readonly remote: RemoteStore;
  readonly #table: string;
  readonly #servers: HBaseServers;
  readonly #known: KnownTables;
  readonly #onFailure: OnStoreFailure;

  constructor(name: string, gateways: readonly HBaseGateway[], settings: HBaseSettings) {
    this.#table = settings.table ?? 'skopos';
    this.#onFailure = settings.onStoreFailure ?? 'wait';
    this.#servers = new HBaseServers({
      name,
      gateways,
      probe: (gateway) => gateway.get(this.#table, FAMILY, [versionRow('')]),
    });
    this.#known = new KnownTables(this.#servers);
    this.references = new HBaseReferenceTables({
      servers: this.#servers,
      known: this.#known,
      settings,
      readVersion: (table) => this.#version(table, sharedVersionRow(table)),
      raiseVersion: (table) => this.#raiseVersion(table, sharedVersionRow(table)),
      explain: (error, doing) => this.#explain(error, doing),
    });
    this.remote = this.#remote(name);
  }

  async getMany(table: string, keys: readonly string[]): Promise<readonly (JsonValue | undefined)[]> {
    this.#check();
    if (keys.length === 0) return [];
    checkTable(table);
    const values: (JsonValue | undefined)[] = [];
    const rows = keys.map((key) => dataRow(table, key));
    for (const run of runsOf(rows, ROWS_A_CALL, BYTES_A_CALL, ({ length }) => length)) {
      const found = await this.#read(`reading ${table}`, [], (gateway) =>
        gateway.get(this.#table, FAMILY, run),
      );
      for (const [at] of run.entries()) {
        const row = found[at];
        const key = keys[values.length]!;
        const value = row === undefined ? undefined : cellOf(row, valueQualifier);
        values.push(value === undefined ? undefined : jsonOf(value, table, key));
      }
    }
    return values;
  }

  async putMany(table: string, entries: readonly KeyValueEntry[]): Promise<void> {
    this.#check();
    checkTable(table);
    if (entries.length === 0) return;
    // The last of one batch counts; HBase keeps the order of two puts of one call to itself.
    const byKey = new Map<string, HBasePut>();
    for (const { key, value } of entries) {
      const cells = [{ qualifier: valueQualifier, value: Buffer.from(toJson(table, key, value)) }];
      if (isLong(key)) cells.push({ qualifier: keyQualifier, value: Buffer.from(key) });
      byKey.set(key, { row: dataRow(table, key), cells });
    }
    const doing = `writing ${byKey.size} entries to ${table}`;
    for (const run of runsOf([...byKey.values()], ROWS_A_CALL, BYTES_A_CALL, bytesOfPut))
      await this.#write(doing, (gateway) => gateway.put(this.#table, FAMILY, run));
    await this.#raiseVersion(table);
  }

  async deleteMany(table: string, keys: readonly string[]): Promise<void> {
    this.#check();
    checkTable(table);
    if (keys.length === 0 || (await this.version(table)) === 0) return;
    const rows = [...new Set(keys)].map((key) => dataRow(table, key));
    for (const run of runsOf(rows, ROWS_A_CALL, BYTES_A_CALL, ({ length }) => length))
      await this.#write(`deleting from ${table}`, (gateway) => gateway.delete(this.#table, FAMILY, run));
    await this.#raiseVersion(table);
  }

  /** In calls of 500 rows, each of which sees what was written before it. */
  async *scan(
    table: string,
    { from, to, limit = Number.POSITIVE_INFINITY }: { from?: string; to?: string; limit?: number },
  ): AsyncGenerator<KeyValueEntry> {
    this.#check();
    checkTable(table);
    const first = from === undefined ? undefined : Buffer.from(from);
    const end = to === undefined ? undefined : Buffer.from(to);
    let left = limit;
    let cluster: { readonly of: string; readonly entries: ScanEntry[] } | null = null;
    const start = from === undefined ? dataPrefix(table) : scanStart(table, from);
    const sorted = (entries: ScanEntry[]): ScanEntry[] =>
      entries.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    for await (const row of this.#rows(table, start, limit)) {
      const of = row === null ? undefined : clusterOf(table, row.row);
      const ready: ScanEntry[] = [];
      if (cluster !== null && cluster.of !== of) {
        ready.push(...sorted(cluster.entries));
        cluster = null;
      }
      if (row !== null) {
        const entry = entryOf(table, row);
        if (of === undefined) ready.push(entry);
        else {
          cluster ??= { of, entries: [] };
          cluster.entries.push(entry);
        }
      }
      for (const { key, bytes, json } of ready) {
        if (first && Buffer.compare(bytes, first) < 0) continue;
        if (left <= 0 || (end && Buffer.compare(bytes, end) >= 0)) return;
        left--;
        yield { key, value: jsonOf(json, table, key) };
      }
    }
  }

  async tables(): Promise<readonly string[]> {
    this.#check();
    const names: string[] = [];
    let from = firstVersionRow;
    for (;;) {
      const start = from;
      const rows = await this.#read('listing the tables', [], (gateway) =>
        gateway.scan(this.#table, FAMILY, { from: start, to: lastVersionRow, limit: SCAN_ROWS }),
      );
      for (const { row } of rows) names.push(row.toString('utf8', 1));
      const last = rows.at(-1);
      if (last === undefined || rows.length < SCAN_ROWS) return names;
      from = Buffer.concat([last.row, Buffer.of(0)]);
    }
  }

  version(table: string): Promise<number> {
    return this.#version(table, versionRow(table));
  }

  async #version(table: string, row: Buffer): Promise<number> {
    this.#check();
    const rows = await this.#read(`the version of ${table}`, [], (gateway) =>
      gateway.get(this.#table, FAMILY, [row]),
    );
    return rows[0] === undefined ? 0 : counterOf(cellOf(rows[0], versionQualifier));
  }

  async close(): Promise<void> {
    this.#servers.close();
  }

  /** Rows from `start` to the end of the table, then null. */
  async *#rows(table: string, start: Buffer, wanted: number): AsyncGenerator<HBaseRow | null> {
    const to = dataEnd(table);
    let from = start;
    for (;;) {
      const begin = from;
      const limit = Math.max(1, Math.min(SCAN_ROWS, wanted));
      const rows = await this.#read(`scanning ${table}`, [], (gateway) =>
        gateway.scan(this.#table, FAMILY, { from: begin, to, limit }),
      );
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < limit) break;
      from = Buffer.concat([last.row, Buffer.of(0)]);
    }
    yield null;
  }

  async #raiseVersion(table: string, row = versionRow(table)): Promise<void> {
    await this.#write(`the version of ${table}`, (gateway) =>
      gateway.increment(this.#table, FAMILY, row, versionQualifier),
    );
  }

  async #read<T>(doing: string, none: T, call: (gateway: HBaseGateway) => Promise<T>): Promise<T> {
    try {
      // It is made when something is written.
      if (!(await this.#known.exists(this.#table))) return none;
      return await this.#servers.run(doing, call);
    } catch (error) {
      if (isNoTable(error)) {
        this.#known.forget(this.#table);
        return none;
      }
      throw this.#explain(error, doing);
    }
  }

  async #write<T>(doing: string, call: (gateway: HBaseGateway) => Promise<T>): Promise<T> {
    try {
      await this.#known.ensure(this.#table, FAMILY);
      return await this.#servers.run(doing, call);
    } catch (error) {
      if (isNoTable(error)) this.#known.forget(this.#table);
      throw this.#explain(error, doing);
    }
  }

  #explain(error: unknown, doing: string): unknown {
    if (!(error instanceof HBaseFault)) return error;
    return new StoreError('SKP_STORE_REFUSED', `${doing}: HBase refuses it (${error.message})`, {
      cause: error,
      hint: 'Look at the names of table and column family, and at the rights of the user.',
    });
  }

  #check(): void {
    if (this.#servers.closed) throw this.#servers.closedError();
  }

  #remote(name: string): RemoteStore {
    const servers = this.#servers;
    const references = this.references;
    const onFailure = this.#onFailure;
    return {
      attend(changed) {
        references.waits = onFailure === 'wait';
        servers.onChange = changed;
      },
      abandon: () => servers.abandon(),
      status(): RemoteStatus {
        const { down } = servers;
        return {
          name,
          onFailure,
          down: down === null ? null : { since: down.since, message: down.fault.message },
          outages: servers.outages,
          ...references.figures(),
        };
      },
    };
  }
}

function isNoTable(error: unknown): boolean {
  return error instanceof HBaseFault && error.kind === 'no table';
}

interface ScanEntry {
  readonly key: string;
  readonly bytes: Buffer;
  readonly json: Buffer;
}

function entryOf(table: string, row: HBaseRow): ScanEntry {
  const bytes = cellOf(row, keyQualifier) ?? row.row.subarray(Buffer.byteLength(table) + 2);
  return { key: bytes.toString('utf8'), bytes, json: cellOf(row, valueQualifier) ?? Buffer.from('null') };
}

function bytesOfPut({ row, cells }: HBasePut): number {
  return row.length + cells.reduce((sum, { value }) => sum + value.length + 16, 0);
}

function jsonOf(value: Buffer, table: string, key: string): JsonValue {
  try {
    return JSON.parse(value.toString('utf8')) as JsonValue;
  } catch (cause) {
    throw new StoreError('SKP_STORE_REFUSED', `The value of ${table}/${key.slice(0, 80)} is no JSON`, {
      cause,
      hint: 'Somebody else writes to the table of this program.',
    });
  }
}
