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
import { group, histogram } from './aggregations.ts';
import { findEvent, patchEvent } from './alerts.ts';
import { Catalog } from './catalog.ts';
import { Server } from './client.ts';
import { FieldTypeReader } from './field-types.ts';
import { search, type Target, targetOf } from './search.ts';
import { type OpensearchIndexOptions, type Settings, settingsOf } from './settings.ts';
import { columnTypes, dropOldIndices, sensorsOf } from './upkeep.ts';
import { checkVersion } from './version.ts';
import { Writer } from './write.ts';

/**
 * The event index on OpenSearch or Elasticsearch. What stands there: docs/opensearch.md.
 *
 * @throws IndexError SKP_INDEX_AWAY, SKP_INDEX_AUTH, SKP_INDEX_SERVER (a version that is not supported).
 */
export async function openOpensearchIndex(options: OpensearchIndexOptions): Promise<EventIndex> {
  const settings = settingsOf(options);
  const server = new Server(settings);
  try {
    await checkVersion(server);
  } catch (error) {
    await server.close();
    throw error;
  }
  return new OpensearchIndex(server, settings);
}

class OpensearchIndex implements EventIndex {
  readonly #server: Server;
  readonly #settings: Settings;
  readonly #types: FieldTypeReader;
  readonly #writer: Writer;
  readonly #writes: WriteQueue;
  readonly #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(server: Server, settings: Settings) {
    this.#server = server;
    this.#settings = settings;
    const catalog = new Catalog(server, settings);
    this.#types = new FieldTypeReader(server, () => catalog.changes);
    this.#writer = new Writer(server, catalog, settings);
    this.#writes = new WriteQueue((calls) => this.#writer.write(calls));
    this.#timer = upkeepTimer(this, settings);
  }

  write(batches: readonly IndexBatch[]): Promise<WriteReport> {
    if (this.#closed) return Promise.reject(closedError());
    return this.#writes.add(batches);
  }

  async positions(): ReturnType<EventIndex['positions']> {
    this.#check();
    return this.#writer.positions.all();
  }

  async search(request: SearchRequest): Promise<SearchResult> {
    const fields = [...(request.sort ?? []).map(({ field }) => field), ...(request.facetFields ?? [])];
    return search(await this.#target(request, fields), request);
  }

  async group(request: GroupRequest): Promise<readonly GroupResult[]> {
    const { groups, scoreField } = request;
    const fields = groups.map(({ field }) => field);
    return group(
      await this.#target(request, scoreField === undefined ? fields : [...fields, scoreField]),
      request,
    );
  }

  async histogram(request: HistogramRequest): Promise<readonly HistogramBucket[]> {
    return histogram(await this.#target(request, []), request);
  }

  async find(guid: string, sensor?: string): Promise<IndexedEvent | null> {
    this.#check();
    return (await findEvent(this.#server, guid, sensor))?.event ?? null;
  }

  async patch(
    guid: string,
    sensor: string | undefined,
    operations: readonly PatchOperation[],
    expectedVersion?: number,
  ): Promise<IndexedEvent> {
    this.#check();
    return patchEvent(this.#server, this.#writer, guid, sensor, operations, expectedVersion);
  }

  async columns(sensors?: readonly string[]): Promise<Readonly<Record<string, ColumnType>>> {
    this.#check();
    return columnTypes(this.#server, this.#types, sensors);
  }

  async sensors(): Promise<readonly string[]> {
    this.#check();
    return sensorsOf(this.#server);
  }

  async maintain(now: number): Promise<void> {
    this.#check();
    const { maxAgeMs } = this.#settings;
    if (maxAgeMs !== null) await dropOldIndices(this.#server, maxAgeMs, now);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#writes.idle();
    await this.#server.close();
  }

  #target(scope: Scope & { readonly signal?: AbortSignal }, fields: readonly string[]): Promise<Target> {
    this.#check();
    return targetOf(this.#server, this.#types, scope, fields, this.#settings.queryTimeoutMs);
  }

  #check(): void {
    if (this.#closed) throw closedError();
  }
}
