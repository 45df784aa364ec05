/**
 * Reference data and threat intelligence in Metron's tables: rows as metron-row.ts makes them, the metadata as JSON in the column `v` of a
 * family. What was found, and that nothing was, is kept for a while; see docs/hbase.md for when it ends.
 */
import { toJson } from '../checks.ts';
import type { JsonValue, ReferenceRow, ReferenceTables } from '../key-value.ts';
import { StoreError } from '../store-error.ts';
import { AnswerCache } from './answer-cache.ts';
import { cellOf, runsOf } from './batches.ts';
import { HBaseFault, type HBaseGateway, type HBaseRow } from './gateway.ts';
import type { KnownTables } from './known-tables.ts';
import { metronRow, readMetronRow } from './metron-row.ts';
import type { HBaseServers } from './servers.ts';
import type { HBaseSettings } from './settings.ts';

const valueQualifier = Buffer.from('v');
const defaultFamily = 't';
/** Rows of one call: several go out at once over as many connections. */
const ROWS_A_GET = 250;
const ROWS_A_PUT = 500;
const BYTES_A_CALL = 4 * 1024 * 1024;
const SCAN_ROWS = 1_000;

export interface ReferenceTablesOptions {
  readonly servers: HBaseServers;
  readonly known: KnownTables;
  readonly settings: HBaseSettings;
  /** The version of a table and family; grows with each write of this program, in any process. */
  readonly readVersion: (table: string) => Promise<number>;
  readonly raiseVersion: (table: string) => Promise<void>;
  readonly explain: (error: unknown, doing: string) => unknown;
}

interface Wanted {
  readonly key: string;
  readonly row: Buffer;
  readonly promise: Promise<JsonValue | undefined>;
  readonly resolve: (value: JsonValue | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface Figures {
  hits: number;
  negativeHits: number;
  misses: number;
  fetched: number;
  fetches: number;
  fetchSeconds: number;
}

/** A table as it is named here, and what is known of it. */
interface Table {
  readonly name: string;
  readonly hbase: string;
  readonly family: string;
  readonly cache: AnswerCache;
  /** To be fetched, by key; each is taken out when its answer is there. */
  readonly wanted: Map<string, Wanted>;
  queue: Wanted[];
  version: number | null;
  asked: number;
  asking: boolean;
  /** Grows when answers may no longer hold. */
  serial: number;
  /** When absent rows are asked for again. */
  negativeUntil: number;
}

export class HBaseReferenceTables implements ReferenceTables {
  /** Whether look-ups wait for the servers. */
  waits = false;
  readonly #options: ReferenceTablesOptions;
  readonly #tables = new Map<string, Table>();
  readonly #namespaces: ReadonlySet<string>;
  readonly #cacheSize: number;
  readonly #cacheMs: number;
  readonly #negativeMs: number;
  readonly #versionMs: number;
  readonly #figures: Figures = {
    hits: 0,
    negativeHits: 0,
    misses: 0,
    fetched: 0,
    fetches: 0,
    fetchSeconds: 0,
  };
  #scheduled = false;

  constructor(options: ReferenceTablesOptions) {
    const { settings } = options;
    this.#options = options;
    this.#namespaces = new Set(settings.namespaces ?? []);
    this.#cacheSize = settings.cacheSize ?? 100_000;
    this.#cacheMs = (settings.cacheSeconds ?? 600) * 1_000;
    this.#negativeMs = (settings.negativeSeconds ?? 30) * 1_000;
    this.#versionMs = settings.versionMs ?? 250;
  }

  get(
    table: string,
    type: string,
    indicator: string,
  ): JsonValue | undefined | Promise<JsonValue | undefined> {
    const of = this.#table(table);
    const now = performance.now();
    this.#refresh(of, now);
    const key = `${type}\0${indicator}`;
    const text = of.cache.get(key, now);
    const figures = this.#figures;
    if (text !== undefined) {
      figures.hits++;
      if (text !== null) return JSON.parse(text) as JsonValue;
      figures.negativeHits++;
      return undefined;
    }
    figures.misses++;
    const under = of.wanted.get(key);
    if (under !== undefined) return under.promise;
    const row = metronRow(type, indicator);
    // No such row can be there.
    if (row === undefined) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue | undefined>();
    const wanted: Wanted = { key: ownText(key), row, promise, resolve, reject };
    of.wanted.set(wanted.key, wanted);
    of.queue.push(wanted);
    this.#schedule();
    return promise;
  }

  async putMany(table: string, rows: readonly ReferenceRow[]): Promise<void> {
    const of = this.#table(table);
    const byKey = new Map<string, { readonly row: Buffer; readonly value: Buffer }>();
    for (const { type, indicator, metadata } of rows) {
      const key = `${type}\0${indicator}`;
      const value = Buffer.from(toJson(table, key, metadata));
      byKey.set(key, { row: rowOf(type, indicator), value });
    }
    const doing = `writing ${byKey.size} rows to ${table}`;
    const runs = runsOf(
      [...byKey.values()],
      ROWS_A_PUT,
      BYTES_A_CALL,
      ({ row, value }) => row.length + value.length,
    );
    for (const run of runs) {
      const puts = run.map(({ row, value }) => ({ row, cells: [{ qualifier: valueQualifier, value }] }));
      await this.#write(of, doing, (gateway) => gateway.put(of.hbase, of.family, puts));
    }
    await this.#changed(of);
  }

  async deleteMany(table: string, rows: readonly Omit<ReferenceRow, 'metadata'>[]): Promise<void> {
    const of = this.#table(table);
    const keys = rows.map(({ type, indicator }) => rowOf(type, indicator));
    for (const run of runsOf(keys, ROWS_A_PUT, BYTES_A_CALL, ({ length }) => length)) {
      const none = undefined;
      await this.#read(of, `deleting from ${table}`, none, (gateway) =>
        gateway.delete(of.hbase, of.family, run),
      );
    }
    await this.#changed(of);
  }

