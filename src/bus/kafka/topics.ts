import { type Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { BusError } from '../bus-error.ts';
import { checkName, checkTopicOptions } from '../checks.ts';
import type { TopicDescription, TopicOptions } from '../event-log.ts';
import { brokerErrors, busErrorOf } from './errors.ts';
import type { TopicPartition } from './member.ts';
import { defaultMaxBatchBytes, defaultRetryForMs, type KafkaSettings } from './settings.ts';

const largestRetention = -1;
const leastSegment = 1024 * 1024;
const largestSegment = 1024 * 1024 * 1024;

function segmentBytes(retentionBytes: number): number {
  return Math.min(largestSegment, Math.max(leastSegment, Math.floor(retentionBytes / 10)));
}

/** The topics of a cluster: making them, what they hold, and how long they keep it. */
export class KafkaTopics {
  readonly #settings: KafkaSettings;
  readonly #admin: Admin;
  /** Partitions of topics that are known to exist. */
  readonly #partitions = new Map<string, number>();
  readonly #retention = new Map<string, TopicOptions>();

  constructor(settings: KafkaSettings, admin: Admin) {
    this.#settings = settings;
    this.#admin = admin;
  }

  async ensure(topic: string, options: TopicOptions): Promise<void> {
    checkName('topic', topic);
    checkTopicOptions(topic, options);
    const { partitions, retentionMs, retentionBytes, compacted = false } = options;
    const retention = [
      // Left alone where nobody asks for it: topics of others may have a policy of their own.
      ...(compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
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

  async list(): Promise<readonly string[]> {
    try {
      return (await this.#admin.listTopics()).sort();
    } catch (error) {
      throw busErrorOf(error, 'The topics cannot be listed');
    }
  }

  async describe(topic: string): Promise<TopicDescription> {
    const count = await this.#countOf(topic, true);
    if (count === null) throw this.unknown(topic);
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

  /** Age is applied at once. Size is the brokers' own to apply, whole segments at a time. */
  async enforceRetention(now: number): Promise<void> {
    for (const [topic, { retentionMs }] of this.#retention) {
      if (retentionMs === undefined) continue;
      try {
        const count = await this.known(topic);
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

  unknown(topic: string): BusError {
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
      if (count === null) this.#partitions.delete(topic);
      else this.#partitions.set(topic, count);
      return count;
    } catch (error) {
      const names = brokerErrors(error);
      if (names.includes('UNKNOWN_TOPIC_OR_PARTITION') || names.includes('INVALID_TOPIC_EXCEPTION')) {
        this.#partitions.delete(topic);
        return null;
      }
      throw busErrorOf(error, `Topic ${topic} cannot be looked up`);
    }
  }

  async known(topic: string): Promise<number> {
    const count = await this.#countOf(topic, false);
    if (count === null) throw this.unknown(topic);
    return count;
  }

  async #appears(topic: string): Promise<void> {
    const patience = Date.now() + (this.#settings.retryForMs ?? defaultRetryForMs);
    while ((await this.#countOf(topic, true)) === null) {
      if (Date.now() > patience) throw this.unknown(topic);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Asked anew. Throws `SKP_BUS_TOPIC_UNKNOWN` for a topic that is gone. */
  async checkThere(topic: string): Promise<void> {
    if ((await this.#countOf(topic, true)) === null) throw this.unknown(topic);
  }

  async checkPartition(topic: string, partition: number): Promise<void> {
    let count = await this.known(topic);
    // It may have grown.
    if (partition >= count) count = (await this.#countOf(topic, true)) ?? 0;
    if (Number.isInteger(partition) && partition >= 0 && partition < count) return;
    throw new BusError('SKP_BUS_PARTITION', `Topic ${topic} has no partition ${partition}`, {
      hint: `It has the partitions 0 to ${count - 1}.`,
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

  async range({ topic, partition }: TopicPartition): Promise<{ start: number; end: number }> {
    return (await this.ranges(topic))[partition] ?? { start: 0, end: 0 };
  }

  /** By partition: the first offset that is held, and the one behind the last. */
  async ranges(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]> {
    // Asked anew: it may have grown, or be another one of that name.
    const count = await this.#countOf(topic, true);
    if (count === null) throw this.unknown(topic);
    const [starts, ends] = await Promise.all([
      this.#offsets(topic, count, -2n),
      this.#offsets(topic, count, -1n),
    ]);
    return starts.map((start, partition) => ({ start, end: ends[partition] ?? 0 }));
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

  async ends(topics: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const ends = new Map<string, string>();
    for (const topic of topics) {
      ends.set(topic, (await this.#offsets(topic, await this.known(topic), -1n)).join(' '));
    }
    return ends;
  }
}
