import {
  Admin,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  type MessageToProduce,
  Producer,
} from '@platformatic/kafka';
import { BusError } from '../bus-error.ts';
import { checkName, checkPosition, checkTopicOptions } from '../checks.ts';
import type {
  AppendedRange,
  EventLog,
  GroupPosition,
  LogRecord,
  PartitionAppend,
  ReadLimit,
  RecordBatch,
  SubscribeOptions,
  Subscription,
  TopicDescription,
  TopicOptions,
} from '../event-log.ts';
import { AppendWatch } from './append-watch.ts';
import { brokerErrors, busErrorOf } from './errors.ts';
import { farTimestamp, timestampHeader } from './far-timestamp.ts';
import { Fetcher } from './fetcher.ts';
import type { TopicPartition } from './member.ts';
import { clientOptions, defaultMaxBatchBytes, type KafkaSettings } from './settings.ts';
import { KafkaSubscription } from './subscription.ts';
import { Transactions } from './transactions.ts';

const largestRetention = -1;
const leastSegment = 1024 * 1024;
const largestSegment = 1024 * 1024 * 1024;

function segmentBytes(retentionBytes: number): number {
  return Math.min(largestSegment, Math.max(leastSegment, Math.floor(retentionBytes / 10)));
}

/** The event log of a Kafka cluster (3.5 or later). Nothing is asked of the brokers until it is used. */
export class KafkaEventLog implements EventLog {
  readonly #settings: KafkaSettings;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #fetcher: Fetcher;
  readonly #transactions: Transactions;
  readonly #watch: AppendWatch;
  readonly #subscriptions = new Map<KafkaSubscription, { group: string; topics: readonly string[] }>();
  /** Partitions of topics that are known to exist. */
  readonly #partitions = new Map<string, number>();
  readonly #retention = new Map<string, TopicOptions>();
  #closed = false;

