import { setTimeout as pause } from 'node:timers/promises';
import { BusError } from '../bus-error.ts';
import { checkPosition } from '../checks.ts';
import type {
  AppendedRange,
  GroupPosition,
  PartitionAppend,
  ReadLimit,
  RecordBatch,
  SubscribeOptions,
  Subscription,
} from '../event-log.ts';
import { busErrorOf } from './errors.ts';
import { Fetcher, type FetchPlace } from './fetcher.ts';
import { GroupMember, type MemberIdentity, type TopicPartition } from './member.ts';
import type { KafkaRecordBatch } from './record-batch.ts';
import { defaultRetryForMs, type KafkaSettings } from './settings.ts';

export interface KafkaSubscriptionOptions {
  readonly settings: KafkaSettings;
  readonly group: string;
  readonly topics: readonly string[];
  readonly startAt: SubscribeOptions['startAt'];
  /** What the group has committed. */
  readonly committed: () => Promise<readonly GroupPosition[]>;
  /** What its members have together; null while that is being shared out. */
  readonly taken: () => Promise<readonly TopicPartition[] | null>;
  /** In one transaction. */
  readonly commitTogether: (
    appends: readonly PartitionAppend[],
    member: MemberIdentity,
    positions: readonly GroupPosition[],
  ) => Promise<readonly AppendedRange[]>;
  /** The first offset that a partition still holds, and the one behind its last. */
  readonly range: (partition: TopicPartition) => Promise<{ readonly start: number; readonly end: number }>;
  readonly onClose: () => void;
}

interface Position {
  readonly partition: TopicPartition;
  /** Where the next fetch begins: behind what is ready. */
  fetchOffset: number;
  /** Fetched, not yet handed out. */
  ready: KafkaRecordBatch[];
  /** Kafka's id of the topic, once something was asked of it. */
  identity: string | null;
}

const waitMs = 500;
/** Fetched ahead for a broker's partitions, at most about this. */
const aheadBytes = 16 * 1024 * 1024;
const fetchBytes = 8 * 1024 * 1024;
const partitionBytes = 1024 * 1024;
const afterErrorMs = 250;
const clientRetryMs = 250;

