/**
 * The one way into the bus. Listeners hand over messages; the appender gathers them into batches per topic and appends each
 * batch durably, with a bounded number of bytes on the way and no promise per message.
 *
 * When nothing is on its way a message leaves at the next turn of the event loop. While an append runs, what arrives gathers:
 * the next batch leaves when that append ends, when a batch is full, or after `lingerMs`.
 */
import type { AppendedRange, EventLog, LogRecord } from '../bus/index.ts';
import { IngestError } from './errors.ts';
import { ERRORS_TOPIC, HEADER, type RecordHeaders } from './headers.ts';
import { createMetrics, type IngestMetrics } from './metrics.ts';
import { type AppendJob, type QueueHost, RECORD_OVERHEAD, TopicQueue } from './topic-queue.ts';

/** The part of the bus that is appended to. */
export type AppendableLog = Pick<EventLog, 'append' | 'topics' | 'ensureTopic' | 'describe'>;

export interface AppenderOptions {
  /** Topic of a sensor; the sensor's own name unless told otherwise. */
  readonly topicOf?: (sensor: string) => string;
  /** Partitions of topics that do not exist yet (default 4). */
  readonly partitions?: number;
  readonly maxBatchRecords?: number;
  readonly maxBatchBytes?: number;
  readonly lingerMs?: number;
  /** Bytes accepted and not yet durable at which senders are held back (default 64 MiB). */
  readonly maxPendingBytes?: number;
  /** Longest wait before a failed append is tried again, milliseconds. */
  readonly maxRetryMs?: number;
}

export interface UnitOptions {
  /** Records with the same key go to the same partition, in order. */
  readonly partitionKey?: string;
  /** Gives up waiting for room. */
  readonly signal?: AbortSignal;
}

export class Appender {
  readonly metrics: IngestMetrics = createMetrics();
  readonly #log: AppendableLog;
  readonly #topicOf: (sensor: string) => string;
  readonly #partitions: number;
  readonly #highWater: number;
  readonly #lowWater: number;
  readonly #host: QueueHost;
  readonly #queues = new Map<string, TopicQueue>();
  #pendingBytes = 0;
  #drained: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #idle: (() => void)[] = [];
  #lastFailure: { at: number; error: Error } | null = null;
  #closed = false;

