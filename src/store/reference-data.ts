import type { JsonValue, KeyValueEntry, KeyValueStore, ReferenceTables } from './key-value.ts';
import { StoreError } from './store-error.ts';

/** The table of context looked up by enrichments (Metron's HBase table of that name). */
export const ENRICHMENT_TABLE = 'enrichment';
/** The table of threat-intelligence indicators. */
export const THREAT_INTEL_TABLE = 'threatintel';

/** What is known of an indicator: an object, as loaded. */
export type Metadata = { readonly [field: string]: JsonValue };

export interface Reference {
  /** The kind of knowledge: `malicious_ip`, `user`, … No NUL in it. */
  readonly type: string;
  /** The value looked up: an address, a domain, a user. Kept as given; lookups mind the case. */
  readonly indicator: string;
}

export interface ReferenceEntry extends Reference {
  readonly metadata: Metadata;
}

/** Entries written in one transaction by `importMany`. */
const IMPORT_CHUNK = 5_000;
const TYPES_SUFFIX = ':types';

/**
 * Reference data and threat intelligence over a key-value store. An entry's key is its type, NUL, its indicator; so a type's entries
 * stand together, in the order of their indicators. The types that a table holds are entries of the table `<table>:types`. A store
 * that keeps reference data in a form of its own (`references`) is asked for it instead.
 */
export class ReferenceData {
  readonly #store: KeyValueStore;
  readonly #tables: ReferenceTables | undefined;
  readonly #knownTypes = new Set<string>();

  constructor(store: KeyValueStore) {
    this.#store = store;
    this.#tables = store.references;
  }

  get(table: string, type: string, indicator: string): Metadata | undefined | Promise<Metadata | undefined> {
    if (this.#tables !== undefined) {
      const value = this.#tables.get(table, checkType(type), indicator);
      return value instanceof Promise ? value.then(asMetadata) : asMetadata(value);
    }
    const values = this.#store.getMany(table, [referenceKey(type, indicator)]);
    return values instanceof Promise ? values.then(([value]) => asMetadata(value)) : asMetadata(values[0]);
  }

  /** In the order of `references`; a promise only where the store answers later. */
  getMany(
    table: string,
    references: readonly Reference[],
  ): readonly (Metadata | undefined)[] | Promise<readonly (Metadata | undefined)[]> {
    if (this.#tables !== undefined) {
      const found = references.map(({ type, indicator }) => this.get(table, type, indicator));
      return found.some((one) => one instanceof Promise)
        ? Promise.all(found)
        : (found as (Metadata | undefined)[]);
    }
    const keys = references.map(({ type, indicator }) => referenceKey(type, indicator));
    const values = this.#store.getMany(table, keys);
    return values instanceof Promise ? values.then((found) => found.map(asMetadata)) : values.map(asMetadata);
  }

  async put(table: string, type: string, indicator: string, metadata: Metadata): Promise<void> {
    await this.importMany(table, [{ type, indicator, metadata }]);
  }

  /**
   * Writes entries in transactions of 5,000, in order; `onProgress` is told how many are durable. When one fails, those before
   * it stay, and the import can be run again.
   */
  async importMany(
    table: string,
    entries: Iterable<ReferenceEntry> | AsyncIterable<ReferenceEntry>,
    onProgress?: (written: number) => void,
  ): Promise<number> {
    let written = 0;
    let chunk: ReferenceEntry[] = [];
    let types = new Set<string>();
    const flush = async () => {
      if (this.#tables !== undefined) await this.#tables.putMany(table, chunk);
      else {
        await this.#rememberTypes(table, types);
        await this.#store.putMany(table, chunk.map(keyValueEntry));
      }
      written += chunk.length;
      chunk = [];
      types = new Set();
      onProgress?.(written);
    };
    for await (const entry of entries) {
      chunk.push(entry);
      types.add(checkType(entry.type));
      if (chunk.length >= IMPORT_CHUNK) await flush();
    }
    if (chunk.length > 0) await flush();
    return written;
  }

  async delete(table: string, references: readonly Reference[]): Promise<void> {
    if (this.#tables !== undefined) {
      await this.#tables.deleteMany(table, references);
      return;
    }
    await this.#store.deleteMany(
      table,
      references.map(({ type, indicator }) => referenceKey(type, indicator)),
    );
  }

  /** Entries of a type in the order of their indicators, or of the table where the store has an order of its own. */
  async *list(table: string, type: string, options: { limit?: number } = {}): AsyncGenerator<ReferenceEntry> {
    if (this.#tables !== undefined) {
      for await (const { indicator, metadata } of this.#tables.list(table, checkType(type), options))
        yield { type, indicator, metadata: asMetadata(metadata) ?? {} };
      return;
    }
    const range = { from: `${checkType(type)}\0`, to: `${type}\x01`, ...options };
    for await (const { key, value } of this.#store.scan(table, range)) {
      yield { type, indicator: key.slice(type.length + 1), metadata: asMetadata(value) ?? {} };
    }
  }

  /** Types that were ever written to the table and still have an entry, in order. */
  async types(table: string): Promise<readonly string[]> {
    if (this.#tables !== undefined) return this.#tables.types(table);
    const types: string[] = [];
    for await (const { key } of this.#store.scan(table + TYPES_SUFFIX, {})) {
      for await (const _ of this.list(table, key, { limit: 1 })) types.push(key);
    }
    return types;
  }

  /** Grows with every write to the table: caches compare it to know that they are stale. */
  version(table: string): number | Promise<number> {
    return this.#tables === undefined ? this.#store.version(table) : this.#tables.version(table);
  }

  async #rememberTypes(table: string, types: ReadonlySet<string>): Promise<void> {
    const fresh = [...types].filter((type) => !this.#knownTypes.has(`${table}\0${type}`));
    await this.#store.putMany(
      table + TYPES_SUFFIX,
      fresh.map((type) => ({ key: type, value: {} })),
    );
    for (const type of fresh) this.#knownTypes.add(`${table}\0${type}`);
  }
}

/** The key of an entry: type, NUL, indicator. */
export function referenceKey(type: string, indicator: string): string {
  return `${checkType(type)}\0${indicator}`;
}

function keyValueEntry({ type, indicator, metadata }: ReferenceEntry): KeyValueEntry {
  return { key: referenceKey(type, indicator), value: metadata };
}

function checkType(type: string): string {
  if (type.length > 0 && !type.includes('\0')) return type;
  throw new StoreError(
    'SKP_STORE_INPUT',
    `${JSON.stringify(type.slice(0, 80))} cannot be an enrichment type`,
    {
      hint: 'A type is text without NUL, and not empty.',
    },
  );
}

function asMetadata(value: JsonValue | undefined): Metadata | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Metadata)
    : undefined;
}
