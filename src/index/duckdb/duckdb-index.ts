import { closedError } from '../errors.ts';
import type {
  ColumnType,
  EventIndex,
  GroupRequest,
  GroupResult,
  HistogramBucket,
  HistogramRequest,
  IndexBatch,
  IndexedEvent,
  PatchOperation,
  Scope,
  SearchRequest,
  SearchResult,
  WriteReport,
} from '../event-index.ts';
import { upkeepTimer } from '../upkeep-timer.ts';
import { WriteQueue } from '../write-queue.ts';
import { patchEvent } from './alerts.ts';
import { Catalog } from './catalog.ts';
import { columnTypes } from './columns.ts';
import type { ConditionOptions } from './condition.ts';
import { Counter } from './count.ts';
import { Database, isFatal, type Session, storeError } from './database.ts';
import { findEvent } from './find.ts';
import { group } from './group.ts';
import { histogram } from './histogram.ts';
import { Mutex } from './mutex.ts';
import { checkPatterns } from './patterns.ts';
import { type Plan, planFor } from './plan.ts';
import { checkRoom } from './room.ts';
import { Sealer } from './seal.ts';
import { search } from './search.ts';
import { type DuckdbIndexOptions, type Settings, settingsOf } from './settings.ts';
import { ValueIndex } from './value-index.ts';
import { Writer } from './write.ts';

/**
 * Opens (or makes) the event index of a data folder. What is in the folder: docs/storage.md.
 *
 * @throws IndexError SKP_INDEX_LOCKED when another process has it open.
 */
export async function openDuckdbIndex(folder: string, options: DuckdbIndexOptions = {}): Promise<EventIndex> {
  const settings = settingsOf(options);
  const database = await Database.open(folder, settings);
  try {
    const catalog = await Catalog.create(database.writer, folder);
    return new DuckdbIndex(database, catalog, settings);
  } catch (error) {
    await database.close();
    throw error;
  }
}

