/**
 * Reads the topic `indexing` into the index: what workers on other machines, or another program that speaks Metron's form (one JSON
 * object a record, the sensor in `source.type`), have enriched. Positions are committed after the write; events are known by their ids.
 */
import type { EventLog, RecordBatch, Subscription } from '../../bus/index.ts';
import { SkoposError } from '../../errors.ts';
import { encodeEvents } from '../../index/index.ts';
import type { Metrics } from '../../metrics/index.ts';
import { errorEvent, errorRecord, errorSensor, errorTopic, type FailedRecord } from '../error-event.ts';
import { GuidSequence } from '../guid.ts';
import type { IndexSink } from '../index-sink.ts';
import type { OutboxRecord } from '../outbox.ts';
import { Ledger } from './ledger.ts';
import { notBegun } from './not-begun.ts';
import { indexingTopic } from './output.ts';

export interface IndexFeedOptions {
  readonly log: EventLog;
  /** Consumer group of all that feed the index of the installation. */
  readonly group: string;
  readonly sink: IndexSink;
  readonly metrics: Metrics;
  readonly clock: { now(): number };
  readonly drainMs?: number;
}

const limit = { maxRecords: 10_000, maxBytes: 8 * 1024 * 1024 };
/** Batches read and not yet written. */
const mostOpen = 8;
const retryMs = 1_000;
const longestGuid = 200;
const sensorName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/;

type Message = Record<string, unknown>;

export class IndexFeed {
  readonly #options: IndexFeedOptions;
  readonly #ledger: Ledger;
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  #trouble: Error | null = null;
  #running: Promise<void> = Promise.resolve();
  #subscription: Subscription | null = null;

  constructor(options: IndexFeedOptions) {
    this.#options = options;
    this.#ledger = new Ledger({
      log: options.log,
      onTrouble: (error) => {
        this.#trouble = error;
      },
      onCommit: () => this.#wake(),
    });
  }

  /** The topic must exist. */
  start(): void {
    this.#running = this.#run();
  }

  /** What keeps it from reading or committing; null when nothing does. */
  get trouble(): string | null {
    return this.#trouble?.message ?? notBegun(this.#subscription);
  }

  get assigned(): number {
    return this.#subscription?.assigned().length ?? 0;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    await this.#subscription?.close();
  }

  async #run(): Promise<void> {
    const { log, group, drainMs = 30_000 } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (this.#subscription === null) {
          this.#subscription = await log.subscribe(group, [indexingTopic]);
          this.#subscription.onRevoked((partitions) => this.#ledger.drain(partitions, drainMs));
          this.#ledger.follow(this.#subscription);
        }
        if (this.#ledger.open >= mostOpen) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
          continue;
        }
        const batch = await this.#subscription.next(limit, signal);
        if (batch === null) continue;
        this.#trouble = null;
        this.#hand(batch);
      } catch (error) {
        this.#trouble = error as Error;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }

  #hand(batch: RecordBatch): void {
    const { topic, partition, nextOffset, baseOffset: fromOffset } = batch;
    const started = performance.now();
    const entry = this.#ledger.begin({ topic, partition, nextOffset });
    const identity = batch.identity ?? topic;
    const { bySensor, failed } = readMessages(batch, identity);
    const now = this.#options.clock.now();
    const events = [...bySensor].map(([sensor, messages]) => encodeEvents(sensor, messages));
    if (failed.length > 0) {
      events.push(
        encodeEvents(
          errorSensor,
          failed.map((one) => errorEvent(one, now)),
        ),
      );
      this.#options.metrics.errors('stage', 'indexing', '', failed.length);
    }
    entry.records = failed.map(
      (one): OutboxRecord => ({ topic: errorTopic, offset: one.offset, record: errorRecord(one, now) }),
    );
    this.#options.metrics.received('stage', 'indexing', '', batch.count, 0);
    this.#options.metrics.seconds('stage', 'indexing', (performance.now() - started) / 1000);
    this.#options.sink.add({
      // A worker elsewhere may have written some of them itself before its partition went to another one.
      batch: { events, source: { topic: identity, partition, fromOffset, nextOffset }, mayRepeat: true },
      records: [],
      done: () => this.#ledger.written(entry),
    });
  }
}

function readMessages(
  batch: RecordBatch,
  identity: string,
): { readonly bySensor: ReadonlyMap<string, Message[]>; readonly failed: readonly FailedRecord[] } {
  const bySensor = new Map<string, Message[]>();
  const failed: FailedRecord[] = [];
  const guids = new GuidSequence('cluster', identity, batch.partition);
  const errors = new GuidSequence('cluster', `${identity}\nerrors`, batch.partition);
  for (let at = 0; at < batch.count; at++) {
    const value = batch.value(at);
    const offset = batch.offset(at);
    try {
      const message = messageOf(value.toString('utf8'));
      const { guid } = message;
      if (typeof guid !== 'string' || guid === '' || guid.length > longestGuid)
        message['guid'] = guids.at(offset, 0);
      const sensor = message['source.type'] as string;
      const list = bySensor.get(sensor);
      if (list === undefined) bySensor.set(sensor, [message]);
      else list.push(message);
    } catch (error) {
      failed.push({
        letter: {
          errorType: 'indexing_error',
          sensor: indexingTopic,
          error: error as Error,
          raw: value.toString('utf8'),
        },
        topic: batch.topic,
        ...(batch.identity === undefined ? {} : { identity: batch.identity }),
        partition: batch.partition,
        offset,
        number: 0,
        guid: errors.at(offset, 0),
        value: Buffer.from(value),
        lineage: null,
        chain: [],
      });
    }
  }
  return { bySensor, failed };
}

function messageOf(text: string): Message {
  const message: unknown = JSON.parse(text);
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    throw new SkoposError('SKP_PIPELINE_INDEXING', 'A record of the topic indexing is no JSON object');
  }
  const sensor = (message as Message)['source.type'];
  if (typeof sensor !== 'string' || !sensorName.test(sensor)) {
    throw new SkoposError(
      'SKP_PIPELINE_INDEXING',
      `A record of the topic indexing names no sensor: source.type is ${(JSON.stringify(sensor) ?? 'absent').slice(0, 80)}`,
      { hint: 'It is the name of a sensor: letters, digits, ".", "_" and "-".' },
    );
  }
  return message as Message;
}
