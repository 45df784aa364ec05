/**
 * The workers of one process and their partitions. Each partition has one worker, so that its events stay in order; a worker
 * that dies is started again where its last batch ended.
 *
 * A batch that ends its worker again and again is worked in smaller pieces, in a worker of its own so that it holds up nothing
 * else, until the record that does it stands alone; that one is set aside as an error (see suspicion.ts). A worker that is at one
 * batch for too long is ended, which counts the same.
 */
import type { Notifier } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import type { ClusterSettings } from '../engines/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import { errorTopic, replayedTopic } from './error-event.ts';
import type { IndexSink } from './index-sink.ts';
import { countBatch } from './pack.ts';
import { type PartitionState, PartitionTable, type PartitionTableOptions } from './partition-table.ts';
import { forwardTopics } from './routing.ts';
import { type PoisonedRecord, setAside } from './set-aside.ts';
import { Suspicion } from './suspicion.ts';
import type { WorkerPool } from './worker-pool.ts';
import type {
  Assignment,
  FromWorker,
  GivenDatabases,
  ToWorker,
  WorkedBatch,
  WorkerStart,
} from './worker-protocol.ts';
import { restartAfterMs, type WorkerEvents, WorkerThread } from './worker-thread.ts';

export interface TopologyOptions extends PartitionTableOptions, WorkerEvents {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  readonly notifier: Notifier;
  readonly logId: string;
  readonly sink: IndexSink;
  readonly clock: { now(): number };
  readonly onUnreadable: (told: {
    readonly sensor: string;
    readonly message: string;
    readonly hint: string | null;
  }) => void;
  readonly onSetAside: (record: PoisonedRecord) => void;
}

interface Member {
  /** The partitions of this home; of one of them when `alone` is set. */
  readonly home: number;
  readonly alone: PartitionState | null;
  readonly thread: WorkerThread<ToWorker, FromWorker>;
  /** Told to stop: its end is no death. */
  retired: boolean;
}

export class Topology implements WorkerPool {
  readonly #options: TopologyOptions;
  readonly #table: PartitionTable;
  /** One for each home, always; and those of partitions that are worked alone. */
  readonly #homes: Member[] = [];
  readonly #alone = new Map<PartitionState, Member>();
  #databases: GivenDatabases | null = null;
  #snapshot: Snapshot;
  #stopping = false;

  private constructor(options: TopologyOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
    this.#table = new PartitionTable(options);
  }