  /** Reads the whole table: its order is that of a hash. */
  async *list(
    table: string,
    type: string,
    { limit = Number.POSITIVE_INFINITY }: { readonly limit?: number },
  ): AsyncGenerator<ReferenceRow> {
    let left = limit;
    if (left <= 0) return;
    for await (const row of this.#scan(table, false)) {
      const read = readMetronRow(row.row);
      if (read === undefined || read.type !== type) continue;
      yield { ...read, metadata: metadataOf(row).value };
      if (--left <= 0) return;
    }
  }

  /** Reads all keys of the table. */
  async types(table: string): Promise<readonly string[]> {
    const types = new Set<string>();
    for await (const { row } of this.#scan(table, true)) {
      const read = readMetronRow(row);
      if (read !== undefined) types.add(read.type);
    }
    return [...types].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  version(table: string): number {
    const of = this.#table(table);
    this.#refresh(of, performance.now());
    return of.serial;
  }

  figures(): Figures & { readonly cached: number } {
    let cached = 0;
    for (const { cache } of this.#tables.values()) cached += cache.size;
    return { ...this.#figures, cached };
  }

  /** A name is `table`, or `table:family` as the look-ups of the pipeline write it, either with a namespace in front. */
  #table(name: string): Table {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const parts = name.split(':');
    const namespace = parts.length > 1 && this.#namespaces.has(parts[0]!) ? `${parts.shift()}:` : '';
    const [short = '', family = defaultFamily] = parts;
    if (parts.length > 2 || !/^[\w][\w.-]{0,199}$/.test(short) || family === '') {
      throw new StoreError(
        'SKP_STORE_INPUT',
        `${JSON.stringify(name.slice(0, 80))} cannot be a table of HBase`,
        {
          hint: 'Write table or table:family; namespaces have to be named in cluster.json (store.namespaces).',
        },
      );
    }
    const table: Table = {
      name,
      hbase: namespace + short,
      family,
      cache: new AnswerCache(this.#cacheSize),
      wanted: new Map(),
      queue: [],
      version: null,
      asked: Number.NEGATIVE_INFINITY,
      asking: false,
      serial: 1,
      negativeUntil: performance.now() + this.#negativeMs,
    };
    this.#tables.set(name, table);
    return table;
  }

  /** Asks for the version of a table now and then, beside the work; when it grew, nothing of what is kept holds. */
  #refresh(table: Table, now: number): void {
    if (now >= table.negativeUntil) {
      table.negativeUntil = now + this.#negativeMs;
      // Caches behind this one know of no time: they are to ask again.
      table.serial++;
    }
    if (table.asking || now - table.asked < this.#versionMs || this.#options.servers.down !== null) return;
    table.asking = true;
    table.asked = now;
    this.#options.readVersion(versionName(table)).then(
      (version) => {
        table.asking = false;
        if (table.version !== version) this.#forget(table);
        table.version = version;
      },
      () => {
        // Told by whoever looks something up. Kept answers end with their time.
        table.asking = false;
      },
    );
  }

  #forget(table: Table): void {
    this.#options.known.written(table.hbase);
    table.cache.clear();
    // Who asks from now on is not answered by what was read before.
    table.wanted.clear();
    table.serial++;
  }

  async #changed(table: Table): Promise<void> {
    await this.#options.raiseVersion(versionName(table));
    this.#forget(table);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // When the turn is over: the look-ups of a batch are made in one.
    setImmediate(() => {
      this.#scheduled = false;
      for (const table of this.#tables.values()) {
        const { queue } = table;
        if (queue.length === 0) continue;
        table.queue = [];
        // Even parts, so that no connection gets the small rest.
        const most = Math.ceil(queue.length / Math.ceil(queue.length / ROWS_A_GET));
        for (let from = 0; from < queue.length; from += most)
          void this.#fetch(table, queue.slice(from, from + most));
      }
    });
  }

