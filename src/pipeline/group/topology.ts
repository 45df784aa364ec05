/**
 * The workers of one process where the bus is shared with other processes: each thread is a member of the consumer group. A worker that
 * dies is started again under its name, so that it has its partitions again without the others noticing; records that end it are
 * found and set aside as in a process by itself (see ../suspicion.ts).
 */
import { Worker } from 'node:worker_threads';
import type { Snapshot } from '../../config/index.ts';
import type { ClusterSettings } from '../../engines/index.ts';
import { SkoposError } from '../../errors.ts';
import type { Metrics } from '../../metrics/index.ts';
import type { RemoteStatus } from '../../store/index.ts';
import { AtWork } from '../at-work.ts';
import type { IndexSink } from '../index-sink.ts';
import { countBatch } from '../pack.ts';
import type { PoisonedRecord } from '../set-aside.ts';
import { Suspicion } from '../suspicion.ts';
import { threadMemory } from '../thread-memory.ts';
import type { WorkerPool } from '../worker-pool.ts';
import type { FromGroupWorker, GroupBatch, GroupWorkerStart, Suspect, ToGroupWorker } from './protocol.ts';

export interface GroupTopologyOptions {
  readonly cluster: ClusterSettings;
  readonly dataFolder: string;
  /** Consumer group of all workers of the installation. */
  readonly group: string;
  /** Names this process among those of the group, the same after each start. */
  readonly process: string;
  readonly workers: number;
  /** Writes the events; null: they go to the topic `indexing`. */
  readonly sink: IndexSink | null;
  readonly metrics: Metrics;
  /** How long a worker may be at one batch, seconds; a third of it while records are suspected. Default 30. */
  readonly hungSeconds?: number;
  /** How long a worker may take to finish what it has when partitions are taken from it, ms. */
  readonly drainMs?: number;
  readonly onDatabasesWanted: () => void;
  readonly onGeoV6Wanted: () => void;
  readonly onWorkerDied: (error: Error) => void;
  readonly onRefused: (sensor: string, message: string, hint: string | null) => void;
  readonly onSetAside: (record: PoisonedRecord) => void;
  /** Told when a worker lost the servers of the store, and when it has them again. */
  readonly onStore?: (status: RemoteStatus) => void;
}

type Status = Extract<FromGroupWorker, { type: 'status' }>;

interface Member {
  readonly name: string;
  readonly worker: Worker;
  readonly atWork: AtWork;
  readonly ready: Promise<void>;
  readonly partitions: Map<number, { readonly topic: string; readonly partition: number }>;
  status: Status | null;
  store: RemoteStatus | null;
  death: Error | null;
  seen: { number: number; looks: number };
}

interface Suspected {
  readonly topic: string;
  readonly partition: number;
  suspicion: Suspicion | null;
  poisoned: { offset: number; reason: string }[];
}

const lookEveryMs = 1_000;
const restartMs = 1_000;
const restartSuspectedMs = 100;

export class GroupTopology implements WorkerPool {
  readonly #options: GroupTopologyOptions;
  readonly #members: Member[] = [];
  readonly #suspected = new Map<string, Suspected>();
  #databases: { geo?: readonly Uint8Array[]; asn?: Uint8Array } | null = null;
  #snapshot: Snapshot;
  #stopping = false;
  readonly #look: NodeJS.Timeout;

  private constructor(options: GroupTopologyOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
    this.#look = setInterval(() => this.#endHung(), lookEveryMs).unref();
  }

