/**
 * The workers of one process where the bus is shared with other processes: each thread is a member of the consumer group. A worker that
 * dies is started again under its name, so that it has its partitions again without the others noticing; records that end it are
 * found and set aside as in a process by itself (see ../suspicion.ts).
 */
import type { Snapshot } from '../../config/index.ts';
import type { ClusterSettings } from '../../engines/index.ts';
import type { RemoteStatus } from '../../store/index.ts';
import type { IndexSink } from '../index-sink.ts';
import { countBatch } from '../pack.ts';
import type { PoisonedRecord } from '../set-aside.ts';
import { Suspicion } from '../suspicion.ts';
import type { WorkerPool } from '../worker-pool.ts';
import type { GivenDatabases } from '../worker-protocol.ts';
import { restartAfterMs, type WorkerEvents, WorkerThread } from '../worker-thread.ts';
import type { FromGroupWorker, GroupBatch, GroupWorkerStart, Suspect, ToGroupWorker } from './protocol.ts';

export interface GroupTopologyOptions extends WorkerEvents {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  /** Consumer group of all workers of the installation. */
  readonly group: string;
  /** Names this process among those of the group, the same after each start. */
  readonly process: string;
  readonly workers: number;
  /** Writes the events; null: they go to the topic `indexing`. */
  readonly sink: IndexSink | null;
  /** How long a worker may take to finish what it has when partitions are taken from it, ms. */
  readonly drainMs?: number;
  readonly onSetAside: (record: PoisonedRecord) => void;
}

type Status = Extract<FromGroupWorker, { type: 'status' }>;

interface Member {
  readonly name: string;
  readonly thread: WorkerThread<ToGroupWorker, FromGroupWorker>;
  /** By the numbers that it gave them. */
  readonly partitions: Map<number, { readonly topic: string; readonly partition: number }>;
  status: Status | null;
}

interface Suspected {
  readonly topic: string;
  readonly partition: number;
  suspicion: Suspicion | null;
  poisoned: { offset: number; reason: string }[];
}

export class GroupTopology implements WorkerPool {
  readonly #options: GroupTopologyOptions;
  readonly #members: Member[] = [];
  readonly #suspected = new Map<string, Suspected>();
  #databases: GivenDatabases | null = null;
  #snapshot: Snapshot;
  #stopping = false;

  private constructor(options: GroupTopologyOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
  }