export class KafkaSubscription implements Subscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #member: GroupMember;
  readonly #fetcher: Fetcher;
  /** In the order of the last reads: the least recent first. */
  readonly #positions = new Map<string, Position>();
  /** Partitions whose beginning is not known yet. */
  readonly #starting = new Map<string, { readonly partition: TopicPartition; readonly since: number }>();
  readonly #fetching = new Set<number>();
  readonly #drains: ((partitions: readonly TopicPartition[]) => Promise<void>)[] = [];
  #staleLeaders = false;
  #troubleSince: number | null = null;
  #pumping = false;
  #pumpAgain = false;
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #closed = false;

  constructor(options: KafkaSubscriptionOptions) {
    this.#options = options;
    // The client repeats what a broker refuses as it was asked, also for a topic that is another one by now: here it is asked anew.
    this.#fetcher = new Fetcher({ ...options.settings, retryForMs: clientRetryMs });
    this.#member = new GroupMember({
      settings: options.settings,
      group: options.group,
      topics: options.topics,
      taken: options.taken,
      onAssigned: (partitions) => this.#start(partitions),
      onRevoked: (partitions) => this.#revoke(partitions),
      onError: (error) => this.#fail(busErrorOf(error, `The membership in group ${options.group} failed`)),
    });
  }

  async join(): Promise<void> {
    try {
      await this.#member.join();
    } catch (error) {
      throw busErrorOf(error, `Joining group ${this.#options.group} failed`);
    }
  }

  async next(limit: ReadLimit, signal?: AbortSignal): Promise<RecordBatch | null> {
    if (this.#wake) {
      throw new BusError(
        'SKP_BUS_POSITION',
        `next() was called again while one waits (group ${this.#options.group})`,
        { hint: 'Await each next() before the following one.' },
      );
    }
    while (!this.#closed && !signal?.aborted) {
      const failure = this.#failure;
      this.#failure = undefined;
      if (failure) throw failure.error;
      const batch = this.#take(limit);
      if (batch !== null) return batch;
      await this.#wait(signal);
    }
    return null;
  }

  async commit(positions: readonly GroupPosition[]): Promise<void> {
    for (const position of positions) checkPosition(position, this.#options.group);
    try {
      await this.#member.commit(positions);
    } catch (error) {
      throw busErrorOf(error, `Committing offsets of group ${this.#options.group} failed`);
    }
  }

  async commitWith(
    appends: readonly PartitionAppend[],
    positions: readonly GroupPosition[],
  ): Promise<readonly AppendedRange[]> {
    for (const position of positions) checkPosition(position, this.#options.group);
    return this.#options.commitTogether(appends, this.#member.identity(), positions);
  }

  /** How often the group was joined anew. */
  get rebalances(): number {
    return this.#member.rebalances;
  }

  seek({ topic, partition, nextOffset }: GroupPosition): void {
    const name = nameOf({ topic, partition });
    const starting = this.#starting.get(name);
    const position = this.#positions.get(name);
    if (starting === undefined && position === undefined) {
      throw new BusError(
        'SKP_BUS_POSITION',
        `${name} is not assigned to this member of group ${this.#options.group}`,
        { hint: 'Seek only partitions that assigned() lists.' },
      );
    }
    // A new object: what is being fetched for the old one is dropped when it comes.
    this.#begin(starting?.partition ?? position?.partition ?? { topic, partition }, nextOffset);
    this.#pump();
  }

  assigned(): readonly TopicPartition[] {
    return this.#member.owned;
  }

  notBegun(forMs: number): readonly TopicPartition[] {
    const before = performance.now() - forMs;
    return [...this.#starting.values()]
      .filter(({ since }) => since <= before)
      .map(({ partition }) => partition);
  }

  onRevoked(drain: (partitions: readonly TopicPartition[]) => Promise<void>): void {
    this.#drains.push(drain);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    await this.#member.leave();
    await this.#fetcher.close();
    this.#options.onClose();
  }

  #take(limit: ReadLimit): RecordBatch | null {
    for (const [name, position] of this.#positions) {
      const batch = position.ready[0];
      if (batch === undefined) continue;
      const [first, rest] = batch.split(limit);
      if (rest === null) position.ready.shift();
      else position.ready[0] = rest;
      this.#positions.delete(name);
      this.#positions.set(name, position);
      this.#pump();
      return first;
    }
    return null;
  }

  async #wait(signal: AbortSignal | undefined): Promise<void> {
    const woken = Promise.withResolvers<void>();
    const wake = (): void => woken.resolve();
    this.#wake = wake;
    signal?.addEventListener('abort', wake);
    try {
      if (!this.#closed && !signal?.aborted && this.#failure === undefined) await woken.promise;
    } finally {
      this.#wake = undefined;
      signal?.removeEventListener('abort', wake);
    }
  }

  #start(partitions: readonly TopicPartition[]): void {
    const since = performance.now();
    for (const partition of partitions) this.#starting.set(nameOf(partition), { partition, since });
    const { startAt } = this.#options;
    const positions = this.#committed();
    const asked = partitions.map(async (partition) => {
      const offset = await startAt?.(partition);
      if (offset !== undefined) return { partition, offset };
      const position = (await positions).find(
        (one) => one.topic === partition.topic && one.partition === partition.partition,
      );
      return { partition, offset: position?.nextOffset ?? 0 };
    });
    // All of those that a sink need not be asked for begin at once, so that one fetch reads them all.
    const beginnings =
      startAt === undefined ? [Promise.all(asked)] : asked.map((one) => one.then((each) => [each]));
    for (const beginning of beginnings) {
      beginning.then(
        (starts) => {
          for (const { partition, offset } of starts) {
            // It may have been taken away, or sought, in the meantime.
            if (this.#starting.get(nameOf(partition))?.partition === partition)
              this.#begin(partition, offset);
          }
          this.#pump();
        },
        (error: unknown) => this.#fail(error),
      );
    }
  }

  /** Asked until it answers: a partition whose beginning is not known is read by nobody. */
  async #committed(): Promise<readonly GroupPosition[]> {
    for (;;) {
      try {
        return await this.#options.committed();
      } catch (error) {
        if (this.#closed) return [];
        this.#fail(error);
        await pause(afterErrorMs);
      }
    }
  }

  #begin(partition: TopicPartition, offset: number): void {
    const name = nameOf(partition);
    this.#starting.delete(name);
    this.#positions.set(name, { partition, fetchOffset: offset, ready: [], identity: null });
  }

  async #revoke(partitions: readonly TopicPartition[]): Promise<void> {
    for (const partition of partitions) {
      this.#positions.delete(nameOf(partition));
      this.#starting.delete(nameOf(partition));
    }
    for (const drain of this.#drains) {
      try {
        await drain(partitions);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  /** Keeps one fetch under way to each broker that has less ahead than it may. */
  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    void this.#pumpOnce().finally(() => {
      this.#pumping = false;
      if (!this.#pumpAgain || this.#closed) return;
      this.#pumpAgain = false;
      this.#pump();
    });
  }

  async #pumpOnce(): Promise<void> {
    if (this.#closed) return;
    if (this.#positions.size === 0) return;
    const fresh = this.#staleLeaders;
    this.#staleLeaders = false;
    try {
      await this.#startAgain(fresh);
    } catch (error) {
      await this.#trouble(error);
      return;
    }
    const positions = [...this.#positions.values()];
    const places = positions.map((position) => ({
      ...position.partition,
      offset: position.fetchOffset,
      position,
    }));
    try {
      const byLeader = await this.#fetcher.leaders(places, false);
      for (const [node, list] of byLeader) {
        const led = list as (typeof places)[number][];
        if (this.#fetching.has(node) || ahead(led.map(({ position }) => position)) >= aheadBytes) continue;
        this.#fetching.add(node);
        void this.#fetchFrom(node, led);
      }
    } catch (error) {
      await this.#trouble(error);
    }
  }

  /** A topic that was deleted and made anew has offsets of its own. */
  async #startAgain(fresh: boolean): Promise<void> {
    const topics = new Set([...this.#positions.values()].map(({ partition }) => partition.topic));
    const identities = await this.#fetcher.identities([...topics], fresh);
    for (const position of this.#positions.values()) {
      const identity = identities.get(position.partition.topic) ?? null;
      if (identity === null || identity === position.identity) continue;
      if (position.identity !== null) this.#begin(position.partition, 0);
      const current = this.#positions.get(nameOf(position.partition));
      if (current !== undefined) current.identity = identity;
    }
  }

  async #fetchFrom(
    node: number,
    places: readonly (FetchPlace & { readonly position: Position })[],
  ): Promise<void> {
    try {
      const results = await this.#fetcher.fetch(node, places, {
        waitMs,
        maxBytes: fetchBytes,
        maxBytesPerPartition: partitionBytes,
      });
      this.#troubleSince = null;
      for (const { place, batch, nextOffset, outOfRange } of results) {
        const position = (place as FetchPlace & { readonly position: Position }).position;
        const { partition } = position;
        // Sought or taken away since the fetch began.
        if (this.#positions.get(nameOf(partition)) !== position || position.fetchOffset !== place.offset)
          continue;
        if (outOfRange) {
          await this.#returnToRange(position);
          continue;
        }
        position.fetchOffset = nextOffset;
        if (batch !== null) position.ready.push(batch);
      }
      this.#wake?.();
    } catch (error) {
      await this.#trouble(error);
    } finally {
      this.#fetching.delete(node);
      this.#pump();
    }
  }

  /** Retention took what was to be read next: on from what is left. An offset behind the end waits for the log to reach it. */
  async #returnToRange(position: Position): Promise<void> {
    const { start } = await this.#options.range(position.partition);
    if (position.fetchOffset < start) position.fetchOffset = start;
    else await pause(afterErrorMs);
  }

  /** Brokers come and go, topics too: the reader waits for them, and says nothing for as long as other requests are repeated. */
  async #trouble(error: unknown): Promise<void> {
    if (this.#closed) return;
    this.#staleLeaders = true;
    this.#troubleSince ??= Date.now();
    if (Date.now() - this.#troubleSince >= (this.#options.settings.retryForMs ?? defaultRetryForMs))
      this.#fail(busErrorOf(error, `Reading for group ${this.#options.group} failed`));
    await pause(afterErrorMs);
    this.#pumpAgain = true;
  }
}

function ahead(positions: readonly Position[]): number {
  let bytes = 0;
  for (const { ready } of positions) for (const batch of ready) bytes += batch.bytes;
  return bytes;
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
