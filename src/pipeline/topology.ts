/**
 * The workers of one process and their partitions. Each partition has one worker, so that its events stay in order; a worker
 * that dies is started again where its last batch ended.
 *
 * A batch that ends its worker again and again is worked in smaller pieces, in a worker of its own so that it holds up nothing
 * else, until the record that does it stands alone; that one is set aside as an error (see suspicion.ts). A worker that is at one
 * batch for too long is ended, which counts the same.
 */
import { Worker } from 'node:worker_threads';
import type { Notifier } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import type { ClusterSettings } from '../engines/index.ts';
import { SkoposError } from '../errors.ts';
import type { Metrics } from '../metrics/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import { AtWork } from './at-work.ts';
import { errorTopic, replayedTopic } from './error-event.ts';
import type { IndexSink } from './index-sink.ts';
import { countBatch } from './pack.ts';
import { type PartitionState, PartitionTable, type PartitionTableOptions } from './partition-table.ts';
import { forwardTopics } from './routing.ts';
import { type PoisonedRecord, setAside } from './set-aside.ts';
import { Suspicion } from './suspicion.ts';
import { threadMemory } from './thread-memory.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { Assignment, FromWorker, ToWorker, WorkedBatch, WorkerStart } from './worker-protocol.ts';

export interface TopologyOptions extends PartitionTableOptions {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  readonly notifier: Notifier;
  readonly logId: string;
  readonly sink: IndexSink;
  readonly metrics: Metrics;
  readonly clock: { now(): number };
  /** How long a worker may be at one batch, seconds; a third of it while records are suspected. Default 30. */
  readonly hungSeconds?: number;
  /** Told when events wait for `setDatabases`; once for each worker. */
  readonly onDatabasesWanted: () => void;
  readonly onGeoV6Wanted: () => void;
  readonly onWorkerDied: (error: Error) => void;
  readonly onUnreadable: (told: {
    readonly sensor: string;
    readonly message: string;
    readonly hint: string | null;
  }) => void;
  readonly onSetAside: (record: PoisonedRecord) => void;
  /** Told when a worker lost the servers of the store, and when it has them again. */
  readonly onStore?: (status: RemoteStatus) => void;
}

interface Member {
  /** The partitions of this home; of one of them when `alone` is set. */
  readonly home: number;
  readonly alone: PartitionState | null;
  readonly worker: Worker;
  readonly atWork: AtWork;
  readonly ready: Promise<void>;
  /** How it ended, when it did not end by itself. */
  death: Error | null;
  /** Told to stop: its end is no death. */
  retired: boolean;
  /** The batch that it was seen at, and for how many looks. */
  seen: { number: number; looks: number };
  /** What it said last of a store on other machines. */
  store: RemoteStatus | null;
}

const lookEveryMs = 1_000;
const restartMs = 1_000;
const restartSuspectedMs = 100;

export class Topology implements WorkerPool {
  readonly #options: TopologyOptions;
  readonly #table: PartitionTable;
  /** One for each home, always; and those of partitions that are worked alone. */
  readonly #homes: Member[] = [];
  readonly #alone = new Map<PartitionState, Member>();
  #databases: { geo?: readonly Uint8Array[]; asn?: Uint8Array } | null = null;
  #snapshot: Snapshot;
  #stopping = false;
  readonly #look: NodeJS.Timeout;

  private constructor(options: TopologyOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
    this.#table = new PartitionTable(options);
    this.#look = setInterval(() => this.#endHung(), lookEveryMs).unref();
  }

