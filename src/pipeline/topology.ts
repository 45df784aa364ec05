/**
 * The workers of one process and their partitions. Each partition has one worker, so that its events stay in order; a worker
 * that dies is started again where its last batch ended.
 */
import { Worker } from 'node:worker_threads';
import type { EventLog, Notifier, TopicDescription } from '../bus/index.ts';
import type { Snapshot } from '../config/index.ts';
import { SkoposError } from '../errors.ts';
import type { Metrics } from '../metrics/index.ts';
import { errorTopic } from './error-event.ts';
import type { IndexSink } from './index-sink.ts';
import type { Assignment, FromWorker, ToWorker, WorkedBatch, WorkerStart } from './worker-protocol.ts';

export interface TopologyOptions {
  readonly log: EventLog;
  readonly logFolder: string;
  readonly storeFolder: string;
  readonly notifier: Notifier;
  readonly logId: string;
  readonly sink: IndexSink;
  readonly metrics: Metrics;
  readonly workers: number;
  /** Positions stored with the events. */
  readonly positions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly nextOffset: number;
  }[];
  readonly onRefused: (sensor: string, message: string, hint: string | null) => void;
  /** Told when events wait for `setDatabases`; once for each worker. */
  readonly onDatabasesWanted: () => void;
  readonly onGeoV6Wanted: () => void;
  readonly onWorkerDied: (error: Error) => void;
  /** Partitions of topics that are made for sensors. */
  readonly partitions: number;
  readonly retention: { readonly retentionMs?: number; readonly retentionBytes?: number };
}

interface Member {
  worker: Worker;
  readonly assignments: Assignment[];
  ready: Promise<void>;
}

export class Topology {
  readonly #options: TopologyOptions;
  readonly #members: Member[] = [];
  /** Where the next batch of each partition begins: handed to the sink, written or not. */
  readonly #handed = new Map<string, number>();
  /** The sensor that each partition is read for. */
  readonly #assigned = new Map<string, string>();
  #databases: { geo?: readonly Uint8Array[]; asn?: Uint8Array } | null = null;
  #snapshot: Snapshot;
  #stopping = false;

  private constructor(options: TopologyOptions, snapshot: Snapshot) {
    this.#options = options;
    this.#snapshot = snapshot;
    for (const { topic, partition, nextOffset } of options.positions)
      this.#handed.set(key(topic, partition), nextOffset);
  }

