import type { KafkaRecord, RecordsBatch } from '@platformatic/kafka';
import type { ReadLimit, RecordBatch } from '../event-log.ts';
import { timestampHeader } from './messages.ts';

const empty = Buffer.alloc(0);
const timestampName = Buffer.from(timestampHeader);

/** Records of one partition in the order of their offsets. Offsets have gaps where control records and aborted ones stood. */
export class KafkaRecordBatch implements RecordBatch {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's id of the topic. */
  readonly identity: string;
  readonly nextOffset: number;
  /** Of values and keys. */
  readonly bytes: number;
  readonly #records: readonly KafkaRecord[];
  readonly #offsets: Float64Array;
  readonly #timestamps: Float64Array;

  constructor(
    topic: string,
    partition: number,
    identity: string,
    records: readonly KafkaRecord[],
    offsets: Float64Array,
    timestamps: Float64Array,
    nextOffset: number,
    bytes: number,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.identity = identity;
    this.nextOffset = nextOffset;
    this.bytes = bytes;
    this.#records = records;
    this.#offsets = offsets;
    this.#timestamps = timestamps;
  }

  /** Null when nothing at or after `from` is left of what was fetched. */
  static of(
    topic: string,
    partition: number,
    identity: string,
    batches: readonly RecordsBatch[],
    from: number,
    nextOffset: number,
  ): KafkaRecordBatch | null {
    let most = 0;
    for (const batch of batches) most += batch.records.length;
    const records: KafkaRecord[] = [];
    const offsets = new Float64Array(most);
    const timestamps = new Float64Array(most);
    let bytes = 0;
    for (const batch of batches) {
      const base = Number(batch.firstOffset);
      const time = Number(batch.firstTimestamp);
      for (const record of batch.records) {
        const offset = base + record.offsetDelta;
        if (offset < from) continue;
        offsets[records.length] = offset;
        timestamps[records.length] = timestampOf(record, time);
        records.push(record);
        bytes += sizeOf(record);
      }
    }
    if (records.length === 0) return null;
    return new KafkaRecordBatch(topic, partition, identity, records, offsets, timestamps, nextOffset, bytes);
  }

  get baseOffset(): number {
    return this.#offsets[0] ?? this.nextOffset;
  }

  get count(): number {
    return this.#records.length;
  }

  offset(index: number): number {
    return this.#offsets[this.#checked(index)] ?? 0;
  }

  key(index: number): Uint8Array | null {
    return this.#record(index).key;
  }

  value(index: number): Buffer {
    return this.#record(index).value ?? empty;
  }

  headers(index: number): Readonly<Record<string, string>> {
    const headers: Record<string, string> = {};
    for (const [name, value] of this.#record(index).headers) {
      if (isTimestamp(name)) continue;
      // Defined, not assigned: a header may be called __proto__.
      Object.defineProperty(headers, (name ?? empty).toString('utf8'), {
        value: (value ?? empty).toString('utf8'),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return headers;
  }

  timestamp(index: number): number {
    return this.#timestamps[this.#checked(index)] ?? 0;
  }

  /** Cuts it in two where the limit ends; the first part holds one record at least. */
  split(limit: ReadLimit): readonly [KafkaRecordBatch, KafkaRecordBatch | null] {
    const most = Math.min(this.count, Math.max(1, limit.maxRecords));
    let count = 0;
    let bytes = 0;
    while (count < most) {
      const size = sizeOf(this.#record(count));
      if (count > 0 && bytes + size > limit.maxBytes) break;
      bytes += size;
      count += 1;
    }
    if (count === this.count) return [this, null];
    const next = this.#offsets[count] ?? this.nextOffset;
    return [
      this.#part(0, count, next, bytes),
      this.#part(count, this.count, this.nextOffset, this.bytes - bytes),
    ];
  }

  #part(from: number, to: number, nextOffset: number, bytes: number): KafkaRecordBatch {
    return new KafkaRecordBatch(
      this.topic,
      this.partition,
      this.identity,
      this.#records.slice(from, to),
      this.#offsets.subarray(from, to),
      this.#timestamps.subarray(from, to),
      nextOffset,
      bytes,
    );
  }

  #record(index: number): KafkaRecord {
    const record = this.#records[this.#checked(index)];
    if (record === undefined) throw new RangeError(`The batch has no record ${index}`);
    return record;
  }

  #checked(index: number): number {
    if (index >= 0 && index < this.#records.length) return index;
    throw new RangeError(`The batch has no record ${index}`);
  }
}

function sizeOf({ value, key }: KafkaRecord): number {
  return (value?.length ?? 0) + (key?.length ?? 0);
}

function isTimestamp(name: Buffer | null): boolean {
  return name?.equals(timestampName) === true;
}

function timestampOf(record: KafkaRecord, first: number): number {
  for (const [name, value] of record.headers) {
    if (!isTimestamp(name)) continue;
    const time = Number((value ?? empty).toString('latin1'));
    if (Number.isSafeInteger(time)) return time;
  }
  return first + Number(record.timestampDelta);
}
