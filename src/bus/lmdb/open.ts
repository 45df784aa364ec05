import { isMainThread } from 'node:worker_threads';
import { isDiskFull, WriteQueue } from '../../lmdb/index.ts';
import { BusError } from '../bus-error.ts';
import { checkName, checkPosition, checkRecords, checkTopicOptions } from '../checks.ts';
import type {
  AppendedRange,
  EventLog,
  GroupPosition,
  LogRecord,
  PartitionAppend,
  ReadLimit,
  SubscribeOptions,
  Subscription,
  TopicDescription,
  TopicOptions,
} from '../event-log.ts';
import { commitPositions, committedPositions, groupTopics, joinTopics } from './groups.ts';
import { createNotifier, type Notifier, Wakeup } from './notifier.ts';
import { Reader } from './reader.ts';
import type { LmdbRecordBatch } from './record-batch.ts';
import { applyRetention } from './retention.ts';
import { Roll } from './roll.ts';
import { encodeRuns } from './run.ts';
import { LmdbSubscription } from './subscription.ts';
import {
  getPartition,
  getTopic,
  listTopics,
  openTables,
  putPartition,
  runKey,
  type StoredTopic,
  type Tables,
} from './tables.ts';

export interface LmdbEventLogOptions {
  /** Shared by the threads of a process that open the same folder, so that appends wake their readers at once. */
  readonly notifier?: Notifier;
  /** How often a waiting reader looks by itself for appends of other processes. Default 50 ms. */
  readonly pollMs?: number;
  /** How often retention runs by itself; 0 never. Default: a minute in the main thread, never in workers. */
  readonly retentionIntervalMs?: number;
}

/**
 * Opens the event log in a folder of its own (made when absent). Threads and processes may open the same folder at once; see
 * docs/bus.md for what "durable" means here.
 */
export function openLmdbEventLog(folder: string, options: LmdbEventLogOptions = {}): LmdbEventLog {
  return new LmdbEventLog(folder, options);
}