  static async start(options: TopologyOptions, snapshot: Snapshot): Promise<Topology> {
    const topology = new Topology(options, snapshot);
    await options.log.ensureTopic(errorTopic, { partitions: 1, ...options.retention });
    const assignments = await topology.#newAssignments(snapshot);
    for (let number = 0; number < options.workers; number++) {
      topology.#members.push(topology.#spawn(number, assignments.get(number) ?? []));
    }
    await Promise.all(topology.#members.map((member) => member.ready));
    return topology;
  }

  /** Workers that do not run at present. */
  get down(): number {
    return this.#stopping ? 0 : this.#members.filter((member) => member.worker.threadId < 0).length;
  }

  async configure(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    const added = await this.#newAssignments(snapshot);
    for (const [number, member] of this.#members.entries()) {
      const own = added.get(number) ?? [];
      member.assignments.push(...own);
      this.#tell(member, { type: 'config', snapshot, added: own });
    }
  }

  setDatabases(databases: { readonly geo?: readonly Uint8Array[]; readonly asn?: Uint8Array }): void {
    this.#databases = { ...this.#databases, ...databases };
    for (const member of this.#members) this.#tell(member, { type: 'databases', ...databases });
  }

  /** Lets the workers finish the batch at hand. What they posted is in the sink by then. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#members.map(
        ({ worker }) =>
          new Promise<void>((resolve) => {
            if (worker.threadId < 0) return resolve();
            worker.once('exit', () => resolve());
            worker.postMessage({ type: 'stop' } satisfies ToWorker);
          }),
      ),
    );
  }

  async #newAssignments(snapshot: Snapshot): Promise<Map<number, Assignment[]>> {
    const { log, partitions, retention, workers } = this.#options;
    const added = new Map<number, Assignment[]>();
    for (const [sensor, { sensorTopic: topic }] of snapshot.parsers) {
      let description: TopicDescription;
      try {
        await log.ensureTopic(topic, { partitions, ...retention });
        description = await log.describe(topic);
      } catch (error) {
        // One sensor whose topic cannot be read keeps no other from being read.
        const hint = error instanceof SkoposError ? (error.hint ?? null) : null;
        this.#options.onRefused(sensor, `its topic cannot be read: ${(error as Error).message}`, hint);
        continue;
      }
      const reader = this.#assigned.get(key(topic, 0));
      if (reader !== undefined && reader !== sensor) {
        this.#options.onRefused(
          sensor,
          `its topic ${topic} is read for ${reader} already`,
          'Give each sensor a topic of its own (sensorTopic); start again after a topic went from one sensor to another.',
        );
        continue;
      }
      for (const { partition } of description.partitions) {
        const id = key(topic, partition);
        if (this.#assigned.has(id)) continue;
        // Spread over the workers, one topic's partitions on different ones.
        const number = this.#assigned.size % workers;
        this.#assigned.set(id, sensor);
        const list = added.get(number) ?? [];
        list.push({ sensor, topic, partition, offset: this.#handed.get(id) ?? 0 });
        added.set(number, list);
      }
    }
    return added;
  }

  #spawn(number: number, assignments: Assignment[]): Member {
    const { logFolder, storeFolder, notifier, logId } = this.#options;
    const data: WorkerStart = {
      logFolder,
      storeFolder,
      notifier,
      logId,
      snapshot: this.#snapshot,
      assignments,
    };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: data,
      name: `pipeline-${number}`,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    let isReady: () => void = () => undefined;
    const member: Member = {
      worker,
      assignments,
      ready: new Promise((resolve) => {
        isReady = resolve;
      }),
    };
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'batch') this.#took(worker, message);
      else if (message.type === 'ready') isReady();
      else if (message.type === 'refused')
        this.#options.onRefused(message.sensor, message.message, message.hint);
      else if (message.type === 'databases-wanted') this.#options.onDatabasesWanted();
      else if (message.type === 'geo-v6-wanted') this.#options.onGeoV6Wanted();
    });
    worker.on('error', (error) => {
      this.#options.onWorkerDied(error as Error);
      isReady();
    });
    worker.on('exit', () => {
      if (!this.#stopping) this.#replace(number);
    });
    if (this.#databases !== null) this.#tell(member, { type: 'databases', ...this.#databases });
    return member;
  }

  #replace(number: number): void {
    const old = this.#members[number];
    if (old === undefined) return;
    setTimeout(() => {
      if (this.#stopping) return;
      // Taken now and not before: sensors may have been added while it was down.
      const resumed = old.assignments.map((one) => ({
        ...one,
        offset: this.#handed.get(key(one.topic, one.partition)) ?? one.offset,
      }));
      this.#members[number] = this.#spawn(number, resumed);
    }, 1_000);
  }

  #took(worker: Worker, batch: WorkedBatch): void {
    const { sink, metrics } = this.#options;
    const { sensor, source } = batch;
    this.#handed.set(key(source.topic, source.partition), source.nextOffset);
    const stage = ['stage', 'pipeline', sensor] as const;
    metrics.received(...stage, batch.received, batch.bytes);
    metrics.seconds('stage', 'pipeline', batch.seconds);
    const failed = batch.errors.length;
    if (failed > 0) metrics.errors(...stage, failed);
    if (batch.ruleErrors > 0) metrics.errors('stage', 'triage', sensor, batch.ruleErrors);
    if (batch.filtered > 0) metrics.dropped(...stage, 'filtered', batch.filtered);
    if (batch.empty > 0) metrics.dropped(...stage, 'no message', batch.empty);
    for (const events of batch.events) if (events.sensor === sensor) metrics.sent(...stage, events.count);
    sink.add({
      batch: { events: batch.events, source },
      errors: batch.errors,
      done: () => worker.postMessage({ type: 'written', batches: 1 } satisfies ToWorker),
    });
  }

  #tell(member: Member, message: ToWorker): void {
    member.worker.postMessage(message);
  }
}

function key(topic: string, partition: number): string {
  return `${partition}/${topic}`;
}
