import { type ClusterMetadata, Consumer } from '@platformatic/kafka';
import { committedRecords, type FetchedPartition, type FetchResponse } from './committed.ts';
import { brokerErrors } from './errors.ts';
import { withPatience } from './patience.ts';
import { KafkaRecordBatch } from './record-batch.ts';
import { clientOptions, defaultMaxBatchBytes, type KafkaSettings } from './settings.ts';

type FetchRequestTopic = Parameters<Consumer['fetch']>[0]['topics'][number];

/** A partition and the offset to read it from. */
export interface FetchPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Fetched {
  readonly place: FetchPlace;
  /** Null when nothing of what was fetched may be read. */
  readonly batch: KafkaRecordBatch | null;
  /** Where to go on; the place's own offset when nothing was there. */
  readonly nextOffset: number;
  /** The offset lies before the start of the log or behind its end. */
  readonly outOfRange: boolean;
}

export interface FetchLimits {
  /** How long brokers wait for something to come, ms. */
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/**
 * Reads partitions, committed records only. One fetch at a time goes to each broker (it keeps a session for them), over connections
 * of its own: a fetch that waits holds back what comes behind it.
 */
export class Fetcher {
  readonly #client: Consumer;
  readonly #inTurn = new Map<number, Promise<unknown>>();

  constructor(settings: KafkaSettings) {
    this.#client = new Consumer({
      ...clientOptions(settings),
      // Never joined; the client wants one.
      groupId: 'skopos-fetch',
      maxBytes: defaultMaxBatchBytes,
    });
    // What fails is told by the call that it fails.
    // A fetch names topics by ids that were looked up before it: those of a topic that was made anew are others.
    withPatience(this.#client, settings, isOfAnotherTopic);
    this.#client.on('error' as never, (() => undefined) as never);
  }

  /** Kafka's ids of topics, as known at present or asked anew. */
  async identities(topics: readonly string[], fresh: boolean): Promise<ReadonlyMap<string, string>> {
    const places = topics.map((topic) => ({ topic, partition: 0, offset: 0 }));
    const metadata = await this.#metadata(places, fresh);
    return new Map([...metadata.topics].map(([topic, { id }]) => [topic, id]));
  }

  /** Which broker leads each place; topics that are gone are left out. */
  async leaders(places: readonly FetchPlace[], fresh: boolean): Promise<ReadonlyMap<number, FetchPlace[]>> {
    const metadata = await this.#metadata(places, fresh);
    const byLeader = new Map<number, FetchPlace[]>();
    for (const place of places) {
      const leader = metadata.topics.get(place.topic)?.partitions[place.partition]?.leader;
      if (leader === undefined) continue;
      const list = byLeader.get(leader);
      if (list === undefined) byLeader.set(leader, [place]);
      else list.push(place);
    }
    return byLeader;
  }

  /** The places must be led by `node`. */
  async fetch(node: number, places: readonly FetchPlace[], limits: FetchLimits): Promise<readonly Fetched[]> {
    const before = this.#inTurn.get(node) ?? Promise.resolve();
    const turn = before.then(() => this.#fetchNow(node, places, limits));
    this.#inTurn.set(
      node,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async close(): Promise<void> {
    await this.#client.close(true);
  }

  async #metadata(places: readonly FetchPlace[], fresh: boolean): Promise<ClusterMetadata> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    for (const topic of topics) if (!this.#client.topics.has(topic)) this.#client.topics.track(topic);
    return this.#client.metadata({ topics, forceUpdate: fresh });
  }

  async #fetchNow(
    node: number,
    places: readonly FetchPlace[],
    limits: FetchLimits,
  ): Promise<readonly Fetched[]> {
    const metadata = await this.#metadata(places, false);
    const byTopicId = new Map<string, FetchPlace[]>();
    for (const place of places) {
      const id = metadata.topics.get(place.topic)?.id;
      if (id === undefined) continue;
      const list = byTopicId.get(id);
      if (list === undefined) byTopicId.set(id, [place]);
      else list.push(place);
    }
    const topics: FetchRequestTopic[] = [...byTopicId].map(([topicId, list]) => ({
      topicId,
      partitions: list.map(({ partition, offset }) => ({
        partition,
        currentLeaderEpoch: -1,
        fetchOffset: BigInt(offset),
        lastFetchedEpoch: -1,
        partitionMaxBytes: limits.maxBytesPerPartition,
      })),
    }));
    if (topics.length === 0) return [];
    const response = await this.#request(node, topics, limits);
    const fetched: Fetched[] = [];
    for (const { topicId, partitions } of response.responses) {
      for (const partition of partitions) {
        const place = byTopicId.get(topicId)?.find((one) => one.partition === partition.partitionIndex);
        if (place !== undefined) fetched.push(fetchedOf(place, topicId, partition));
      }
    }
    return fetched;
  }

  async #request(node: number, topics: FetchRequestTopic[], limits: FetchLimits): Promise<FetchResponse> {
    try {
      return await this.#client.fetch({
        node,
        topics,
        maxWaitTime: limits.waitMs,
        minBytes: 1,
        maxBytes: limits.maxBytes,
        isolationLevel: 1,
      });
    } catch (error) {
      // One partition's trouble comes as the whole response's error, with the response in it.
      const response = responseIn(error);
      if (response !== null && brokerErrors(error).every((name) => name === 'OFFSET_OUT_OF_RANGE')) {
        return response;
      }
      throw error;
    }
  }
}

/** The topic was deleted, and there may be another one of its name by now. */
export function isOfAnotherTopic(error: unknown): boolean {
  return brokerErrors(error).includes('UNKNOWN_TOPIC_ID');
}

const offsetOutOfRange = 1;

function fetchedOf(place: FetchPlace, identity: string, partition: FetchedPartition): Fetched {
  if (partition.errorCode === offsetOutOfRange) {
    return { place, batch: null, nextOffset: place.offset, outOfRange: true };
  }
  const { batches, nextOffset } = committedRecords(partition, place.offset);
  const batch = KafkaRecordBatch.of(
    place.topic,
    place.partition,
    identity,
    batches,
    place.offset,
    nextOffset,
  );
  return { place, batch, nextOffset, outOfRange: false };
}

function responseIn(error: unknown): FetchResponse | null {
  const seen = new Set<unknown>();
  const visit = (value: unknown): FetchResponse | null => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return null;
    seen.add(value);
    const { response, errors, cause } = value as { response?: unknown; errors?: unknown; cause?: unknown };
    if (typeof response === 'object' && response !== null && 'responses' in response) {
      return response as FetchResponse;
    }
    for (const inner of [...(Array.isArray(errors) ? errors : []), cause]) {
      const found = visit(inner);
      if (found !== null) return found;
    }
    return null;
  };
  return visit(error);
}
