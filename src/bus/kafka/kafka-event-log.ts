import { setTimeout as pause } from 'node:timers/promises';
import { Admin, Producer } from '@platformatic/kafka';
import { BusError } from '../bus-error.ts';
import { checkName, checkPosition, checkRecords } from '../checks.ts';
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
import { type Fetched, Fetcher, type FetchPlace, isOfAnotherTopic } from './fetcher.ts';
import { partitionsOf, type TopicPartition } from './member.ts';
import { messagesOf } from './messages.ts';
import { withPatience } from './patience.ts';
import {
  clientOptions,
  defaultMaxBatchBytes,
  defaultRetryForMs,
  type KafkaSettings,
  retryDelayMs,
} from './settings.ts';
import { KafkaSubscription } from './subscription.ts';
import { KafkaTopics } from './topics.ts';
import { type OffsetOwner, Transactions } from './transactions.ts';
import { quickenZstd } from './zstd.ts';

quickenZstd();

/** The event log of a Kafka cluster (3.5 or later). Nothing is asked of the brokers until it is used. */
export class KafkaEventLog implements EventLog {
  readonly #settings: KafkaSettings;
  readonly #maxBatchBytes: number;
  readonly #admin: Admin;
  readonly #topics: KafkaTopics;
  readonly #producer: Producer;
  readonly #fetcher: Fetcher;
  readonly #transactions: Transactions;
  readonly #watch: AppendWatch;
  readonly #subscriptions = new Map<KafkaSubscription, { group: string; topics: readonly string[] }>();
  #closed = false;

