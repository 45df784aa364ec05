/** The messages of one topic on their way into the bus: gathered into batches, one append on its way per partition. */
import type { AppendedRange, LogRecord } from '../bus/index.ts';

/** Records that are appended together or not at all, for whoever waits for them. */
export interface AppendJob {
  readonly count: number;
  resolve(range: AppendedRange): void;
  reject(error: Error): void;
}

export interface QueueHost {
  append(topic: string, partition: number, records: readonly LogRecord[]): Promise<AppendedRange>;
  readonly maxBatchRecords: number;
  readonly maxBatchBytes: number;
  readonly lingerMs: number;
  readonly maxRetryMs: number;
  appended(count: number, bytes: number, seconds: number): void;
  /** Records whose sender was told that they were not stored. */
  refused(count: number, bytes: number): void;
  failed(error: Error): void;
}

/** What a record costs in memory beside its bytes, so that a flood of empty lines is bounded as well. */
export const RECORD_OVERHEAD = 128;

interface Batch {
  records: LogRecord[];
  bytes: number;
  /** When its first record came, `performance.now()`. */
  since: number;
  /** Runs of records whose senders wait, in order of `start`; null for none. */
  jobs: { start: number; bytes: number; job: AppendJob }[] | null;
}

interface Lane {
  readonly partition: number;
  /** The batch whose append is on its way. */
  current: Batch | null;
  /** Batches that must go to this partition (ordered sources). */
  keyed: Batch[];
}

const FIRST_RETRY_MS = 50;

export class TopicQueue {
  readonly #topic: string;
  readonly #host: QueueHost;
  readonly #open: () => Promise<number>;
  #partitions: Promise<number> | null = null;
  #lanes: Lane[] = [];
  /** Keyed units that came before the number of partitions was known. */
  #early: { records: readonly LogRecord[]; bytes: number; job: AppendJob; key: string }[] = [];
  /** Batches for any partition, oldest first; the last one still grows. */
  #batches: Batch[] = [];
  #nextLane = 0;
  #inFlight = 0;
  #scheduled = false;
  #linger: NodeJS.Timeout | null = null;
  #hurry = false;
  #abandoned = false;

  /** `open` makes sure that the topic exists and resolves with its number of partitions. */
  constructor(topic: string, host: QueueHost, open: () => Promise<number>) {
    this.#topic = topic;
    this.#host = host;
    this.#open = open;
  }