  static async start(options: TopologyOptions, snapshot: Snapshot): Promise<Topology> {
    const topology = new Topology(options, snapshot);
    const { log, retention } = options;
    await log.ensureTopic(errorTopic, { partitions: 1, ...retention });
    await log.ensureTopic(replayedTopic, { partitions: 1, ...retention });
    await topology.#takeOver(snapshot);
    for (let home = 0; home < options.workers; home++) topology.#homes.push(topology.#spawn(home, null));
    await Promise.all(topology.#homes.map(({ thread }) => thread.ready));
    return topology;
  }

  /** Workers that do not run at present. */
  get down(): number {
    return this.#stopping ? 0 : this.#members().filter(({ thread }) => thread.isDown).length;
  }

  /** Partitions in which records are looked for that end their worker. */
  get suspected(): readonly {
    readonly sensor: string;
    readonly topic: string;
    readonly partition: number;
  }[] {
    return this.#table
      .all()
      .filter(({ suspicion }) => suspicion?.isFirm === true)
      .map(({ sensor, topic, partition }) => ({ sensor: sensor ?? '', topic, partition }));
  }

  /** Partitions whose log is damaged where they are read next. */
  get unreadable(): readonly { readonly sensor: string; readonly message: string }[] {
    return this.#table
      .all()
      .flatMap(({ sensor, unreadable }) =>
        sensor === null || unreadable === null ? [] : [{ sensor, message: unreadable }],
      );
  }

  /** What workers say of a store on other machines that does not answer them, once for all of them. */
  get storeAway(): RemoteStatus | null {
    return this.#members().find(({ thread }) => thread.storeAway !== null)?.thread.storeAway ?? null;
  }

  async configure(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    await this.#takeOver(snapshot);
    for (const member of this.#members()) this.#assign(member);
  }

  setDatabases(databases: GivenDatabases): void {
    this.#databases = { ...this.#databases, ...databases };
    for (const { thread } of this.#members()) thread.tell({ type: 'databases', ...databases });
  }

  /** Lets the workers finish the batch at hand. What they posted is in the sink by then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#members().map(({ thread }) => thread.stop()));
  }

  #members(): Member[] {
    return [...this.#homes, ...this.#alone.values()];
  }

  async #takeOver(snapshot: Snapshot): Promise<void> {
    await this.#table.configure(snapshot);
    const { log, partitions, retention, onRefused } = this.#options;
    for (const topic of forwardTopics(snapshot)) {
      try {
        await log.ensureTopic(topic, { partitions, ...retention });
      } catch (error) {
        onRefused(topic, `the topic cannot be written: ${(error as Error).message}`, null);
      }
    }
  }

  #assignments(home: number, alone: PartitionState | null): Assignment[] {
    const states = alone === null ? this.#table.all().filter((one) => one.home === home) : [alone];
    return states.flatMap((state) => {
      const { id, sensor, topic, partition, next: offset, suspicion } = state;
      if (sensor === null || (alone === null && this.#alone.has(state))) return [];
      const careful = suspicion === null ? {} : { careful: suspicion.careful };
      return [{ id, sensor, topic, partition, offset, ...careful }];
    });
  }

  #assign(member: Member): void {
    const assignments = this.#assignments(member.home, member.alone);
    member.thread.tell({ type: 'config', snapshot: this.#snapshot, assignments });
  }

  #spawn(home: number, alone: PartitionState | null): Member {
    const { cluster, dataFolder, notifier, logId } = this.#options;
    const start: Omit<WorkerStart, 'atWork'> = {
      cluster,
      dataFolder,
      notifier,
      logId,
      snapshot: this.#snapshot,
      assignments: this.#assignments(home, alone),
    };
    const thread = new WorkerThread<ToWorker, FromWorker>({
      file: new URL('./worker.ts', import.meta.url),
      name: alone === null ? `pipeline-${home}` : `pipeline-alone-${alone.id}`,
      label: alone === null ? `${home}` : `alone-${alone.id}`,
      start,
      events: this.#options,
      placeOf: (partition) => {
        const topic = this.#table.byId(partition)?.topic;
        return topic === undefined ? undefined : { topic, suspected: alone !== null };
      },
      onMessage: (message) => {
        if (message.type === 'batch') this.#took(member, message);
        else this.#cannotRead(message.id, message.message, message.hint);
      },
      onExit: (death) => {
        if (member.retired) this.#giveBack(member);
        else if (!this.#stopping) void this.#died(member, death);
      },
    });
    const member: Member = { home, alone, thread, retired: false };
    if (this.#databases !== null) thread.tell({ type: 'databases', ...this.#databases });
    return member;
  }

  async #died(member: Member, death: Error): Promise<void> {
    const { onWorkerDied, metrics } = this.#options;
    const { at } = member.thread;
    const state = at === null ? undefined : this.#table.byId(at.partition);
    const guilty = state !== undefined && at !== null && at.from === state.next;
    metrics.errors('stage', 'worker', (guilty ? state.sensor : null) ?? '', 1);
    onWorkerDied(death);
    if (guilty) await this.#suspect(state, at.from, at.count, death);
    setTimeout(() => this.#replace(member), restartAfterMs(guilty && state.suspicion !== null));
  }

  async #suspect(state: PartitionState, from: number, count: number, death: Error): Promise<void> {
    state.suspicion ??= new Suspicion(from, count);
    const offset = state.suspicion.died(from, count);
    if (offset === null) return;
    const { sink, metrics, log, logId, clock, onSetAside } = this.#options;
    const { topic, partition } = state;
    const poisoned = { sensor: state.sensor ?? '', topic, partition, offset, reason: death };
    try {
      const batch = await setAside(poisoned, { log, logId, now: clock.now() });
      sink.add({ ...batch, done: () => undefined });
    } catch (error) {
      // The log cannot be read at present: the record is tried again, and found again.
      this.#options.onWorkerDied(error as Error);
      return;
    }
    state.next = offset + 1;
    if (state.suspicion.passed(state.next)) state.suspicion = null;
    metrics.errors('stage', 'quarantine', poisoned.sensor, 1);
    onSetAside(poisoned);
  }

  /** Taken now and not before: sensors may have been added while it was down. */
  #replace(member: Member): void {
    if (this.#stopping) return;
    const { home, alone } = member;
    if (alone !== null) {
      this.#alone.delete(alone);
      if (alone.suspicion === null) this.#assign(this.#homes[home]!);
    }
    for (const state of this.#table.all()) {
      if (state.home === home && state.suspicion?.isFirm === true && !this.#alone.has(state)) {
        this.#alone.set(state, this.#spawn(home, state));
      }
    }
    if (alone === null) this.#homes[home] = this.#spawn(home, null);
  }

  #giveBack(member: Member): void {
    if (member.alone === null || this.#alone.get(member.alone) !== member) return;
    this.#alone.delete(member.alone);
    if (!this.#stopping) this.#assign(this.#homes[member.home]!);
  }

  #took(member: Member, batch: WorkedBatch): void {
    const { sink } = this.#options;
    const { source } = batch;
    const state = this.#table.at(source.topic, source.partition);
    if (state !== undefined) {
      state.next = source.nextOffset;
      state.unreadable = null;
      if (state.suspicion?.passed(state.next) === true) {
        state.suspicion = null;
        if (member.alone === state) {
          member.retired = true;
          void member.thread.stop();
        }
      }
    }
    countBatch(this.#options.metrics, batch, batch.events);
    sink.add({
      batch: { events: batch.events, source, ...(batch.mayRepeat ? { mayRepeat: true } : {}) },
      records: batch.records,
      done: () => member.thread.tell({ type: 'written', batches: 1 }),
    });
  }

  #cannotRead(id: number, message: string, hint: string | null): void {
    const state = this.#table.byId(id);
    if (state === undefined) return;
    // Said once, not at each try.
    if (state.unreadable === null) this.#options.onUnreadable({ sensor: state.sensor ?? '', message, hint });
    state.unreadable = message;
  }
}