  constructor(settings: KafkaSettings) {
    this.#settings = settings;
    this.#admin = new Admin(clientOptions(settings));
    this.#producer = new Producer({
      ...clientOptions(settings),
      idempotent: true,
      acks: -1,
      compression: settings.compression ?? 'zstd',
    });
    this.#fetcher = new Fetcher(settings);
    this.#transactions = new Transactions(settings, this.#admin);
    this.#watch = new AppendWatch((topics) => this.#ends(topics));
    for (const client of [this.#admin, this.#producer])
      client.on('error' as never, (() => undefined) as never);
  }

  async ensureTopic(topic: string, options: TopicOptions): Promise<void> {
    this.#open();
    checkName('topic', topic);
    checkTopicOptions(topic, options);
    const { partitions, retentionMs, retentionBytes } = options;
    const retention = [
      { name: 'retention.ms', value: String(retentionMs ?? largestRetention) },
      { name: 'retention.bytes', value: String(retentionBytes ?? largestRetention) },
      // Brokers delete whole segments: a tenth of what may stay is the grain.
      ...(retentionBytes === undefined
        ? []
        : [{ name: 'segment.bytes', value: String(segmentBytes(retentionBytes)) }]),
    ];
    try {
      if ((await this.#countOf(topic, true)) === null) {
        try {
          await this.#admin.createTopics({
            topics: [topic],
            partitions,
            replicas: this.#settings.replication ?? -1,
            configs: [
              ...retention,
              {
                name: 'max.message.bytes',
                value: String(this.#settings.maxBatchBytes ?? defaultMaxBatchBytes),
              },
              // Times are the senders', who may be wrong by years.
              { name: 'message.timestamp.after.max.ms', value: String(2n ** 63n - 1n) },
            ],
          });
        } catch (error) {
          if (!brokerErrors(error).includes('TOPIC_ALREADY_EXISTS')) throw error;
        }
        await this.#appears(topic);
      } else {
        await this.#admin.incrementalAlterConfigs({
          resources: [
            {
              resourceType: ConfigResourceTypes.TOPIC,
              resourceName: topic,
              configs: retention.map((config) => ({
                ...config,
                configOperation: IncrementalAlterConfigOperationTypes.SET,
              })),
            },
          ],
        });
      }
    } catch (error) {
      throw busErrorOf(error, `Topic ${topic} cannot be made or changed`);
    }
    this.#retention.set(topic, options);
  }

  async topics(): Promise<readonly string[]> {
    this.#open();
    try {
      return (await this.#admin.listTopics()).sort();
    } catch (error) {
      throw busErrorOf(error, 'The topics cannot be listed');
    }
  }

  async describe(topic: string): Promise<TopicDescription> {
    this.#open();
    const count = await this.#known(topic);
    try {
      const [starts, ends, sizes] = await Promise.all([
        this.#offsets(topic, count, -2n),
        this.#offsets(topic, count, -1n),
        this.#sizes(topic, count),
      ]);
      return {
        topic,
        partitions: Array.from({ length: count }, (_, partition) => {
          const startOffset = starts[partition] ?? 0;
          const endOffset = ends[partition] ?? 0;
          return {
            partition,
            startOffset,
            endOffset,
            bytes: startOffset === endOffset ? 0 : (sizes[partition] ?? 0),
          };
        }),
      };
    } catch (error) {
      throw busErrorOf(error, `Topic ${topic} cannot be described`);
    }
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<AppendedRange> {
    this.#open();
    if (records.length === 0) {
      throw new BusError(
        'SKP_BUS_EMPTY_BATCH',
        `An empty batch cannot be appended to ${topic}/${partition}`,
        {
          hint: 'Append one record or more.',
        },
      );
    }
    const messages = this.#messagesOf(topic, partition, records);
    await this.#checkPartition(topic, partition);
    try {
      const { offsets } = await this.#producer.send({ messages });
      const baseOffset = Number(offsets?.[0]?.offset ?? -1n);
      this.#watch.appended(topic);
      return { topic, partition, baseOffset, count: records.length };
    } catch (error) {
      throw busErrorOf(error, `${records.length} records cannot be appended to ${topic}/${partition}`);
    }
  }

  async appendTogether(
    appends: readonly PartitionAppend[],
    commit?: { readonly group: string; readonly positions: readonly GroupPosition[] },
  ): Promise<readonly AppendedRange[]> {
    this.#open();
    const parts: MessageToProduce[][] = [];
    for (const { topic, partition, records } of appends) {
      if (records.length === 0) {
        throw new BusError(
          'SKP_BUS_EMPTY_BATCH',
          `An empty batch cannot be appended to ${topic}/${partition}`,
          { hint: 'Leave the append out when a batch has no records.' },
        );
      }
      parts.push(this.#messagesOf(topic, partition, records));
      await this.#checkPartition(topic, partition);
    }
    const positions = commit?.positions ?? [];
    if (commit !== undefined) checkName('group', commit.group);
    for (const position of positions) {
      await this.#checkPartition(position.topic, position.partition);
      checkPosition(position, commit?.group ?? '');
    }
    if (parts.length === 0 && positions.length === 0) return [];
    try {
      const offsets = await this.#transactions.run(parts, commit?.group ?? null, positions);
      for (const { topic } of appends) this.#watch.appended(topic);
      return appends.map(({ topic, partition, records }, at) => ({
        topic,
        partition,
        baseOffset: offsets[at] ?? -1,
        count: records.length,
      }));
    } catch (error) {
      throw busErrorOf(error, `Records for ${appends.length} partitions cannot be appended together`);
    }
  }

  async read(
    topic: string,
    partition: number,
    offset: number,
    limit: ReadLimit,
  ): Promise<RecordBatch | null> {
    this.#open();
    await this.#checkPartition(topic, partition);
    const maxBytes = Math.max(
      1,
      Math.min(limit.maxBytes, this.#settings.maxBatchBytes ?? defaultMaxBatchBytes),
    );
    try {
      for (let from = offset; ; ) {
        const place = { topic, partition, offset: from };
        const [leader] = [...(await this.#fetcher.leaders([place], false)).keys()];
        if (leader === undefined) throw this.#unknown(topic);
        const limits = { waitMs: 0, maxBytes, maxBytesPerPartition: maxBytes };
        const [fetched] = await this.#fetcher.fetch(leader, [place], limits);
        if (fetched === undefined) return null;
        if (fetched.outOfRange) {
          const { start } = await this.#range({ topic, partition });
          if (from >= start) return null;
          from = start;
          continue;
        }
        if (fetched.batch !== null) return fetched.batch.split(limit)[0];
        if (fetched.nextOffset === from) return null;
        // Markers and aborted records only: on behind them.
        from = fetched.nextOffset;
      }
    } catch (error) {
      throw busErrorOf(error, `${topic}/${partition} cannot be read at ${offset}`);
    }
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#open();
    checkName('group', group);
    for (const topic of topics) await this.#known(topic);
    const subscription: KafkaSubscription = new KafkaSubscription({
      settings: this.#settings,
      group,
      topics,
      startAt: options.startAt,
      committed: () => this.committed(group),
      range: (partition) => this.#range(partition),
      onClose: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.set(subscription, { group, topics });
    try {
      await subscription.join();
    } catch (error) {
      await subscription.close().catch(() => undefined);
      throw error;
    }
    return subscription;
  }

  async committed(group: string): Promise<readonly GroupPosition[]> {
    this.#open();
    checkName('group', group);
    try {
      const [found] = await this.#admin.listConsumerGroupOffsets({ groups: [group] });
      return (found?.topics ?? []).flatMap(({ name, partitions }) =>
        partitions
          .filter(({ committedOffset }) => committedOffset >= 0n)
          .map(({ partitionIndex, committedOffset }) => ({
            topic: name,
            partition: partitionIndex,
            nextOffset: Number(committedOffset),
          })),
      );
    } catch (error) {
      if (brokerErrors(error).includes('GROUP_ID_NOT_FOUND')) return [];
      throw busErrorOf(error, `The offsets of group ${group} cannot be read`);
    }
  }

  /** A group that has members takes commits from them only: one of this log's own commits then. */
  async commit(group: string, positions: readonly GroupPosition[]): Promise<void> {
    this.#open();
    checkName('group', group);
    if (positions.length === 0) return;
    const member = [...this.#subscriptions].find(([, joined]) => joined.group === group)?.[0];
    if (member !== undefined) {
      await member.commit(positions);
      return;
    }
    const byTopic = Map.groupBy(positions, ({ topic }) => topic);
    try {
      await this.#admin.alterConsumerGroupOffsets({
        groupId: group,
        topics: [...byTopic].map(([name, list]) => ({
          name,
          partitionOffsets: list.map(({ partition, nextOffset }) => ({
            partition,
            offset: BigInt(nextOffset),
          })),
        })),
      });
    } catch (error) {
      throw busErrorOf(error, `The offsets of group ${group} cannot be committed`);
    }
  }

  async lag(group: string): Promise<readonly (GroupPosition & { readonly lag: number })[]> {
    const committed = await this.committed(group);
    const topics = new Set([...committed.map(({ topic }) => topic), ...(await this.#groupTopics(group))]);
    const found: (GroupPosition & { lag: number })[] = [];
    for (const topic of topics) {
      const { partitions } = await this.describe(topic);
      for (const { partition, startOffset, endOffset } of partitions) {
        const position = committed.find((one) => one.topic === topic && one.partition === partition);
        const nextOffset = position?.nextOffset ?? startOffset;
        found.push({
          topic,
          partition,
          nextOffset,
          lag: Math.max(0, endOffset - Math.max(nextOffset, startOffset)),
        });
      }
    }
    return found;
  }

  onAppend(topic: string, listener: () => void): () => void {
    return this.#watch.listen(topic, listener);
  }

  /** Age is applied at once. Size is the brokers' own to apply, whole segments at a time. */
  async enforceRetention(now: number): Promise<void> {
    this.#open();
    for (const [topic, { retentionMs }] of this.#retention) {
      if (retentionMs === undefined) continue;
      try {
        const count = await this.#known(topic);
        const kept = await this.#offsets(topic, count, BigInt(Math.max(0, Math.floor(now - retentionMs))));
        const ends = await this.#offsets(topic, count, -1n);
        await this.#admin.deleteRecords({
          topics: [
            {
              name: topic,
              partitions: kept.map((offset, partition) => ({
                partition,
                // None is young enough: all of them go.
                offset: BigInt(offset < 0 ? (ends[partition] ?? 0) : offset),
              })),
            },
          ],
        });
      } catch (error) {
        throw busErrorOf(error, `Old records of ${topic} cannot be deleted`);
      }
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    await Promise.all([...this.#subscriptions.keys()].map((subscription) => subscription.close()));
    await this.#transactions.close();
    await Promise.all([this.#admin.close(), this.#producer.close(true), this.#fetcher.close()]);
  }

  #open(): void {
    if (this.#closed) throw new BusError('SKP_BUS_CLOSED', 'The log is closed');
  }

  #unknown(topic: string): BusError {
    return new BusError('SKP_BUS_TOPIC_UNKNOWN', `There is no topic ${topic}`, {
      hint: 'Make it with ensureTopic first.',
    });
  }

  /** The number of partitions, null when there is no such topic. */
  async #countOf(topic: string, fresh: boolean): Promise<number | null> {
    const known = this.#partitions.get(topic);
    if (known !== undefined && !fresh) return known;
    try {
      const metadata = await this.#admin.metadata({ topics: [topic], forceUpdate: true, retries: 0 });
      const count = metadata.topics.get(topic)?.partitionsCount ?? null;
      if (count !== null) this.#partitions.set(topic, count);
      return count;
    } catch (error) {
      const names = brokerErrors(error);
      if (names.includes('UNKNOWN_TOPIC_OR_PARTITION') || names.includes('INVALID_TOPIC_EXCEPTION'))
        return null;
      throw error;
    }
  }

  async #known(topic: string): Promise<number> {
    const count = await this.#countOf(topic, false);
    if (count === null) throw this.#unknown(topic);
    return count;
  }

  async #appears(topic: string): Promise<void> {
    const patience = Date.now() + (this.#settings.retryForMs ?? 60_000);
    while ((await this.#countOf(topic, true)) === null) {
      if (Date.now() > patience) throw this.#unknown(topic);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #checkPartition(topic: string, partition: number): Promise<void> {
    let count = await this.#known(topic);
    // It may have grown.
    if (partition >= count) count = (await this.#countOf(topic, true)) ?? 0;
    if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
    throw new BusError('SKP_BUS_PARTITION', `Topic ${topic} has no partition ${partition}`, {
      hint: `It has the partitions 0 to ${count - 1}.`,
    });
  }

  /** Copies: the caller's buffers are its own again when `append` returns. */
  #messagesOf(topic: string, partition: number, records: readonly LogRecord[]): MessageToProduce[] {
    const most = this.#settings.maxBatchBytes ?? defaultMaxBatchBytes;
    let bytes = 0;
    for (const { value, key } of records) bytes += value.length + (key?.length ?? 0) + 32;
    if (bytes > most) {
      throw new BusError(
        'SKP_BUS_TOO_LARGE',
        `A batch of ${bytes} bytes cannot be appended to ${topic}/${partition}: ${most} are the most`,
        { hint: 'Append it in parts.' },
      );
    }
    const now = Date.now();
    const first = Math.trunc(records[0]?.timestamp ?? now);
    return records.map(({ value, key, headers = {}, timestamp }) => {
      const time = Math.trunc(timestamp ?? now);
      const near = Math.abs(time - first) < farTimestamp;
      const entries = Object.entries(headers).map(([name, text]): [Buffer, Buffer] => [
        Buffer.from(name),
        Buffer.from(text),
      ]);
      if (!near) entries.push([Buffer.from(timestampHeader), Buffer.from(String(time))]);
      return {
        topic,
        partition,
        value: Buffer.from(value),
        ...(key === undefined || key === null ? {} : { key: Buffer.from(key) }),
        ...(entries.length === 0 ? {} : { headers: new Map(entries) }),
        timestamp: BigInt(near ? time : first),
      };
    });
  }

  /** By partition; `timestamp` -1 asks for the ends, -2 for the starts, else the first record of that time or later (or -1). */
  async #offsets(topic: string, count: number, timestamp: bigint): Promise<number[]> {
    const [found] = await this.#admin.listOffsets({
      topics: [
        {
          name: topic,
          partitions: Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp })),
        },
      ],
    });
    const offsets = new Array<number>(count).fill(0);
    for (const { partitionIndex, offset } of found?.partitions ?? [])
      offsets[partitionIndex] = Number(offset);
    return offsets;
  }

  async #range({ topic, partition }: TopicPartition): Promise<{ start: number; end: number }> {
    const count = await this.#known(topic);
    const [starts, ends] = await Promise.all([
      this.#offsets(topic, count, -2n),
      this.#offsets(topic, count, -1n),
    ]);
    return { start: starts[partition] ?? 0, end: ends[partition] ?? 0 };
  }

  async #sizes(topic: string, count: number): Promise<number[]> {
    const brokers = await this.#admin.describeLogDirs({
      topics: [{ name: topic, partitions: Array.from({ length: count }, (_, partition) => partition) }],
    });
    const sizes = new Array<number>(count).fill(0);
    for (const { results } of brokers) {
      for (const { topics } of results) {
        for (const { name, partitions } of topics) {
          if (name !== topic) continue;
          for (const { partitionIndex, partitionSize } of partitions) {
            sizes[partitionIndex] = Math.max(sizes[partitionIndex] ?? 0, Number(partitionSize));
          }
        }
      }
    }
    return sizes;
  }

  async #ends(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ends = new Map<string, string>();
    for (const topic of topics) {
      ends.set(topic, (await this.#offsets(topic, await this.#known(topic), -1n)).join(' '));
    }
    return ends;
  }

  async #groupTopics(group: string): Promise<readonly string[]> {
    const own = [...this.#subscriptions.values()]
      .filter((joined) => joined.group === group)
      .flatMap(({ topics }) => topics);
    const described = await this.#admin.describeGroups({ groups: [group] }).catch(() => null);
    const members = [...(described?.get(group)?.members.values() ?? [])];
    return [...own, ...members.flatMap(({ assignments }) => [...(assignments?.keys() ?? [])])];
  }
}
