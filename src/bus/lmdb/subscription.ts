import { BusError } from '../bus-error.ts';
import type {
  AppendedRange,
  EventLog,
  GroupPosition,
  PartitionAppend,
  ReadLimit,
  RecordBatch,
  SubscribeOptions,
  Subscription,
} from '../event-log.ts';
import { Membership, partitionName, type TopicPartition } from './membership.ts';
import type { Roll } from './roll.ts';

export interface SubscriptionOptions extends SubscribeOptions {
  readonly log: EventLog;
  readonly folder: string;
  readonly group: string;
  readonly roll: Roll;
  readonly topics: readonly { topic: string; partitions: number }[];
  /** Calls `wake` once after the next append; returns what cancels it. */
  readonly wait: (wake: () => void) => () => void;
  readonly committed: () => readonly GroupPosition[];
  readonly onClose: () => void;
}

export class LmdbSubscription implements Subscription {
  readonly #options: SubscriptionOptions;
  readonly #membership: Membership;
  /** Where to read on in each partition of this member, in the order of the last reads: the least recent first. */
  readonly #positions = new Map<string, { partition: TopicPartition; nextOffset: number }>();
  /** Partitions whose `startAt` has not answered yet. */
  readonly #asked = new Map<string, TopicPartition>();
  readonly #drains: ((partitions: readonly TopicPartition[]) => Promise<void>)[] = [];
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    this.#membership = new Membership({
      folder: options.folder,
      group: options.group,
      roll: options.roll,
      topics: options.topics,
      onAssigned: (partition) => this.#assign(partition),
      onRevoke: (partitions) => this.#revoke(partitions),
    });
  }

  join(): Promise<void> {
    return this.#membership.join();
  }

  async next(limit: ReadLimit, signal?: AbortSignal): Promise<RecordBatch | null> {
    if (this.#wake) {
      throw new BusError(
        'SKP_BUS_POSITION',
        `next() was called again while one waits (group ${this.#options.group})`,
        {
          hint: 'Await each next() before the following one.',
        },
      );
    }
    while (!this.#closed && !signal?.aborted) {
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure) throw failure.error;
      const batch = (await this.#read(limit)) ?? (await this.#readOrWait(limit, signal));
      if (batch) return batch;
    }
    return null;
  }

  async commit(positions: readonly GroupPosition[]): Promise<void> {
    await this.#options.log.commit(this.#options.group, positions);
  }

  async commitWith(
    appends: readonly PartitionAppend[],
    positions: readonly GroupPosition[],
  ): Promise<readonly AppendedRange[]> {
    const { log, group } = this.#options;
    return log.appendTogether(appends, { group, positions });
  }

  seek({ topic, partition, nextOffset }: GroupPosition): void {
    const name = partitionName({ topic, partition });
    const asked = this.#asked.get(name);
    if (asked) {
      this.#begin(asked, nextOffset);
      return;
    }
    const position = this.#positions.get(name);
    if (!position) {
      throw new BusError(
        'SKP_BUS_POSITION',
        `${name} is not assigned to this member of group ${this.#options.group}`,
        {
          hint: 'Seek only partitions that assigned() lists.',
        },
      );
    }
    position.nextOffset = nextOffset;
    this.#wake?.();
  }

  assigned(): readonly TopicPartition[] {
    return this.#membership.assigned();
  }

  onRevoked(drain: (partitions: readonly TopicPartition[]) => Promise<void>): void {
    this.#drains.push(drain);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    await this.#membership.leave();
    this.#options.onClose();
  }

  async #read(limit: ReadLimit): Promise<RecordBatch | null> {
    for (const [name, position] of [...this.#positions]) {
      const { topic, partition } = position.partition;
      const batch = await this.#options.log.read(topic, partition, position.nextOffset, limit);
      if (!batch || this.#positions.get(name) !== position) continue;
      position.nextOffset = batch.nextOffset;
      this.#positions.delete(name);
      this.#positions.set(name, position);
      return batch;
    }
    return null;
  }

  /** Waits for a reason to look again; null then. */
  async #readOrWait(limit: ReadLimit, signal: AbortSignal | undefined): Promise<RecordBatch | null> {
    const woken = Promise.withResolvers<void>();
    const wake = () => woken.resolve();
    const cancel = this.#options.wait(wake);
    this.#wake = wake;
    signal?.addEventListener('abort', wake);
    try {
      // What another thread appended before the wait began wakes nobody: look once more.
      const batch = await this.#read(limit);
      if (batch) return batch;
      if (!this.#closed && !signal?.aborted) await woken.promise;
      return null;
    } finally {
      this.#wake = undefined;
      cancel();
      signal?.removeEventListener('abort', wake);
    }
  }

  #assign(partition: TopicPartition): void {
    const { startAt } = this.#options;
    if (!startAt) {
      this.#begin(partition, this.#committed(partition));
      return;
    }
    const name = partitionName(partition);
    this.#asked.set(name, partition);
    Promise.resolve(partition)
      .then(startAt)
      .then((offset) => {
        // It may have been taken away, or sought, in the meantime.
        if (this.#asked.get(name) === partition) this.#begin(partition, offset ?? this.#committed(partition));
      })
      .catch((error: unknown) => this.#fail(error));
  }

  #begin(partition: TopicPartition, nextOffset: number): void {
    const name = partitionName(partition);
    this.#asked.delete(name);
    this.#positions.set(name, { partition, nextOffset });
    this.#wake?.();
  }

  #committed({ topic, partition }: TopicPartition): number {
    const positions = this.#options.committed();
    return positions.find((one) => one.topic === topic && one.partition === partition)?.nextOffset ?? 0;
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    // Nothing more is read from them from here on; what was read is the drain's to finish.
    for (const partition of partitions) {
      this.#positions.delete(partitionName(partition));
      this.#asked.delete(partitionName(partition));
    }
    try {
      for (const drain of this.#drains) await drain(partitions);
    } catch (error) {
      // The partitions go all the same, and what was not committed is read again elsewhere; the reader hears of it.
      this.#fail(error);
    }
  }
}