  constructor(log: AppendableLog, options: AppenderOptions = {}) {
    this.#log = log;
    this.#topicOf = options.topicOf ?? ((sensor) => sensor);
    this.#partitions = options.partitions ?? 4;
    this.#highWater = options.maxPendingBytes ?? 64 * 1024 * 1024;
    this.#lowWater = this.#highWater / 2;
    this.#host = {
      append: (topic, partition, records) => this.#log.append(topic, partition, records),
      maxBatchRecords: options.maxBatchRecords ?? 4000,
      maxBatchBytes: options.maxBatchBytes ?? 2 * 1024 * 1024,
      lingerMs: options.lingerMs ?? 5,
      maxRetryMs: options.maxRetryMs ?? 1000,
      appended: (count, bytes, seconds) => {
        this.metrics.sent += count;
        this.metrics.seconds += seconds;
        this.#lastFailure = null;
        this.#release(bytes);
      },
      refused: (_count, bytes) => this.#release(bytes),
      failed: (error) => {
        this.#lastFailure = { at: Date.now(), error };
      },
    };
  }

  /** Bytes accepted and not yet durable, with what their records cost in memory. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Whether senders should be held back at present. */
  get saturated(): boolean {
    return this.#pendingBytes >= this.#highWater;
  }

  /** The last append that failed, null once one succeeded after it. */
  get lastFailure(): { readonly at: number; readonly error: Error } | null {
    return this.#lastFailure;
  }

  /**
   * Takes a message of a source that can be paused. Always accepts; false means: send no more before `onDrain` calls.
   * `value` and `headers` must not change afterwards.
   */
  put(sensor: string, value: Buffer, headers: RecordHeaders, timestamp: number): boolean {
    this.#queue(this.#topicOf(sensor)).add({ value, headers, timestamp });
    return this.#accept(value.length);
  }

  /** Takes a message of a source that cannot be paused, or returns false: the message is dropped, count it. */
  offer(sensor: string, value: Buffer, headers: RecordHeaders, timestamp: number): boolean {
    if (this.#pendingBytes >= this.#highWater) return false;
    this.put(sensor, value, headers, timestamp);
    return true;
  }

  /**
   * Appends records together: all of them are in the bus, or none. Waits for room first; resolves once they are durable.
   * Rejects with the bus's error when the bus refuses them (`SKP_BUS_FULL`), or when `signal` aborts before they were taken.
   */
  append(sensor: string, records: readonly LogRecord[], options: UnitOptions = {}): Promise<AppendedRange> {
    return this.#appendTo(this.#topicOf(sensor), records, options);
  }

  /** Puts bytes that could not be accepted as they were into the errors topic. Returns as `put` does. */
  putError(failure: IngestFailure): boolean {
    this.metrics.errors++;
    this.#queue(ERRORS_TOPIC).add(errorRecord(failure));
    return this.#accept(failure.value.length);
  }

  /** As `putError`, but resolves once they are durable (null for none) and rejects as `append` does. */
  async appendErrors(
    failures: readonly IngestFailure[],
    options: UnitOptions = {},
  ): Promise<AppendedRange | null> {
    if (failures.length === 0) return null;
    const range = await this.#appendTo(ERRORS_TOPIC, failures.map(errorRecord), options);
    this.metrics.errors += failures.length;
    return range;
  }

  /** Calls back once, when there is room again (at once when there is). */
  onDrain(callback: () => void): void {
    if (this.#pendingBytes < this.#highWater) callback();
    else this.#drained.push(callback);
  }

  /** Topic that a sensor's records go to. */
  topicOf(sensor: string): string {
    return this.#topicOf(sensor);
  }

  /** Number of partitions of a sensor's topic; the topic is created when it does not exist. */
  async partitionsOf(sensor: string): Promise<number> {
    return this.#queue(this.#topicOf(sensor)).partitions();
  }

  /** Resolves when everything handed over so far is durable or refused. */
  async flush(): Promise<void> {
    for (const queue of this.#queues.values()) queue.hurry();
    while (this.#pendingBytes > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve));
    }
  }

  /**
   * Stops: no more `append`, everything pending becomes durable. Rejects with `SKP_INGEST_NOT_STORED` when that has not
   * happened within `deadlineMs`, which says how much is not stored.
   */
  async close(deadlineMs = 10_000): Promise<void> {
    this.#closed = true;
    for (const wake of this.#waiting.splice(0)) wake();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, deadlineMs, 'late');
    });
    const outcome = await Promise.race([this.flush(), deadline]);
    clearTimeout(timer);
    if (outcome !== 'late') return;
    const lost = [...this.#queues.values()].reduce((sum, queue) => sum + queue.abandon(), 0);
    throw new IngestError(
      'SKP_INGEST_NOT_STORED',
      `ingest stopped with ${lost} messages (${this.#pendingBytes} bytes) that the bus did not store within ${deadlineMs} ms`,
      { hint: 'look at the disk of the data folder', cause: this.#lastFailure?.error },
    );
  }

  async #appendTo(
    topic: string,
    records: readonly LogRecord[],
    options: UnitOptions,
  ): Promise<AppendedRange> {
    let bytes = 0;
    for (const record of records) bytes += record.value.length + RECORD_OVERHEAD;
    while (this.#pendingBytes >= this.#highWater) await this.#room(options.signal);
    options.signal?.throwIfAborted();
    if (this.#closed) {
      throw new IngestError(
        'SKP_INGEST_CLOSED',
        `cannot append ${records.length} records to ${topic}: ingest has stopped`,
      );
    }
    return new Promise<AppendedRange>((resolve, reject) => {
      const job: AppendJob = { count: records.length, resolve, reject };
      this.#queue(topic).addUnit(records, bytes, job, options.partitionKey);
      this.#pendingBytes += bytes;
    });
  }

  #accept(valueBytes: number): boolean {
    this.#pendingBytes += valueBytes + RECORD_OVERHEAD;
    return this.#pendingBytes < this.#highWater;
  }

  #queue(topic: string): TopicQueue {
    let queue = this.#queues.get(topic);
    if (queue === undefined) {
      queue = new TopicQueue(topic, this.#host, async () => {
        // Whoever made the topic chose its retention: making it again would undo that.
        if (!(await this.#log.topics()).includes(topic)) {
          await this.#log.ensureTopic(topic, { partitions: this.#partitions });
        }
        return (await this.#log.describe(topic)).partitions.length;
      });
      this.#queues.set(topic, queue);
    }
    return queue;
  }

  #room(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = () => {
        this.#waiting = this.#waiting.filter((other) => other !== wake);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      };
      if (signal?.aborted) {
        aborted();
        return;
      }
      signal?.addEventListener('abort', aborted, { once: true });
      this.#waiting.push(wake);
    });
  }

  /** `bytes` includes the records' overhead. */
  #release(bytes: number): void {
    this.#pendingBytes -= bytes;
    if (this.#waiting.length > 0 && this.#pendingBytes < this.#highWater) {
      for (const wake of this.#waiting.splice(0)) wake();
    }
    if (this.#drained.length > 0 && this.#pendingBytes <= this.#lowWater) {
      for (const callback of this.#drained.splice(0)) callback();
    }
    if (this.#pendingBytes === 0) {
      for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}

/** Bytes that could not be accepted as they were. */
export interface IngestFailure {
  readonly sensor: string;
  readonly value: Buffer;
  /** A short reason in the form of a metric label. */
  readonly reason: string;
  /** A sentence for a person. */
  readonly message: string;
  readonly headers: RecordHeaders;
  readonly timestamp: number;
  /** Size of the whole message when `value` is only its beginning. */
  readonly totalBytes?: number;
}

/** A failure as it stands in the errors topic. */
export function errorRecord(failure: IngestFailure): LogRecord {
  const headers: Record<string, string> = {
    ...failure.headers,
    [HEADER.errorType]: 'error',
    [HEADER.errorReason]: failure.reason,
    [HEADER.errorMessage]: failure.message,
    [HEADER.sensor]: failure.sensor,
    [HEADER.stage]: 'ingest',
  };
  if (failure.totalBytes !== undefined) headers[HEADER.totalBytes] = String(failure.totalBytes);
  return { value: failure.value, headers, timestamp: failure.timestamp };
}