  /** The topics must exist. Resolves when the workers are members of the group; they may have no partitions yet. */
  static async start(options: GroupTopologyOptions, snapshot: Snapshot): Promise<GroupTopology> {
    const topology = new GroupTopology(options, snapshot);
    for (let at = 0; at < options.workers; at++)
      topology.#members.push(topology.#spawn(`${options.process}-${at}`));
    await Promise.all(topology.#members.map(({ ready }) => ready));
    return topology;
  }

  get storeAway(): RemoteStatus | null {
    return this.#members.find(({ store }) => store !== null && store.down !== null)?.store ?? null;
  }

  get down(): number {
    return this.#stopping ? 0 : this.#members.filter(({ worker }) => worker.threadId < 0).length;
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
    for (const member of this.#members) tell(member, { type: 'config', snapshot });
  }

  setDatabases(databases: { readonly geo?: readonly Uint8Array[]; readonly asn?: Uint8Array }): void {
    this.#databases = { ...this.#databases, ...databases };
    for (const member of this.#members) tell(member, { type: 'databases', ...databases });
  }

  /** The workers finish what they have read, commit it, and let their partitions go. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#members.map(
        (member) =>
          new Promise<void>((resolve) => {
            if (member.worker.threadId < 0) return resolve();
            member.worker.once('exit', () => resolve());
            tell(member, { type: 'stop' });
          }),
      ),
    );
    clearInterval(this.#look);
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
    const atWork = new AtWork();
    const data: GroupWorkerStart = {
      cluster,
      dataFolder,
      group,
      member: name,
      destination: sink === null ? 'topic' : 'index',
      drainMs,
      snapshot: this.#snapshot,
      suspects: this.#suspects(),
      atWork: atWork.shared,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      name,
      resourceLimits: threadMemory(512),
    });
    let isReady: () => void = () => undefined;
    const member: Member = {
      name,
      worker,
      atWork,
      ready: new Promise((resolve) => {
        isReady = resolve;
      }),
      partitions: new Map(),
      status: null,
      store: null,
      death: null,
      seen: { number: -1, looks: 0 },
    };
    worker.on('message', (message: FromGroupWorker) => {
      if (message.type === 'batch') this.#took(member, message);
      else if (message.type === 'ready') isReady();
      else if (message.type === 'partition') member.partitions.set(message.id, message);
      else if (message.type === 'status') member.status = message;
      else if (message.type === 'store') this.#heardOfStore(member, message.status);
      else if (message.type === 'refused')
        this.#options.onRefused(message.sensor, message.message, message.hint);
      else if (message.type === 'set-aside') this.#setAside(message);
      else if (message.type === 'databases-wanted') this.#options.onDatabasesWanted();
      else this.#options.onGeoV6Wanted();
    });
    worker.on('error', (error) => {
      member.death ??= error instanceof Error ? error : new Error(String(error));
      isReady();
    });
    worker.on('exit', (code) => {
      isReady();
      if (!this.#stopping) this.#died(member, code);
    });
    if (this.#databases !== null) tell(member, { type: 'databases', ...this.#databases });
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
      done: () => tell(member, { type: 'written', batches: 1 }),
    });
  }

  #died(member: Member, code: number): void {
    const { onWorkerDied, metrics } = this.#options;
    const death = member.death ?? new Error(`the worker ended with the exit code ${code}`);
    const at = member.atWork.look();
    const place = at === null ? undefined : member.partitions.get(at.partition);
    metrics.errors('stage', 'worker', place === undefined ? '' : this.#sensorOf(place.topic), 1);
    onWorkerDied(death);
    if (at !== null && place !== undefined) this.#suspect(place, at.from, at.count, death);
    setTimeout(
      () => {
        if (this.#stopping) return;
        this.#members[this.#members.indexOf(member)] = this.#spawn(member.name);
      },
      place === undefined ? restartMs : restartSuspectedMs,
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

  /** It may come once more, when the worker dies before that was committed: the record stays known. */
  #heardOfStore(member: Member, status: RemoteStatus): void {
    const before = member.store?.down ?? null;
    member.store = status;
    this.#options.metrics.store(member.name, status);
    if ((before === null) !== (status.down === null)) this.#options.onStore?.(status);
  }

  #setAside({ topic, partition, offset }: { topic: string; partition: number; offset: number }): void {
    const { metrics, onSetAside } = this.#options;
    const sensor = this.#sensorOf(topic);
    const reason = this.#suspected
      .get(nameOf(topic, partition))
      ?.poisoned.find((one) => one.offset === offset)?.reason;
    metrics.errors('stage', 'quarantine', sensor, 1);
    onSetAside({ sensor, topic, partition, offset, reason: new Error(reason ?? '') });
  }

  /** Ends workers that are at one batch for too long. Looks are counted, not hours: a machine that slept is no worker that hung. */
  #endHung(): void {
    for (const member of this.#members) {
      const at = member.atWork.look();
      if (at === null || at.waits || at.number !== member.seen.number) {
        member.seen = { number: at?.number ?? -1, looks: 0 };
        continue;
      }
      member.seen.looks++;
      const place = member.partitions.get(at.partition);
      const suspected = place !== undefined && this.#suspected.has(nameOf(place.topic, place.partition));
      const allowed = (this.#options.hungSeconds ?? 30) / (suspected ? 3 : 1);
      if (member.death !== null || member.seen.looks * lookEveryMs < allowed * 1_000) continue;
      member.death = new SkoposError(
        'SKP_PIPELINE_HUNG',
        `The worker was at one batch for ${member.seen.looks} s: ${at.count} records of ${place?.topic} from ${at.from} on`,
        { hint: 'pipeline.hungSeconds in global.json allows for more time.' },
      );
      void member.worker.terminate();
    }
  }
}

function nameOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function tell(member: Member, message: ToGroupWorker): void {
  member.worker.postMessage(message);
}
