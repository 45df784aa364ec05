/**
 * The end of the pipeline: gathers what the workers send and writes it in large transactions, positions included. One write
 * is under way at a time; what arrives meanwhile makes up the next one.
 */
import type { EventLog } from '../bus/index.ts';
import type { EventIndex, IndexBatch, SourceRange } from '../index/index.ts';
import { Outbox, type OutboxRecord } from './outbox.ts';

export interface SinkBatch {
  readonly batch: IndexBatch & { readonly source: SourceRange };
  /** Records for other topics: appended before the batch is written, once (see outbox.ts). */
  readonly records: readonly OutboxRecord[];
  /** Called when the batch is searchable. */
  done(): void;
}

export interface CommitNotice {
  readonly events: number;
  readonly alerts: number;
  /** Time the write took, seconds. */
  readonly seconds: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface IndexSinkOptions {
  readonly index: EventIndex;
  readonly log: EventLog;
  readonly clock: { now(): number };
  /** Told of every committed write. */
  readonly onCommit?: (notice: CommitNotice) => void;
  /** Told when a write failed and will be tried again; `attempt` from 1. */
  readonly onRetry?: (error: Error, attempt: number) => void;
  /** Told of events that the index refused for good. */
  readonly onRefused?: (refused: readonly { sensor: string; line: string; reason: string }[]) => void;
  /** Events written in one transaction at most. */
  readonly maxEvents?: number;
}

const fewEvents = 1_000;
const gatherMs = 100;
/** Bytes written in one transaction, about: they take room on the disk more than once for a while. */
const mostBytes = 32 * 1024 * 1024;

export class IndexSink {
  readonly #options: IndexSinkOptions;
  readonly #outbox: Outbox;
  #queue: SinkBatch[] = [];
  #queued = 0;
  #running: Promise<void> | null = null;
  #stopping = false;
  #stopped = false;
  #lastWrite = Number.NEGATIVE_INFINITY;
  #failing: Error | null = null;
  #wake: (() => void) | null = null;

  constructor(options: IndexSinkOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.log);
  }

  add(batch: SinkBatch): void {
    this.#queue.push(batch);
    this.#queued += countEvents(batch.batch);
    this.#running ??= this.#run();
  }

  /** Events accepted but not yet searchable. */
  get pending(): number {
    return this.#queued;
  }

  /** The error that keeps writes from succeeding at present, or null. */
  get failing(): Error | null {
    return this.#failing;
  }

  /** Resolves when everything added so far is written. */
  async flush(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  /** Writes what is there, once: batches that the index does not take stay in the log, and are read from there at the next start. */
  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#failing !== null) this.#stopped = true;
    this.#wake?.();
    await this.flush();
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#stopped) {
      // A transaction costs about the same for one event as for hundreds: few events that follow others wait for more.
      const since = performance.now() - this.#lastWrite;
      if (this.#queued < fewEvents && since < gatherMs) await this.#pause(gatherMs - since);
      await this.#write(this.#take());
      this.#lastWrite = performance.now();
    }
    // In the same turn as the check of the queue: what is added from now on starts a run of its own.
    this.#running = null;
  }

  #take(): SinkBatch[] {
    const limit = this.#options.maxEvents ?? 50_000;
    let events = 0;
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && (count === 0 || (events < limit && bytes < mostBytes))) {
      const { batch } = this.#queue[count]!;
      // What may repeat is compared with what is stored, so that must be what came before it.
      if (count > 0 && batch.mayRepeat === true) break;
      count++;
      events += countEvents(batch);
      bytes += countBytes(batch);
    }
    return this.#queue.splice(0, count);
  }

  async #write(all: readonly SinkBatch[]): Promise<void> {
    const { index, clock } = this.#options;
    let taken = all;
    let appended = false;
    for (let attempt = 1; !this.#stopped; attempt++) {
      const started = performance.now();
      try {
        if (!appended)
          await this.#outbox.append(taken.map(({ batch, records }) => ({ source: batch.source, records })));
        appended = true;
        const report = await index.write(taken.map((one) => one.batch));
        this.#failing = null;
        if (report.refused.length > 0) this.#options.onRefused?.(report.refused);
        for (const one of taken) {
          this.#queued -= countEvents(one.batch);
          one.done();
        }
        this.#options.onCommit?.({
          events: report.written,
          alerts: taken.reduce((sum, one) => sum + countAlerts(one.batch), 0),
          seconds: (performance.now() - started) / 1000,
          at: clock.now(),
        });
        return;
      } catch (error) {
        this.#failing = error as Error;
        this.#options.onRetry?.(error as Error, attempt);
        // What has no room together may have it one by one.
        if (taken.length > 1 && (error as { code?: unknown }).code === 'SKP_INDEX_FULL') {
          this.#queue.unshift(...taken.slice(1));
          taken = taken.slice(0, 1);
        }
        if (this.#stopping) {
          this.#stopped = true;
          return;
        }
        await this.#pause(Math.min(100 * 2 ** attempt, 5_000));
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function countEvents(batch: IndexBatch): number {
  return batch.events.reduce((sum, events) => sum + events.count, 0);
}

function countBytes(batch: IndexBatch): number {
  return batch.events.reduce((sum, events) => sum + events.ndjson.length, 0);
}

function countAlerts(batch: IndexBatch): number {
  return batch.events.reduce((sum, events) => sum + events.alerts.length, 0);
}