  /** Never throws: each of those that wait is told. */
  async #fetch(table: Table, wanted: readonly Wanted[]): Promise<void> {
    const { serial } = table;
    const started = performance.now();
    const rows = wanted.map(({ row }) => row);
    let found: readonly HBaseRow[];
    try {
      const doing = `looking ${rows.length} rows up in ${table.name}`;
      found = await this.#read(
        table,
        doing,
        [],
        (gateway) => gateway.get(table.hbase, table.family, rows),
        this.waits,
      );
    } catch (error) {
      for (const one of wanted) one.reject(error);
      return;
    } finally {
      for (const one of wanted) if (table.wanted.get(one.key) === one) table.wanted.delete(one.key);
    }
    const now = performance.now();
    const figures = this.#figures;
    figures.fetches++;
    figures.fetched += rows.length;
    figures.fetchSeconds += (now - started) / 1_000;
    // What was read before the table changed, or may have been, is an answer and not to be kept.
    const keep = serial === table.serial;
    for (const [at, one] of wanted.entries()) {
      const row = found[at];
      const { text, value } = row === undefined || row.cells.length === 0 ? absent : metadataOf(row);
      if (keep) table.cache.set(one.key, text, now + (text === null ? this.#negativeMs : this.#cacheMs));
      one.resolve(value);
    }
  }

  async *#scan(table: string, keysOnly: boolean): AsyncGenerator<HBaseRow> {
    const of = this.#table(table);
    let from: Buffer = Buffer.alloc(0);
    for (;;) {
      const start = from;
      const rows = await this.#read(of, `scanning ${table}`, [], (gateway) =>
        gateway.scan(of.hbase, of.family, { from: start, limit: SCAN_ROWS, keysOnly }),
      );
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < SCAN_ROWS) return;
      from = Buffer.concat([last.row, Buffer.of(0)]);
    }
  }

  /** A table or family that is not there holds nothing. */
  async #read<T>(
    { hbase, name }: Table,
    doing: string,
    none: T,
    call: (gateway: HBaseGateway) => Promise<T>,
    wait = false,
  ): Promise<T> {
    const { known, servers } = this.#options;
    try {
      const exists = known.exists(hbase, wait);
      if (exists !== true && !(await exists)) return none;
      return await servers.run(doing, call, wait);
    } catch (error) {
      if (error instanceof HBaseFault && (error.kind === 'no table' || error.kind === 'no family')) {
        known.forget(hbase);
        return none;
      }
      throw this.#options.explain(error, `${doing} (${name})`);
    }
  }

  async #write(table: Table, doing: string, call: (gateway: HBaseGateway) => Promise<void>): Promise<void> {
    const { known, servers } = this.#options;
    try {
      await known.ensure(table.hbase, table.family);
      await servers.run(doing, call);
    } catch (error) {
      known.forget(table.hbase);
      throw this.#options.explain(error, doing);
    }
  }
}

function versionName({ hbase, family }: Table): string {
  return `${hbase}:${family}`;
}

function rowOf(type: string, indicator: string): Buffer {
  const row = metronRow(type, indicator);
  if (row !== undefined) return row;
  throw new StoreError(
    'SKP_STORE_INPUT',
    `The indicator ${JSON.stringify(indicator.slice(0, 80))}… of the type ${type.slice(0, 80)} is too long for a row of HBase`,
    { hint: 'Type and indicator together may have about 32,700 bytes.' },
  );
}

const absent = { text: null, value: undefined } as const;

/** A row without metadata that can be read is there nevertheless. */
function metadataOf(row: HBaseRow): { readonly text: string; readonly value: JsonValue } {
  const text = cellOf(row, valueQualifier)?.toString('utf8') ?? '{}';
  try {
    const value = JSON.parse(text) as JsonValue;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { text, value };
  } catch {
    // As if nothing stood there.
  }
  return { text: '{}', value: {} };
}

/** Not a view that keeps the whole line alive that it was cut out of. */
function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