  static async start(options: TopologyOptions, snapshot: Snapshot): Promise<Topology> {
    const topology = new Topology(options, snapshot);
    const { log, retention } = options;
    await log.ensureTopic(errorTopic, { partitions: 1, ...retention });
    await log.ensureTopic(replayedTopic, { partitions: 1, ...retention });
    await topology.#takeOver(snapshot);
    for (let home = 0; home < options.workers; home++) topology.#homes.push(topology.#spawn(home, null));
    await Promise.all(topology.#homes.map((member) => member.ready));
    return topology;
  }

  /** Workers that do not run at present. */
  get down(): number {
    return this.#stopping ? 0 : this.#members().filter(({ worker }) => worker.threadId < 0).length;
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
    return this.#members().find(({ store }) => store !== null && store.down !== null)?.store ?? null;
  }

  async configure(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    await this.#takeOver(snapshot);
    for (const member of this.#members()) this.#assign(member);
  }

  setDatabases(databases: { readonly geo?: readonly Uint8Array[]; readonly asn?: Uint8Array }): void {
    this.#databases = { ...this.#databases, ...databases };
    for (const member of this.#members()) tell(member, { type: 'databases', ...databases });
  }

  /** Lets the workers finish the batch at hand. What they posted is in the sink by then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#members().map(
        (member) =>
          new Promise<void>((resolve) => {
            if (member.worker.threadId < 0) return resolve();
            member.worker.once('exit', () => resolve());
            tell(member, { type: 'stop' });
          }),
      ),
    );
    // Until now: a worker that hangs would not stop.
    clearInterval(this.#look);
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
    tell(member, { type: 'config', snapshot: this.#snapshot, assignments });
  }

  #spawn(home: number, alone: PartitionState | null): Member {
    const { cluster, dataFolder, notifier, logId } = this.#options;
    const atWork = new AtWork();
    const data: WorkerStart = {
      cluster,
      dataFolder,
      notifier,
      logId,
      snapshot: this.#snapshot,
      assignments: this.#assignments(home, alone),
      atWork: atWork.shared,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      name: alone === null ? `pipeline-${home}` : `pipeline-alone-${alone.id}`,
      resourceLimits: threadMemory(512),
    });
    let isReady: () => void = () => undefined;
    const member: Member = {
      home,
      alone,
      worker,
      atWork,
      ready: new Promise((resolve) => {
        isReady = resolve;
      }),
      death: null,
      retired: false,
      seen: { number: -1, looks: 0 },
      store: null,
    };
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'batch') this.#took(member, message);
      else if (message.type === 'ready') isReady();
      else if (message.type === 'refused')
        this.#options.onRefused(message.sensor, message.message, message.hint);
      else if (message.type === 'unreadable') this.#cannotRead(message.id, message.message, message.hint);
      else if (message.type === 'store') this.#heardOfStore(member, message.status);
      else if (message.type === 'databases-wanted') this.#options.onDatabasesWanted();
      else if (message.type === 'geo-v6-wanted') this.#options.onGeoV6Wanted();
    });
    worker.on('error', (error) => {
      member.death ??= error instanceof Error ? error : new Error(String(error));
      isReady();
    });
    worker.on('exit', (code) => {
      isReady();
      if (member.retired) this.#giveBack(member);
      else if (!this.#stopping) void this.#died(member, code);
    });
    if (this.#databases !== null) tell(member, { type: 'databases', ...this.#databases });
    return member;
  }

  async #died(member: Member, code: number): Promise<void> {
    const { onWorkerDied, metrics } = this.#options;
    const death = member.death ?? new Error(`the worker ended with the exit code ${code}`);
    const at = member.atWork.look();
    const state = at === null ? undefined : this.#table.byId(at.partition);
    const guilty = state !== undefined && at !== null && at.from === state.next;
    metrics.errors('stage', 'worker', (guilty ? state.sensor : null) ?? '', 1);
    onWorkerDied(death);
    if (guilty) await this.#suspect(state, at.from, at.count, death);
    setTimeout(
      () => this.#replace(member),
      guilty && state.suspicion !== null ? restartSuspectedMs : restartMs,
    );
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
          tell(member, { type: 'stop' });
        }
      }
    }
    countBatch(this.#options.metrics, batch, batch.events);
    sink.add({
      batch: { events: batch.events, source, ...(batch.mayRepeat ? { mayRepeat: true } : {}) },
      records: batch.records,
      done: () => tell(member, { type: 'written', batches: 1 }),
    });
  }

  #heardOfStore(member: Member, status: RemoteStatus): void {
    const { metrics, onStore } = this.#options;
    const before = member.store?.down ?? null;
    member.store = status;
    metrics.store(member.alone === null ? `${member.home}` : `alone-${member.alone.id}`, status);
    if ((before === null) !== (status.down === null)) onStore?.(status);
  }

  #cannotRead(id: number, message: string, hint: string | null): void {
    const state = this.#table.byId(id);
    if (state === undefined) return;
    // Said once, not at each try.
    if (state.unreadable === null) this.#options.onUnreadable({ sensor: state.sensor ?? '', message, hint });
    state.unreadable = message;
  }

  /** Ends workers that are at one batch for too long. Looks are counted, not hours: a machine that slept is no worker that hung. */
  #endHung(): void {
    for (const member of this.#members()) {
      const at = member.atWork.look();
      if (at === null || at.waits || at.number !== member.seen.number) {
        member.seen = { number: at?.number ?? -1, looks: 0 };
        continue;
      }
      member.seen.looks++;
      const allowed = (this.#options.hungSeconds ?? 30) / (member.alone === null ? 1 : 3);
      if (member.death !== null || member.seen.looks * lookEveryMs < allowed * 1_000) continue;
      const topic = this.#table.byId(at.partition)?.topic;
      member.death = new SkoposError(
        'SKP_PIPELINE_HUNG',
        `The worker was at one batch for ${member.seen.looks} s: ${at.count} records of ${topic} from ${at.from} on`,
        { hint: 'pipeline.hungSeconds in global.json allows for more time.' },
      );
      void member.worker.terminate();
    }
  }
}

function tell(member: Member, message: ToWorker): void {
  member.worker.postMessage(message);
}
