import { Consumer, type GroupAssignment } from '@platformatic/kafka';
import { BusError } from '../bus-error.ts';
import type { GroupPosition } from '../event-log.ts';
import { commitOffsets } from './commit-offsets.ts';
import { withPatience } from './patience.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** As whom a member commits: a commit of a generation that is over is refused. */
export interface MemberIdentity {
  readonly memberId: string;
  readonly generationId: number;
}

const lookMs = 3_000;

export interface MemberOptions {
  readonly settings: KafkaSettings;
  readonly group: string;
  readonly topics: readonly string[];
  /** What the members of the group have together; null while it is being shared out. */
  readonly taken: () => Promise<readonly TopicPartition[] | null>;
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
  /** As which member of which generation the partitions are owned; null before the first join. */
  #as: MemberIdentity | null = null;
  #isLeader = false;
  #looking = false;
  readonly #look: NodeJS.Timeout;
  #rebalances = 0;

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
        // A round that takes partitions away ends with a new generation, in which what was read of them is committed.
        const { memberId, generationId } = this.#client;
        if (this.#as !== null && memberId === this.#as.memberId) this.#as = { memberId, generationId };
        await this.#settle(partitionsOf(this.#client.assignments));
        return Buffer.alloc(0);
      },
    });
    withPatience(this.#client, settings);
    this.#client.on('consumer:group:join', ({ isLeader = false }) => {
      const { memberId, generationId } = this.#client;
      if (memberId !== null) this.#as = { memberId, generationId };
      this.#isLeader = isLeader;
      this.#rebalances++;
      const now = partitionsOf(this.#client.assignments);
      void this.#settle(now).then(() => {
        const added = difference(now, this.#owned);
        this.#owned = now;
        if (added.length > 0) options.onAssigned(added);
      });
    });
    this.#look = setInterval(() => void this.#lookForUnread(), lookMs).unref();
    this.#client.on('error' as never, ((error: unknown) => options.onError(error)) as never);
  }

  get owned(): readonly TopicPartition[] {
    return this.#owned;
  }

  async join(): Promise<void> {
    this.#client.topics.trackAll(...this.#options.topics);
    await this.#client.joinGroup({});
  }

  /** How often the group was joined anew. */
  get rebalances(): number {
    return this.#rebalances;
  }

  /** As whom commits are made now. Throws `SKP_BUS_FENCED` when there is no membership. */
  identity(): MemberIdentity {
    if (this.#as !== null) return this.#as;
    throw new BusError('SKP_BUS_FENCED', `This is no member of group ${this.#options.group} yet`);
  }

  /**
   * Not by the client's own commit: that one joins again when the membership is lost, and then commits for partitions that another
   * member has by then.
   */
  async commit(positions: readonly GroupPosition[]): Promise<void> {
    if (positions.length === 0) return;
    const { group: groupId } = this.#options;
    await commitOffsets(this.#client, groupId, this.identity(), positions);
  }

  async leave(): Promise<void> {
    clearInterval(this.#look);
    await this.#settle([]);
    // A static member that goes for a restart keeps its place.
    if (this.#options.settings.groupInstanceId !== undefined) this.#client.memberId = null;
    await this.#client.close(true);
  }

  /**
   * Members do not see by themselves that a topic has more partitions now: the one that shares them out looks, and joins again. So it
   * does for those that nobody has: a static member that was killed between the round that took partitions from it and the one that
   * gives them to others is back without a round (KIP-345), and the second one is never held.
   */
  async #lookForUnread(): Promise<void> {
    if (!this.#isLeader || this.#looking) return;
    this.#looking = true;
    try {
      const { topics } = await this.#client.metadata({
        topics: [...this.#options.topics],
        forceUpdate: true,
      });
      const taken = await this.#options.taken();
      const partitions = [...topics].flatMap(([topic, { partitionsCount }]) =>
        Array.from({ length: partitionsCount }, (_, partition) => ({ topic, partition })),
      );
      if (taken !== null && difference(partitions, taken).length > 0) await this.#client.joinGroup({});
    } catch {
      // Brokers that do not answer, a topic that is gone: whoever reads tells of it.
    } finally {
      this.#looking = false;
    }
  }

  async #settle(now: readonly TopicPartition[]): Promise<void> {
    const gone = difference(this.#owned, now);
    if (gone.length === 0) return;
    await this.#options.onRevoked(gone);
    this.#owned = difference(this.#owned, gone);
  }
}

export function partitionsOf(assignments: readonly GroupAssignment[] | null): TopicPartition[] {
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