  constructor(settings: KafkaSettings) {
    this.#settings = settings;
    this.#maxBatchBytes = settings.maxBatchBytes ?? defaultMaxBatchBytes;
    this.#admin = withPatience(new Admin(clientOptions(settings)), settings);
    this.#topics = new KafkaTopics(settings, this.#admin);
    this.#producer = new Producer({
      ...clientOptions(settings),
      idempotent: true,
      acks: -1,
      compression: settings.compression ?? 'zstd',
    });
    this.#fetcher = new Fetcher(settings);
    this.#transactions = new Transactions(settings, this.#admin);
    this.#watch = new AppendWatch((topics) => this.#topics.ends(topics));
    withPatience(this.#producer, settings);
    for (const client of [this.#admin, this.#producer])
      client.on('error' as never, (() => undefined) as never);
  }

  async ensureTopic(topic: string, options: TopicOptions): Promise<void> {
    this.#open();
    await this.#topics.ensure(topic, options);
  }

  async topics(): Promise<readonly string[]> {
    this.#open();
    return this.#topics.list();
  }

  async describe(topic: string): Promise<TopicDescription> {
    this.#open();
    return this.#topics.describe(topic);
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<AppendedRange> {
    this.#open();
    checkRecords({ topic, partition, records });
    const messages = messagesOf(topic, partition, records, this.#maxBatchBytes);
    await this.#topics.checkPartition(topic, partition);
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
    const { group, positions = [] } = commit ?? {};
    return this.#appendTogether(appends, group === undefined ? null : { group }, positions);
  }

  async #appendTogether(
    appends: readonly PartitionAppend[],
    owner: OffsetOwner | null,
    positions: readonly GroupPosition[],
  ): Promise<readonly AppendedRange[]> {
    this.#open();
    const parts = appends.map((append) => {
      checkRecords(append);
      return messagesOf(append.topic, append.partition, append.records, this.#maxBatchBytes);
    });
    for (const { topic, partition } of appends) await this.#topics.checkPartition(topic, partition);
    if (owner !== null) await this.#checkCommit(owner.group, positions);
    if (parts.length === 0 && positions.length === 0) return [];
    try {
      const offsets = await this.#transactions.run(parts, owner, positions);
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
    await this.#topics.checkPartition(topic, partition);
    const maxBytes = Math.max(1, Math.min(limit.maxBytes, this.#maxBatchBytes));
    try {
      for (let from = offset; ; ) {
        const place = { topic, partition, offset: from };
        const fetched = await this.#fetchOne(place, maxBytes);
        if (fetched === undefined) return null;
        if (fetched.outOfRange) {
          const { start } = await this.#topics.range({ topic, partition });
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

  /** Asks anew where the topic is another one of its name by now. */
  async #fetchOne(place: FetchPlace, maxBytes: number): Promise<Fetched | undefined> {
    const limits = { waitMs: 0, maxBytes, maxBytesPerPartition: maxBytes };
    const patience = performance.now() + (this.#settings.retryForMs ?? defaultRetryForMs);
    for (let fresh = false; ; fresh = true) {
      if (fresh) await this.#topics.checkThere(place.topic);
      const [leader] = [...(await this.#fetcher.leaders([place], fresh)).keys()];
      if (leader === undefined) throw this.#topics.unknown(place.topic);
      try {
        return (await this.#fetcher.fetch(leader, [place], limits))[0];
      } catch (error) {
        if (!isOfAnotherTopic(error) || performance.now() > patience) throw error;
        // A topic that was made just now is not known to every broker at once.
        if (fresh) await pause(retryDelayMs);
      }
    }
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#open();
    checkName('group', group);
    for (const topic of topics) await this.#topics.known(topic);
    const subscription: KafkaSubscription = new KafkaSubscription({
      settings: this.#settings,
      group,
      topics,
      startAt: options.startAt,
      committed: () => this.committed(group),
      taken: () => this.#taken(group),
      commitTogether: (appends, member, positions) =>
        this.#appendTogether(appends, { group, member }, positions),
      range: (partition) => this.#topics.range(partition),
      onClose: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.set(subscription, { group, topics });
    try {
      await this.#transactions.endLeftOpen();
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
      const [found] = await this.#admin.listConsumerGroupOffsets({
        groups: [group],
        // Those of a transaction that is about to end are waited for: whoever takes a partition over begins behind them.
        requireStable: true,
      });
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
    await this.#checkCommit(group, positions);
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
    const byPlace = new Map(committed.map((one) => [`${one.topic}/${one.partition}`, one.nextOffset]));
    try {
      const found = await Promise.all(
        [...topics].map(async (topic) =>
          (await this.#topics.ranges(topic)).map(({ start, end }, partition) => {
            const nextOffset = byPlace.get(`${topic}/${partition}`) ?? start;
            return { topic, partition, nextOffset, lag: Math.max(0, end - Math.max(nextOffset, start)) };
          }),
        ),
      );
      return found.flat();
    } catch (error) {
      throw busErrorOf(error, `The lag of group ${group} cannot be looked up`);
    }
  }

  onAppend(topic: string, listener: () => void): () => void {
    return this.#watch.listen(topic, listener);
  }

  async enforceRetention(now: number): Promise<void> {
    this.#open();
    await this.#topics.enforceRetention(now);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#watch.close();
    await Promise.all([...this.#subscriptions.keys()].map((subscription) => subscription.close()));
    await this.#transactions.close();
    await Promise.all([this.#admin.close(), this.#producer.close(true), this.#fetcher.close()]);
  }

  async #checkCommit(group: string, positions: readonly GroupPosition[]): Promise<void> {
    checkName('group', group);
    for (const position of positions) {
      await this.#topics.checkPartition(position.topic, position.partition);
      checkPosition(position, group);
    }
  }

  #open(): void {
    if (this.#closed) throw new BusError('SKP_BUS_CLOSED', 'The log is closed');
  }

  async #groupTopics(group: string): Promise<readonly string[]> {
    const own = [...this.#subscriptions.values()]
      .filter((joined) => joined.group === group)
      .flatMap(({ topics }) => topics);
    const taken = await this.#taken(group).catch(() => null);
    return [...own, ...(taken ?? []).map(({ topic }) => topic)];
  }

  /** What the members of a group have together; null while it is being shared out. */
  async #taken(group: string): Promise<readonly TopicPartition[] | null> {
    const described = (await this.#admin.describeGroups({ groups: [group] })).get(group);
    if (described?.state.toUpperCase() !== 'STABLE') return null;
    return [...described.members.values()].flatMap(({ assignments }) =>
      partitionsOf([...(assignments?.values() ?? [])]),
    );
  }
}
