import { Consumer, type GroupAssignment } from '@platformatic/kafka';
import type { GroupPosition } from '../event-log.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface MemberOptions {
  readonly settings: KafkaSettings;
  readonly group: string;
  readonly topics: readonly string[];
  readonly onAssigned: (partitions: readonly TopicPartition[]) => void;
  /** Awaited before the group hears that the partitions are free. */
  readonly onRevoked: (partitions: readonly TopicPartition[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/**
 * A member of a consumer group by the cooperative protocol (KIP-429): partitions that stay are read on while others move, and one
 * that leaves is drained before the group gives it away.
 */
export class GroupMember {
  readonly #options: MemberOptions;
  readonly #client: Consumer;
  #owned: readonly TopicPartition[] = [];

  constructor(options: MemberOptions) {
    this.#options = options;
    const { settings } = options;
    const sessionTimeout = settings.sessionTimeoutMs ?? 45_000;
    this.#client = new Consumer({
      ...clientOptions(settings),
      groupId: options.group,
      sessionTimeout,
      rebalanceTimeout: Math.max(60_000, sessionTimeout),
      heartbeatInterval: settings.heartbeatIntervalMs ?? 1_000,
      ...(settings.groupInstanceId === undefined ? {} : { groupInstanceId: settings.groupInstanceId }),
      autocommit: false,
      protocols: [{ name: 'cooperative-sticky', version: 3 }],
      // Asked for each time that the member is about to join: what it no longer owns is drained here, before the others hear.
      protocolsMetadata: async () => {
        await this.#settle(partitionsOf(this.#client.assignments));
        return Buffer.alloc(0);
      },
    });
    this.#client.on('consumer:group:join', () => {
      const now = partitionsOf(this.#client.assignments);
      void this.#settle(now).then(() => {
        const added = difference(now, this.#owned);
        this.#owned = now;
        if (added.length > 0) options.onAssigned(added);
      });
    });
    this.#client.on('error' as never, ((error: unknown) => options.onError(error)) as never);
  }

  get owned(): readonly TopicPartition[] {
    return this.#owned;
  }

  async join(): Promise<void> {
    this.#client.topics.trackAll(...this.#options.topics);
    await this.#client.joinGroup({});
  }

  async commit(positions: readonly GroupPosition[]): Promise<void> {
    if (positions.length === 0) return;
    await this.#client.commit({
      offsets: positions.map(({ topic, partition, nextOffset }) => ({
        topic,
        partition,
        offset: BigInt(nextOffset),
        leaderEpoch: -1,
      })),
    });
  }

  async leave(): Promise<void> {
    await this.#settle([]);
    // A static member that goes for a restart keeps its place.
    if (this.#options.settings.groupInstanceId !== undefined) this.#client.memberId = null;
    await this.#client.close(true);
  }

  async #settle(now: readonly TopicPartition[]): Promise<void> {
    const gone = difference(this.#owned, now);
    if (gone.length === 0) return;
    await this.#options.onRevoked(gone);
    this.#owned = difference(this.#owned, gone);
  }
}

function partitionsOf(assignments: readonly GroupAssignment[] | null): TopicPartition[] {
  return (assignments ?? []).flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

function difference(
  all: readonly TopicPartition[],
  without: readonly TopicPartition[],
): readonly TopicPartition[] {
  return all.filter(
    ({ topic, partition }) => !without.some((one) => one.topic === topic && one.partition === partition),
  );
}
