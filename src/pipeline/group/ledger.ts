/**
 * What a member of a consumer group has read and not yet committed, in the order in which it was read.
 *
 * A position is committed when the sink has the events before it, in one transaction with the records for other topics that came of
 * them. When partitions are taken away, what was read of them is committed first; where another member has them already, it is let
 * go: that one works it again, and the sink knows the events by their ids.
 */
import type { EventLog, GroupPosition, LogRecord, PartitionAppend, Subscription } from '../../bus/index.ts';
import type { OutboxRecord } from '../outbox.ts';

interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A batch on its way. */
export interface Entry {
  readonly position: GroupPosition;
  records: readonly OutboxRecord[];
  /** The sink has its events. */
  written: boolean;
  /** Told when its position is committed: until then a worker that ends has it worked again. */
  committed?: () => void;
}

export interface LedgerOptions {
  readonly log: Pick<EventLog, 'describe' | 'ensureTopic'>;
  readonly onTrouble: (error: Error) => void;
  /** Told after each commit. */
  readonly onCommit: () => void;
  /** Time between two commits that carry no records, ms. */
  readonly commitMs?: number;
}

/** Of one transaction, about. */
const mostBytes = 8 * 1024 * 1024;
const retryMs = 200;

export class Ledger {
  readonly #options: LedgerOptions;
  readonly #partitions = new Map<string, number>();
  #entries: Entry[] = [];
  #subscription: Pick<Subscription, 'commit' | 'commitWith'> | null = null;
  #draining = new Set<string>();
  #running: Promise<void> | null = null;
  #lastCommit = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Through whom positions are committed from now on. */
  follow(subscription: Pick<Subscription, 'commit' | 'commitWith'>): void {
    this.#subscription = subscription;
  }

  /** Batches that are not committed yet. */
  get open(): number {
    return this.#entries.length;
  }

  /** A batch was read, and is about to be worked. */
  begin(position: GroupPosition): Entry {
    const entry: Entry = { position, records: [], written: false };
    this.#entries.push(entry);
    return entry;
  }

  /** It is not worked after all, and nothing behind it: the group reads it again. */
  abandon(entry: Entry): void {
    const at = this.#entries.indexOf(entry);
    const name = nameOf(entry.position);
    this.#entries = this.#entries.filter(
      (other, index) => at < 0 || index < at || nameOf(other.position) !== name,
    );
    this.#tellWaiting();
  }

  written(entry: Entry): void {
    entry.written = true;
    this.#schedule();
  }

  /** Resolves when nothing of these partitions is open, or `patienceMs` are over: what is left is not committed then. */
  async drain(partitions: readonly TopicPartition[], patienceMs: number): Promise<void> {
    // A batch that was just taken is begun by then; nothing of these partitions comes after it.
    await new Promise((resolve) => setImmediate(resolve));
    const names = new Set(partitions.map(nameOf));
    for (const name of names) this.#draining.add(name);
    const ours = (): Entry[] => this.#entries.filter(({ position }) => names.has(nameOf(position)));
    const end = Date.now() + patienceMs;
    try {
      while (ours().length > 0) {
        const left = end - Date.now();
        if (left <= 0) break;
        this.#schedule();
        await this.#changed(left);
      }
    } finally {
      const left = new Set(ours());
      this.#entries = this.#entries.filter((entry) => !left.has(entry));
      for (const name of names) this.#draining.delete(name);
      this.#tellWaiting();
    }
  }

  /** Resolves when something was committed or let go, or after `ms`. */
  #changed(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #tellWaiting(): void {
    for (const wake of this.#waiting.splice(0)) wake();
    this.#options.onCommit();
  }

  #schedule(): void {
    if (this.#running !== null) return;
    const wait = this.#lastCommit + (this.#options.commitMs ?? 100) - performance.now();
    if (wait > 0 && this.#draining.size === 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#start();
      }, wait);
      return;
    }
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#entries[0]?.written === true) this.#schedule();
    });
  }

  async #run(): Promise<void> {
    const taken = this.#ready();
    if (taken.length === 0 || this.#subscription === null) return;
    try {
      await this.#commit(taken, this.#subscription);
      this.#lastCommit = performance.now();
      const done = new Set(taken);
      this.#entries = this.#entries.filter((entry) => !done.has(entry));
      for (const entry of taken) entry.committed?.();
    } catch (error) {
      if ((error as { code?: unknown }).code === 'SKP_BUS_FENCED') {
        // Somebody else has them, or a rebalance is under way and this member still does: only a drain says which. All of a
        // partition goes, or what is behind would be committed without what was before.
        this.#entries = this.#entries.filter(({ position }) => !this.#draining.has(nameOf(position)));
      } else this.#options.onTrouble(error as Error);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    } finally {
      this.#tellWaiting();
    }
  }

  /** Of each partition the batches that are written, up to the first that is not. */
  #ready(): Entry[] {
    const blocked = new Set<string>();
    const ready: Entry[] = [];
    let bytes = 0;
    for (const entry of this.#entries) {
      const name = nameOf(entry.position);
      if (blocked.has(name)) continue;
      if (!entry.written || (ready.length > 0 && bytes >= mostBytes)) {
        blocked.add(name);
        continue;
      }
      for (const { record } of entry.records) bytes += record.value.length;
      ready.push(entry);
    }
    return ready;
  }

  async #commit(
    taken: readonly Entry[],
    subscription: Pick<Subscription, 'commit' | 'commitWith'>,
  ): Promise<void> {
    const ends = new Map<string, GroupPosition>();
    const appends = new Map<string, PartitionAppend & { records: LogRecord[] }>();
    for (const { position, records } of taken) {
      ends.set(nameOf(position), position);
      for (const { topic, record } of records) {
        // What comes from one partition stays in its order.
        const partition = position.partition % (await this.#partitionsOf(topic));
        const to = nameOf({ topic, partition });
        let append = appends.get(to);
        if (append === undefined) appends.set(to, (append = { topic, partition, records: [] }));
        append.records.push(record);
      }
    }
    if (appends.size === 0) await subscription.commit([...ends.values()]);
    else await subscription.commitWith([...appends.values()], [...ends.values()]);
  }

  async #partitionsOf(topic: string): Promise<number> {
    let count = this.#partitions.get(topic);
    if (count === undefined) {
      try {
        count = (await this.#options.log.describe(topic)).partitions.length;
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'SKP_BUS_TOPIC_UNKNOWN') throw error;
        await this.#options.log.ensureTopic(topic, { partitions: 1 });
        count = 1;
      }
      this.#partitions.set(topic, count);
    }
    return count;
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