class DuckdbIndex implements EventIndex {
  readonly #database: Database;
  readonly #catalog: Catalog;
  readonly #settings: Settings;
  readonly #writer: Writer;
  readonly #sealer: Sealer;
  readonly #counter = new Counter();
  readonly #values = new ValueIndex();
  /** Whatever changes the database by the writing connection, one at a time. */
  readonly #changes = new Mutex();
  /** Calls that come while a transaction is under way share the next one. */
  readonly #writes = new WriteQueue(
    (calls) => this.#write(calls),
    (work) => this.#changes.run(work),
  );
  readonly #textFields: ReadonlySet<string>;
  readonly #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #upkeep: Promise<void> | undefined;

  constructor(database: Database, catalog: Catalog, settings: Settings) {
    this.#database = database;
    this.#catalog = catalog;
    this.#settings = settings;
    this.#textFields = new Set(settings.textFields);
    this.#writer = new Writer(database, catalog, settings);
    this.#sealer = new Sealer(database, catalog, this.#changes, settings);
    this.#timer = upkeepTimer(this, settings);
  }

  write(batches: readonly IndexBatch[]): Promise<WriteReport> {
    if (this.#closed) return Promise.reject(closedError());
    return this.#writes.add(batches);
  }

  async #write(calls: readonly (readonly IndexBatch[])[]): Promise<readonly WriteReport[]> {
    try {
      const events = calls.flatMap((batches) => batches.flatMap((batch) => batch.events));
      await checkRoom(
        this.#database.folder,
        events.reduce((sum, { ndjson }) => sum + ndjson.byteLength, 0),
      );
      return await this.#recovering(() => this.#writer.write(calls));
    } finally {
      this.#sealer.wake();
    }
  }

  /** After an error that ended the database, it is opened anew, so that the next write finds it well. */
  async #recovering<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isFatal(error)) await this.#reopen();
      throw storeError(error);
    }
  }

  /** Within `#changes`. */
  async #reopen(): Promise<void> {
    this.#catalog.change();
    try {
      await this.#database.reopen();
      await this.#catalog.load(this.#database.writer);
    } finally {
      this.#catalog.settle();
    }
  }

  async positions(): Promise<readonly { topic: string; partition: number; nextOffset: number }[]> {
    return [...this.#catalog.positions].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, nextOffset]) => ({ topic, partition, nextOffset })),
    );
  }

  search(request: SearchRequest): Promise<SearchResult> {
    return this.#read(request, request.signal, (session) =>
      search(session, this.#catalog, this.#counter, this.#values, request, this.#conditions()),
    );
  }

  group(request: GroupRequest): Promise<readonly GroupResult[]> {
    return this.#read(request, undefined, async (session) =>
      group(session, await this.#plan(session, request), request),
    );
  }

  histogram(request: HistogramRequest): Promise<readonly HistogramBucket[]> {
    return this.#read(request, undefined, async (session) =>
      histogram(session, await this.#plan(session, request), request),
    );
  }

  async find(guid: string, sensor?: string): Promise<IndexedEvent | null> {
    const found = await this.#read(null, undefined, (session) =>
      findEvent(session, this.#catalog, guid, sensor),
    );
    return found?.event ?? null;
  }

  patch(
    guid: string,
    sensor: string | undefined,
    operations: readonly PatchOperation[],
    expectedVersion?: number,
  ): Promise<IndexedEvent> {
    if (this.#closed) return Promise.reject(closedError());
    return this.#patch(guid, sensor, operations, expectedVersion);
  }

  async #patch(
    guid: string,
    sensor: string | undefined,
    operations: readonly PatchOperation[],
    expectedVersion: number | undefined,
  ): Promise<IndexedEvent> {
    for (;;) {
      const patched = await this.#changes.run(() =>
        this.#recovering(() =>
          patchEvent(
            this.#database,
            this.#catalog,
            guid,
            sensor,
            operations,
            expectedVersion,
            this.#settings,
          ),
        ),
      );
      if (patched !== null) return patched;
      await this.#sealer.idle();
    }
  }

  async columns(sensors?: readonly string[]): Promise<Readonly<Record<string, ColumnType>>> {
    return columnTypes(this.#catalog, sensors);
  }

  async sensors(): Promise<readonly string[]> {
    return [...this.#catalog.sensors.keys()];
  }

  maintain(now: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    // One round at a time; who asks meanwhile gets the next one.
    const after = this.#upkeep ?? Promise.resolve();
    const round = after
      .catch(() => undefined)
      .then(() => this.#sealer.idle())
      .then(() => this.#sealer.run(now));
    this.#upkeep = round;
    return round;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#writes.idle();
    await this.#upkeep?.catch(() => undefined);
    await this.#sealer.idle();
    await this.#changes.run(async () => undefined);
    await this.#database.close();
  }

  #read<T>(
    scope: Scope | null,
    signal: AbortSignal | undefined,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const attempt = (): Promise<T> =>
      this.#database.search(
        async (session) => {
          if (scope !== null) await checkPatterns(session, scope.query);
          return this.#catalog.snapshot(session, () => work(session));
        },
        { signal, timeoutMs: this.#settings.queryTimeoutMs },
      );
    return attempt().catch(async (error: unknown) => {
      if (!isFatal(error)) throw error;
      // Whoever comes first opens it anew; for the others it is well again.
      await this.#changes.run(() =>
        this.#database.writer
          .run('SELECT 1')
          .catch((failure: unknown) => (isFatal(failure) ? this.#reopen() : undefined)),
      );
      return attempt();
    });
  }

  #plan(session: Session, scope: Scope): Promise<Plan> {
    return planFor(session, this.#catalog, this.#values, scope, this.#conditions());
  }

  #conditions(): ConditionOptions {
    return { textFields: this.#textFields };
  }
}
