/** One worker thread as the main thread has it: whether it runs, how it ended, how long it is at a batch, how its store does. */
import { Worker } from 'node:worker_threads';
import { SkoposError } from '../errors.ts';
import type { Metrics } from '../metrics/index.ts';
import type { RemoteStatus } from '../store/index.ts';
import { AtWork, type BatchAtWork } from './at-work.ts';
import { threadMemory } from './thread-memory.ts';
import type { FromAnyWorker, ToAnyWorker } from './worker-protocol.ts';

/** What is heard of workers, of either kind. */
export interface WorkerEvents {
  readonly metrics: Metrics;
  /** How long a worker may be at one batch, seconds; a third of it while records are suspected. Default 30. */
  readonly hungSeconds?: number;
  /** Told when events wait for `setDatabases`; once for each worker. */
  readonly onDatabasesWanted: () => void;
  readonly onGeoV6Wanted: () => void;
  readonly onWorkerDied: (error: Error) => void;
  readonly onRefused: (sensor: string, message: string, hint: string | null) => void;
  /** Told when a worker lost the servers of the store, and when it has them again. */
  readonly onStore?: (status: RemoteStatus) => void;
}

export interface WorkerThreadOptions<From> {
  readonly file: URL;
  readonly name: string;
  /** Its label in the metrics of the store. */
  readonly label: string;
  /** `atWork` is added. */
  readonly start: object;
  readonly events: WorkerEvents;
  /** The partition that it names so; undefined when it is not known any longer. */
  readonly placeOf: (
    partition: number,
  ) => { readonly topic: string; readonly suspected: boolean } | undefined;
  /** What only this kind of worker says. */
  readonly onMessage: (message: Exclude<From, FromAnyWorker>) => void;
  readonly onExit: (death: Error) => void;
}

const lookEveryMs = 1_000;

export class WorkerThread<To, From extends { readonly type: string }> {
  readonly #options: WorkerThreadOptions<From>;
  readonly #worker: Worker;
  readonly #atWork = new AtWork();
  readonly #look: NodeJS.Timeout;
  /** Resolves when it reads, or has ended. */
  readonly ready: Promise<void>;
  /** How it ended, when it did not end by itself. */
  #death: Error | null = null;
  /** The batch that it was seen at, and for how many looks. */
  #seen = { number: -1, looks: 0 };
  #store: RemoteStatus | null = null;

  constructor(options: WorkerThreadOptions<From>) {
    this.#options = options;
    this.#worker = new Worker(options.file, {
      workerData: { ...options.start, atWork: this.#atWork.shared },
      name: options.name,
      resourceLimits: threadMemory(512),
    });
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.#worker.on('message', (message: FromAnyWorker | Exclude<From, FromAnyWorker>) => {
      const { events, onMessage } = options;
      if (!isOfAny(message)) onMessage(message);
      else if (message.type === 'ready') ready.resolve();
      else if (message.type === 'refused') events.onRefused(message.sensor, message.message, message.hint);
      else if (message.type === 'store') this.#heardOfStore(message.status);
      else if (message.type === 'databases-wanted') events.onDatabasesWanted();
      else events.onGeoV6Wanted();
    });
    this.#worker.on('error', (error) => {
      this.#death ??= error instanceof Error ? error : new Error(String(error));
      ready.resolve();
    });
    this.#worker.on('exit', (code) => {
      clearInterval(this.#look);
      ready.resolve();
      options.onExit(this.#death ?? new Error(`the worker ended with the exit code ${code}`));
    });
    this.#look = setInterval(() => this.#endHung(), lookEveryMs).unref();
  }

  get isDown(): boolean {
    return this.#worker.threadId < 0;
  }

  /** A store on other machines that does not answer it. */
  get storeAway(): RemoteStatus | null {
    return this.#store === null || this.#store.down === null ? null : this.#store;
  }

  /** The batch at hand, also of one that has ended. */
  get at(): BatchAtWork | null {
    return this.#atWork.look();
  }

  tell(message: To | ToAnyWorker): void {
    this.#worker.postMessage(message);
  }

  /** Lets it finish what it has. What it posted was heard by then. */
  async stop(): Promise<void> {
    if (this.isDown) return;
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.tell({ type: 'stop' });
    await ended;
  }

  #heardOfStore(status: RemoteStatus): void {
    const { label, events } = this.#options;
    const before = this.#store?.down ?? null;
    this.#store = status;
    events.metrics.store(label, status);
    if ((before === null) !== (status.down === null)) events.onStore?.(status);
  }

  /** Ends it when it is at one batch for too long. Looks are counted, not hours: a machine that slept is no worker that hung. */
  #endHung(): void {
    const { events, placeOf } = this.#options;
    const at = this.at;
    if (at === null || at.waits || at.number !== this.#seen.number) {
      this.#seen = { number: at?.number ?? -1, looks: 0 };
      return;
    }
    this.#seen.looks++;
    const { looks } = this.#seen;
    const place = placeOf(at.partition);
    const allowed = (events.hungSeconds ?? 30) / (place?.suspected === true ? 3 : 1);
    if (this.#death !== null || looks * lookEveryMs < allowed * 1_000) return;
    this.#death = new SkoposError(
      'SKP_PIPELINE_HUNG',
      `The worker was at one batch for ${looks} s: ${at.count} records of ${place?.topic} from ${at.from} on`,
      { hint: 'pipeline.hungSeconds in global.json allows for more time.' },
    );
    void this.#worker.terminate();
  }
}

const ofAny: ReadonlySet<string> = new Set<FromAnyWorker['type']>([
  'ready',
  'refused',
  'store',
  'databases-wanted',
  'geo-v6-wanted',
]);

function isOfAny(message: { readonly type: string }): message is FromAnyWorker {
  return ofAny.has(message.type);
}

/** How soon one that died is started again: at once, almost, when it is to find the record that did it. */
export function restartAfterMs(suspected: boolean): number {
  return suspected ? 100 : 1_000;
}
