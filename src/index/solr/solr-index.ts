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
  SearchRequest,
  SearchResult,
  WriteReport,
} from '../event-index.ts';
import { upkeepTimer } from '../upkeep-timer.ts';
import { WriteQueue } from '../write-queue.ts';
import { findEvent, patchEvent } from './alerts.ts';
import { Collections } from './collections.ts';
import { columnTypes, group, histogram, sensorNames } from './counts.ts';
import { Own } from './names.ts';
import { Searcher } from './search.ts';
import { Server } from './server.ts';
import { type Settings, type SolrIndexOptions, settingsOf } from './settings.ts';
import { Writer } from './write.ts';

/**
 * The event index on Solr 9, standalone or SolrCloud. What stands there: docs/solr.md.
 *
 * @throws IndexError SKP_INDEX_AWAY, SKP_INDEX_AUTH, SKP_INDEX_SERVER (a version that is not supported).
 */
export async function openSolrIndex(options: SolrIndexOptions): Promise<EventIndex> {
  const settings = settingsOf(options);
  const server = new Server(settings);
  try {
    return new SolrIndex(server, await Collections.open(server, settings), settings);
  } catch (error) {
    server.close();
    throw error;
  }
}

class SolrIndex implements EventIndex {
  readonly #server: Server;
  readonly #collections: Collections;
  readonly #settings: Settings;
  readonly #searcher: Searcher;
  readonly #writer: Writer;
  readonly #writes: WriteQueue;
  readonly #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(server: Server, collections: Collections, settings: Settings) {
    this.#server = server;
    this.#collections = collections;
    this.#settings = settings;
    this.#searcher = new Searcher(server, collections, settings);
    this.#writer = new Writer(server, collections, settings);
    this.#writes = new WriteQueue((calls) => this.#writer.write(calls));
    if (settings.maxAgeMs !== null) this.#timer = upkeepTimer(this, settings);
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
    this.#check();
    return this.#searcher.search(request);
  }

  async group(request: GroupRequest): Promise<readonly GroupResult[]> {
    this.#check();
    return group(this.#searcher, request);
  }

  async histogram(request: HistogramRequest): Promise<readonly HistogramBucket[]> {
    this.#check();
    return histogram(this.#searcher, request);
  }

  async find(guid: string, sensor?: string): Promise<IndexedEvent | null> {
    this.#check();
    return (await findEvent(this.#server, this.#collections, guid, sensor))?.event ?? null;
  }

  async patch(
    guid: string,
    sensor: string | undefined,
    operations: readonly PatchOperation[],
    expectedVersion?: number,
  ): Promise<IndexedEvent> {
    this.#check();
    return patchEvent(
      this.#server,
      this.#collections,
      this.#settings,
      guid,
      sensor,
      operations,
      expectedVersion,
    );
  }

  async columns(sensors?: readonly string[]): Promise<Readonly<Record<string, ColumnType>>> {
    this.#check();
    return columnTypes(this.#searcher, sensors);
  }

  async sensors(): Promise<readonly string[]> {
    this.#check();
    return sensorNames(this.#searcher);
  }

  /** Deletes events by their time, when they are older than `maxAgeMs`. */
  async maintain(now: number): Promise<void> {
    this.#check();
    const { maxAgeMs, commitWithinMs } = this.#settings;
    if (maxAgeMs === null) return;
    for (const collection of await this.#collections.of()) {
      await this.#server.request(`/${encodeURIComponent(collection)}/update`, {
        query: { commitWithin: commitWithinMs },
        body: JSON.stringify({ delete: { query: `${Own.time}:[* TO ${Math.trunc(now - maxAgeMs)}}` } }),
      });
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#writes.idle();
    this.#server.close();
  }

  #check(): void {
    if (this.#closed) throw closedError();
  }
}