  partitions(): Promise<number> {
    this.#partitions ??= this.#open().then(
      (count) => {
        this.#lanes = Array.from({ length: count }, (_, partition) => ({
          partition,
          current: null,
          keyed: [],
        }));
        for (const { records, bytes, job, key } of this.#early.splice(0))
          this.addUnit(records, bytes, job, key);
        this.#schedule();
        return count;
      },
      (error: Error) => {
        this.#partitions = null;
        throw error;
      },
    );
    return this.#partitions;
  }

  add(record: LogRecord): void {
    const batch = this.#growing(this.#batches);
    batch.records.push(record);
    batch.bytes += record.value.length + RECORD_OVERHEAD;
    this.#schedule();
  }

  addUnit(records: readonly LogRecord[], bytes: number, job: AppendJob, key: string | undefined): void {
    if (key !== undefined && this.#lanes.length === 0) {
      this.#early.push({ records, bytes, job, key });
      this.#schedule();
      return;
    }
    const lane = key === undefined ? undefined : this.#lanes[hashOf(key) % this.#lanes.length];
    const batch = this.#growing(lane === undefined ? this.#batches : lane.keyed);
    batch.jobs ??= [];
    batch.jobs.push({ start: batch.records.length, bytes, job });
    for (const record of records) batch.records.push(record);
    batch.bytes += bytes;
    this.#schedule();
  }

  /** Sends what is gathered without lingering, until nothing is left. */
  hurry(): void {
    this.#hurry = true;
    this.#schedule();
  }

  /** Stops trying; returns the number of records that are not stored. Those who wait for them are told. */
  abandon(): number {
    this.#abandoned = true;
    let count = 0;
    const error = new Error('ingest stopped before the records were stored');
    const onTheirWay = this.#lanes.flatMap((lane) => (lane.current === null ? [] : [lane.current]));
    for (const batch of [...onTheirWay, ...this.#batches, ...this.#lanes.flatMap((lane) => lane.keyed)]) {
      count += batch.records.length;
      for (const { job } of batch.jobs ?? []) job.reject(error);
    }
    for (const { records, job } of this.#early.splice(0)) {
      count += records.length;
      job.reject(error);
    }
    return count;
  }

  #growing(batches: Batch[]): Batch {
    const last = batches[batches.length - 1];
    if (last !== undefined && !this.#full(last)) return last;
    const batch: Batch = { records: [], bytes: 0, since: performance.now(), jobs: null };
    batches.push(batch);
    return batch;
  }

  #full(batch: Batch): boolean {
    return batch.records.length >= this.#host.maxBatchRecords || batch.bytes >= this.#host.maxBatchBytes;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the sockets of this turn of the event loop have been read: their messages share a batch.
    setImmediate(() => {
      this.#scheduled = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    if (this.#abandoned) return;
    if (this.#lanes.length === 0) {
      if (this.#partitions === null) this.#openLater(FIRST_RETRY_MS);
      return;
    }
    for (const lane of this.#lanes) {
      if (lane.current === null && this.#due(lane.keyed[0])) this.#send(lane, lane.keyed.shift()!);
    }
    for (let tried = 0; tried < this.#lanes.length && this.#due(this.#batches[0]); tried++) {
      const lane = this.#lanes[this.#nextLane]!;
      this.#nextLane = (this.#nextLane + 1) % this.#lanes.length;
      if (lane.current === null) this.#send(lane, this.#batches.shift()!);
    }
    this.#lingerWhileWaiting();
  }

  #due(batch: Batch | undefined): boolean {
    if (batch === undefined) return false;
    if (this.#inFlight === 0 || this.#hurry || this.#full(batch)) return true;
    return performance.now() - batch.since >= this.#host.lingerMs;
  }

  #lingerWhileWaiting(): void {
    if (this.#linger !== null || this.#lanes.every((lane) => lane.current !== null)) return;
    if (this.#batches.length === 0 && this.#lanes.every((lane) => lane.keyed.length === 0)) return;
    this.#linger = setTimeout(() => {
      this.#linger = null;
      this.#dispatch();
    }, this.#host.lingerMs);
  }

  #openLater(retryMs: number): void {
    this.partitions().catch((error: Error) => {
      this.#host.failed(error);
      for (const { records, bytes, job } of this.#early.splice(0)) {
        job.reject(error);
        this.#host.refused(records.length, bytes);
      }
      for (const batch of this.#batches) this.#refuseJobs(batch, error);
      this.#batches = this.#batches.filter((batch) => batch.records.length > 0);
      if (this.#batches.length === 0 || this.#abandoned) return;
      setTimeout(() => this.#openLater(Math.min(retryMs * 2, this.#host.maxRetryMs)), retryMs);
    });
  }

  async #send(lane: Lane, batch: Batch): Promise<void> {
    lane.current = batch;
    this.#inFlight++;
    let retryMs = FIRST_RETRY_MS;
    while (batch.records.length > 0 && !this.#abandoned) {
      try {
        const range = await this.#host.append(this.#topic, lane.partition, batch.records);
        this.#settle(batch, range);
        break;
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error(String(cause));
        this.#host.failed(error);
        this.#refuseJobs(batch, error);
        // What nobody waits for was taken from its sender already: it must not be given up.
        if (batch.records.length > 0) await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, this.#host.maxRetryMs);
      }
    }
    lane.current = null;
    this.#inFlight--;
    if (this.#inFlight === 0 && this.#batches.length === 0) this.#hurry = false;
    this.#dispatch();
  }

  #settle(batch: Batch, range: AppendedRange): void {
    for (const { start, job } of batch.jobs ?? []) {
      job.resolve({ ...range, baseOffset: range.baseOffset + start, count: job.count });
    }
    this.#host.appended(batch.records.length, batch.bytes, (performance.now() - batch.since) / 1000);
  }

  /** Takes the records of those who wait out of the batch and tells them. */
  #refuseJobs(batch: Batch, error: Error): void {
    if (batch.jobs === null) return;
    const kept: LogRecord[] = [];
    let from = 0;
    let bytes = 0;
    let count = 0;
    for (const unit of batch.jobs) {
      for (let i = from; i < unit.start; i++) kept.push(batch.records[i]!);
      from = unit.start + unit.job.count;
      bytes += unit.bytes;
      count += unit.job.count;
      unit.job.reject(error);
    }
    for (let i = from; i < batch.records.length; i++) kept.push(batch.records[i]!);
    batch.records = kept;
    batch.bytes -= bytes;
    batch.jobs = null;
    this.#host.refused(count, bytes);
  }
}

/** FNV-1a, 32 bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
