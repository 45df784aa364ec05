/** What has come out: the events of a sensor by their guids and their numbers, and its failures. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventLog, RecordBatch } from '../../../src/bus/index.ts';
import { errorTopic } from '../../../src/pipeline/index.ts';

/** As long as nothing more may come out before it is said that nothing will: longer than what any one fault holds up. */
const nothingForMs = 90_000;
const limit = { maxRecords: 50_000, maxBytes: 16 << 20 };

export interface Counted {
  /** How often each guid, and each number (`n`) of an event, stands in the topic `indexing`. Error events have no number: `NaN`. */
  readonly guids: ReadonlyMap<string, number>;
  readonly numbers: ReadonlyMap<number, number>;
}

/** Reads on from where it was. */
export class Tally {
  readonly #log: EventLog;
  readonly #sensor: string;
  readonly #next = new Map<number, number>();
  readonly #guids = new Map<string, number>();
  readonly #numbers = new Map<number, number>();

  constructor(log: EventLog, sensor: string) {
    this.#log = log;
    this.#sensor = sensor;
  }

  /** All that is committed by now. */
  async read(): Promise<Counted> {
    for await (const batch of batchesOf(this.#log, 'indexing', this.#next))
      for (let at = 0; at < batch.count; at++) this.#count(JSON.parse(batch.value(at).toString()) as Event);
    return { guids: this.#guids, numbers: this.#numbers };
  }

  /** When so many different events stand there. Rejects when nothing more comes for a long time, however long all of it takes. */
  async settled(events: number): Promise<Counted> {
    let seen = -1;
    let since = performance.now();
    for (;;) {
      const counted = await this.read();
      const { size } = counted.numbers;
      if (size >= events) return counted;
      if (size > seen) {
        seen = size;
        since = performance.now();
      }
      if (performance.now() - since > nothingForMs)
        throw new Error(
          `${size} of ${events} events of ${this.#sensor} are there; no more came for ${nothingForMs} ms`,
        );
      await pause(200);
    }
  }

  #count({ guid, n = Number.NaN, ...event }: Event): void {
    if (event['source.type'] !== this.#sensor && event.failed_sensor_type !== this.#sensor) return;
    this.#guids.set(guid, (this.#guids.get(guid) ?? 0) + 1);
    this.#numbers.set(n, (this.#numbers.get(n) ?? 0) + 1);
  }
}

interface Event {
  readonly guid: string;
  readonly n?: number;
  readonly 'source.type'?: string;
  readonly failed_sensor_type?: string;
}

/** The records that failed of a topic, oldest first within a partition of the topic of errors. */
export async function failuresOf(
  log: EventLog,
  topic: string,
): Promise<{ readonly value: Buffer; readonly headers: Readonly<Record<string, string>> }[]> {
  const found = [];
  for await (const batch of batchesOf(log, errorTopic, new Map())) {
    for (let at = 0; at < batch.count; at++) {
      const headers = batch.headers(at);
      if (headers['origin']?.startsWith(`${topic}/`)) found.push({ value: batch.value(at), headers });
    }
  }
  return found;
}

/** Of a topic that may not be there yet. `next` is where its partitions are read from, and moves on. */
async function* batchesOf(
  log: EventLog,
  topic: string,
  next: Map<number, number>,
): AsyncGenerator<RecordBatch> {
  if (!(await log.topics()).includes(topic)) return;
  for (const { partition } of (await log.describe(topic)).partitions) {
    for (;;) {
      const batch = await log.read(topic, partition, next.get(partition) ?? 0, limit);
      if (batch === null) break;
      next.set(partition, batch.nextOffset);
      yield batch;
    }
  }
}

/** Of the events 0 to `sent`. */
export function compare(
  { guids, numbers }: Counted,
  sent: number,
): { readonly lost: number; readonly doubled: number; readonly guids: number } {
  const times = Array.from({ length: sent }, (_, n) => numbers.get(n) ?? 0);
  return {
    lost: times.filter((one) => one === 0).length,
    doubled: times.filter((one) => one > 1).length,
    guids: guids.size,
  };
}