export class LmdbEventLog implements EventLog {
  readonly #folder: string;
  readonly #tables: Tables;
  readonly #queue: WriteQueue;
  readonly #reader: Reader;
  readonly #wakeup: Wakeup;
  readonly #topics = new Map<string, StoredTopic>();
  readonly #listeners = new Set<{ topic: string; listener: () => void; ends: string }>();
  readonly #waiters = new Set<() => void>();
  readonly #subscriptions = new Set<LmdbSubscription>();
  readonly #retention: NodeJS.Timeout | undefined;
  #enforcing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(folder: string, options: LmdbEventLogOptions) {
    this.#folder = folder;
    this.#tables = openTables(folder);
    this.#reader = new Reader(this.#tables);
    this.#queue = new WriteQueue(this.#tables.environment, (cause, bytes) => this.#explain(cause, bytes));
    this.#wakeup = new Wakeup(options.notifier ?? createNotifier(), options.pollMs ?? 50, () => this.#wake());
    const interval = options.retentionIntervalMs ?? (isMainThread ? 60_000 : 0);
    if (interval > 0) {
      this.#retention = setInterval(() => {
        // A failure (a full disk, say) is met again by the next append, which reports it.
        this.enforceRetention(Date.now()).catch(() => undefined);
      }, interval).unref();
    }
  }

  async ensureTopic(topic: string, options: TopicOptions): Promise<void> {
    this.#open();
    checkName('topic', topic);
    checkTopicOptions(topic, options);
    await this.#queue.run(1024, () => {
      const existing = getTopic(this.#tables, topic);
      const ids = existing ? [] : listTopics(this.#tables).map(({ stored }) => stored.id);
      const stored: StoredTopic = {
        id: existing?.id ?? Math.max(0, ...ids) + 1,
        partitions: existing?.partitions ?? options.partitions,
        ...(options.retentionMs === undefined ? {} : { retentionMs: options.retentionMs }),
        ...(options.retentionBytes === undefined ? {} : { retentionBytes: options.retentionBytes }),
      };
      if (existing && JSON.stringify(existing) === JSON.stringify(stored)) return;
      this.#tables.topics.putSync(Buffer.from(topic), Buffer.from(JSON.stringify(stored)));
    });
  }

  async topics(): Promise<readonly string[]> {
    this.#fresh();
    return listTopics(this.#tables).map(({ name }) => name);
  }

  async describe(topic: string): Promise<TopicDescription> {
    this.#fresh();
    const { id, partitions } = this.#topic(topic);
    const states = Array.from({ length: partitions }, (_, partition) => ({
      partition,
      ...getPartition(this.#tables, id, partition),
    }));
    return { topic, partitions: states };
  }

  async append(topic: string, partition: number, records: readonly LogRecord[]): Promise<AppendedRange> {
    const [range] = await this.appendTogether([{ topic, partition, records }]);
    return range as AppendedRange;
  }

  async appendTogether(
    appends: readonly PartitionAppend[],
    commit?: { readonly group: string; readonly positions: readonly GroupPosition[] },
  ): Promise<readonly AppendedRange[]> {
    this.#open();
    const now = Date.now();
    const parts = appends.map((append) => {
      const { topic, partition, records } = append;
      const { id } = this.#partition(topic, partition);
      checkRecords(append);
      const runs = encodeRuns(records, now);
      const bytes = runs.reduce((sum, run) => sum + run.bytes.length, 0);
      return { topic, partition, id, runs, bytes, count: records.length };
    });
    if (commit !== undefined) this.#checkCommit(commit.group, commit.positions);
    const positions = commit?.positions ?? [];
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 64 * positions.length);
    const ranges = await this.#queue.run(bytes, () => {
      const written = parts.map(({ topic, partition, id, runs, bytes: size, count }): AppendedRange => {
        const state = getPartition(this.#tables, id, partition);
        let offset = state.endOffset;
        for (const run of runs) {
          this.#tables.runs.putSync(runKey(id, partition, offset), run.bytes);
          offset += run.count;
        }
        putPartition(this.#tables, id, partition, { ...state, endOffset: offset, bytes: state.bytes + size });
        return { topic, partition, baseOffset: state.endOffset, count };
      });
      if (commit !== undefined) commitPositions(this.#tables, commit.group, positions);
      return written;
    });
    if (parts.length > 0) {
      this.#wakeup.announce();
      this.#wake();
    }
    return ranges;
  }

  read(topic: string, partition: number, offset: number, limit: ReadLimit): LmdbRecordBatch | null {
    this.#fresh();
    const { id } = this.#partition(topic, partition);
    return this.#reader.read(topic, id, partition, offset, limit);
  }

  async subscribe(
    group: string,
    topics: readonly string[],
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.#fresh();
    checkName('group', group);
    const partitions = topics.map((topic) => ({ topic, partitions: this.#topic(topic).partitions }));
    await this.#queue.run(1024, () => joinTopics(this.#tables, group, topics));
    const subscription = new LmdbSubscription({
      ...options,
      log: this,
      folder: this.#folder,
      group,
      roll: new Roll(this.#tables, this.#queue, group),
      topics: partitions,
      wait: (wake) => this.#wait(wake),
      committed: () => {
        this.#fresh();
        return committedPositions(this.#tables, group);
      },
      onClose: () => this.#subscriptions.delete(subscription),
    });
    this.#subscriptions.add(subscription);
    await subscription.join();
    return subscription;
  }

  async committed(group: string): Promise<readonly GroupPosition[]> {
    this.#fresh();
    return committedPositions(this.#tables, group);
  }

  async commit(group: string, positions: readonly GroupPosition[]): Promise<void> {
    this.#open();
    this.#checkCommit(group, positions);
    if (positions.length === 0) return;
    await this.#queue.run(64 * positions.length, () => commitPositions(this.#tables, group, positions));
  }

  async lag(group: string): Promise<readonly (GroupPosition & { readonly lag: number })[]> {
    this.#fresh();
    const committed = new Map(
      committedPositions(this.#tables, group).map((position) => [
        `${position.topic}/${position.partition}`,
        position,
      ]),
    );
    const lags: (GroupPosition & { lag: number })[] = [];
    for (const topic of groupTopics(this.#tables, group)) {
      for (const { partition, startOffset, endOffset } of (await this.describe(topic)).partitions) {
        const nextOffset = Math.max(startOffset, committed.get(`${topic}/${partition}`)?.nextOffset ?? 0);
        lags.push({ topic, partition, nextOffset, lag: Math.max(0, endOffset - nextOffset) });
      }
    }
    return lags;
  }

  onAppend(topic: string, listener: () => void): () => void {
    this.#fresh();
    const entry = { topic, listener, ends: '' };
    this.#listeners.add(entry);
    // In this order: what is appended from here on wakes this thread.
    this.#watch();
    this.#tables.environment.resetReadTxn();
    entry.ends = this.#ends(topic);
    return () => {
      this.#listeners.delete(entry);
      this.#watch();
    };
  }

  enforceRetention(now: number): Promise<void> {
    // One after another, so that closing has one promise to wait for.
    const enforced = this.#enforcing.then(() => this.#enforceRetention(now));
    this.#enforcing = enforced.catch(() => undefined);
    return enforced;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    for (const subscription of this.#subscriptions) await subscription.close();
    this.#closed = true;
    clearInterval(this.#retention);
    this.#listeners.clear();
    this.#wakeup.stop();
    for (const wake of this.#waiters) wake();
    await this.#enforcing;
    await this.#queue.idle();
    await this.#tables.environment.close();
  }

  async #enforceRetention(now: number): Promise<void> {
    this.#fresh();
    for (const { stored } of listTopics(this.#tables)) {
      for (let partition = 0; partition < stored.partitions; partition++) {
        const ended = () => this.#closed;
        await applyRetention(this.#tables, this.#queue, { topic: stored, partition, now, ended });
      }
    }
  }

  /** Calls `wake` once, after the next append or when the log closes; returns what cancels it. */
  #wait(wake: () => void): () => void {
    const waiter = () => {
      this.#waiters.delete(waiter);
      wake();
    };
    this.#waiters.add(waiter);
    this.#watch();
    return () => {
      this.#waiters.delete(waiter);
      this.#watch();
    };
  }

  #watch(): void {
    if (this.#waiters.size + this.#listeners.size > 0 && !this.#closed)
      this.#wakeup.start(this.#waiters.size > 0);
    else this.#wakeup.stop();
  }

  #wake(): void {
    if (this.#closed) return;
    this.#tables.environment.resetReadTxn();
    for (const entry of [...this.#listeners]) {
      const ends = this.#ends(entry.topic);
      if (ends === entry.ends) continue;
      entry.ends = ends;
      entry.listener();
    }
    for (const wake of [...this.#waiters]) wake();
    this.#watch();
  }

  #ends(topic: string): string {
    const stored = getTopic(this.#tables, topic);
    if (!stored) return '';
    let ends = '';
    for (let p = 0; p < stored.partitions; p++)
      ends += `${getPartition(this.#tables, stored.id, p).endOffset} `;
    return ends;
  }

  #checkCommit(group: string, positions: readonly GroupPosition[]): void {
    checkName('group', group);
    for (const position of positions) {
      this.#partition(position.topic, position.partition);
      checkPosition(position, group);
    }
  }

  #open(): void {
    if (this.#closed) throw new BusError('SKP_BUS_CLOSED', `The event log in ${this.#folder} is closed`);
  }

  /** lmdb-js keeps a snapshot for the length of a turn; other threads may have written since. */
  #fresh(): void {
    this.#open();
    this.#tables.environment.resetReadTxn();
  }

  #topic(topic: string): StoredTopic {
    const known = this.#topics.get(topic);
    if (known) return known;
    this.#tables.environment.resetReadTxn();
    const stored = getTopic(this.#tables, topic);
    if (!stored) {
      throw new BusError('SKP_BUS_TOPIC_UNKNOWN', `There is no topic ${JSON.stringify(topic.slice(0, 80))}`, {
        hint: 'Call ensureTopic first.',
      });
    }
    this.#topics.set(topic, stored);
    return stored;
  }

  #partition(topic: string, partition: number): StoredTopic {
    const stored = this.#topic(topic);
    if (Number.isInteger(partition) && partition >= 0 && partition < stored.partitions) return stored;
    throw new BusError('SKP_BUS_PARTITION', `Topic ${topic} has no partition ${partition}`, {
      hint: `Its partitions are 0 to ${stored.partitions - 1}.`,
    });
  }

  async #explain(cause: unknown, bytes: number): Promise<BusError> {
    if (await isDiskFull(cause, this.#folder, bytes)) {
      return new BusError(
        'SKP_BUS_FULL',
        `No room on the disk for ${bytes} bytes in ${this.#folder}; nothing was written`,
        {
          cause,
          hint: 'Free space or shorten the retention of topics; appends go on by themselves then.',
        },
      );
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new BusError(
      'SKP_BUS_WRITE',
      `Writing to ${this.#folder} failed: ${reason}; nothing was written`,
      { cause },
    );
  }
}