  /** The topics must exist. Resolves when the workers are members of the group; they may have no partitions yet. */
  static async start(options: GroupTopologyOptions, snapshot: Snapshot): Promise<GroupTopology> {
    const topology = new GroupTopology(options, snapshot);
    for (let at = 0; at < options.workers; at++)
      topology.#members.push(topology.#spawn(`${options.process}-${at}`));
    await Promise.all(topology.#members.map(({ thread }) => thread.ready));
    return topology;
  }

  get storeAway(): RemoteStatus | null {
    return this.#members.find(({ thread }) => thread.storeAway !== null)?.thread.storeAway ?? null;
  }

  get down(): number {
    return this.#stopping ? 0 : this.#members.filter(({ thread }) => thread.isDown).length;
  }

  get suspected(): WorkerPool['suspected'] {
    return [...this.#suspected.values()]
      .filter(({ suspicion }) => suspicion?.isFirm === true)
      .map(({ topic, partition }) => ({ sensor: this.#sensorOf(topic), topic, partition }));
  }

  /** What keeps workers from reading or committing. */
  get unreadable(): WorkerPool['unreadable'] {
    return this.#members.flatMap(({ name, status }) =>
      status === null || status.trouble === null
        ? []
        : [{ sensor: `(all, worker ${name})`, message: status.trouble }],
    );
  }

  /** What each worker has, for health and metrics. */
  get members(): readonly {
    readonly name: string;
    readonly assigned: number;
    readonly rebalances: number;
    readonly version: number;
  }[] {
    return this.#members.map(({ name, status }) => ({
      name,
      assigned: status?.assigned ?? 0,
      rebalances: status?.rebalances ?? 0,
      version: status?.version ?? 0,
    }));
  }

  async configure(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    for (const { thread } of this.#members) thread.tell({ type: 'config', snapshot });
  }

  setDatabases(databases: GivenDatabases): void {
    this.#databases = { ...this.#databases, ...databases };
    for (const { thread } of this.#members) thread.tell({ type: 'databases', ...databases });
  }

  /** The workers finish what they have read, commit it, and let their partitions go. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#members.map(({ thread }) => thread.stop()));
  }

  #sensorOf(topic: string): string {
    for (const [sensor, { sensorTopic }] of this.#snapshot.parsers) if (sensorTopic === topic) return sensor;
    return '';
  }

  #suspects(): Suspect[] {
    return [...this.#suspected.values()].map(({ topic, partition, suspicion, poisoned }) => ({
      topic,
      partition,
      careful: suspicion?.careful ?? null,
      poisoned,
    }));
  }

  #spawn(name: string): Member {
    const { cluster, dataFolder, group, sink, drainMs = 30_000 } = this.#options;
    const start: Omit<GroupWorkerStart, 'atWork'> = {
      cluster,
      dataFolder,
      group,
      member: name,
      destination: sink === null ? 'topic' : 'index',
      drainMs,
      snapshot: this.#snapshot,
      suspects: this.#suspects(),
    };
    const partitions: Member['partitions'] = new Map();
    const thread = new WorkerThread<ToGroupWorker, FromGroupWorker>({
      file: new URL('./worker.ts', import.meta.url),
      name,
      label: name,
      start,
      events: this.#options,
      placeOf: (id) => {
        const place = partitions.get(id);
        if (place === undefined) return undefined;
        return { topic: place.topic, suspected: this.#suspected.has(nameOf(place.topic, place.partition)) };
      },
      onMessage: (message) => {
        if (message.type === 'batch') this.#took(member, message);
        else if (message.type === 'partition') partitions.set(message.id, message);
        else if (message.type === 'status') member.status = message;
        else this.#setAside(message);
      },
      onExit: (death) => {
        if (!this.#stopping) this.#died(member, death);
      },
    });
    const member: Member = { name, thread, partitions, status: null };
    if (this.#databases !== null) thread.tell({ type: 'databases', ...this.#databases });
    return member;
  }

  #took(member: Member, batch: GroupBatch): void {
    const { metrics, sink } = this.#options;
    const key = nameOf(batch.topic, batch.source.partition);
    const suspected = this.#suspected.get(key);
    if (suspected?.suspicion?.passed(batch.source.nextOffset) === true) {
      suspected.suspicion = null;
      if (suspected.poisoned.length === 0) this.#suspected.delete(key);
    }
    countBatch(metrics, batch, batch.sent);
    sink?.add({
      batch: { events: batch.events, source: batch.source, ...(batch.mayRepeat ? { mayRepeat: true } : {}) },
      records: [],
      done: () => member.thread.tell({ type: 'written', batches: 1 }),
    });
  }

  #died(member: Member, death: Error): void {
    const { onWorkerDied, metrics } = this.#options;
    const { at } = member.thread;
    const place = at === null ? undefined : member.partitions.get(at.partition);
    metrics.errors('stage', 'worker', place === undefined ? '' : this.#sensorOf(place.topic), 1);
    onWorkerDied(death);
    if (at !== null && place !== undefined) this.#suspect(place, at.from, at.count, death);
    setTimeout(
      () => {
        if (this.#stopping) return;
        this.#members[this.#members.indexOf(member)] = this.#spawn(member.name);
      },
      restartAfterMs(place !== undefined),
    );
  }

  #suspect(
    { topic, partition }: { readonly topic: string; readonly partition: number },
    from: number,
    count: number,
    death: Error,
  ): void {
    const key = nameOf(topic, partition);
    let suspected = this.#suspected.get(key);
    if (suspected === undefined) {
      suspected = { topic, partition, suspicion: null, poisoned: [] };
      this.#suspected.set(key, suspected);
    }
    suspected.suspicion ??= new Suspicion(from, count);
    const offset = suspected.suspicion.died(from, count);
    if (offset === null) return;
    suspected.poisoned.push({ offset, reason: death.message });
    if (suspected.suspicion.passed(offset + 1)) suspected.suspicion = null;
  }

  /** Its position is committed. The record stays known: a member that had lost its partition may read it again. */
  #setAside({ topic, partition, offset }: { topic: string; partition: number; offset: number }): void {
    const { metrics, onSetAside } = this.#options;
    const sensor = this.#sensorOf(topic);
    const reason = this.#suspected
      .get(nameOf(topic, partition))
      ?.poisoned.find((one) => one.offset === offset)?.reason;
    metrics.errors('stage', 'quarantine', sensor, 1);
    onSetAside({ sensor, topic, partition, offset, reason: new Error(reason ?? '') });
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
