/**
 * Cuts a stream into records that stand behind their length in bytes (unsigned, 4 bytes, big-endian): for records that may hold
 * newlines. Its content type is `application/vnd.skopos.records`.
 */
import { ByteGatherer } from './byte-gatherer.ts';
import { IngestError } from './errors.ts';
import { DEFAULT_OVERSIZE_BYTES, type RecordSink, type SplitterOptions } from './line-splitter.ts';

export const RECORDS_TYPE = 'application/vnd.skopos.records';

export class LengthSplitter {
  readonly #sink: RecordSink;
  readonly #max: number;
  readonly #keep: number;
  readonly #partial = new ByteGatherer();
  /** Bytes of the record that have come, or of its length while that is not known. */
  #seen = 0;
  #length: number | null = null;
  #lengthSoFar = 0;
  #offset = 0;

  constructor(options: SplitterOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#keep = Math.max(options.oversizeBytes ?? DEFAULT_OVERSIZE_BYTES, this.#max);
  }

  /** `chunk` must not be changed afterwards: records are views on it. Empty records are none. */
  write(chunk: Buffer): void {
    let pos = 0;
    while (pos < chunk.length) {
      if (this.#length === null) {
        this.#lengthSoFar = this.#lengthSoFar * 256 + chunk[pos]!;
        pos++;
        if (++this.#seen < 4) continue;
        this.#length = this.#lengthSoFar === 0 ? null : this.#lengthSoFar;
        this.#lengthSoFar = 0;
        this.#seen = 0;
        continue;
      }
      const end = Math.min(chunk.length, pos + this.#length - this.#seen);
      if (this.#seen === 0 && end - pos === this.#length)
        this.#hand(chunk.subarray(pos, end), this.#offset + end);
      else {
        this.#seen += end - pos;
        const room = this.#keep - this.#partial.length;
        if (room > 0) this.#partial.add(chunk, pos, Math.min(end, pos + room));
        if (this.#seen === this.#length) this.#hand(this.#partial.copy(), this.#offset + end);
      }
      pos = end;
    }
    this.#offset += chunk.length;
  }

  /** The stream has ended. Throws `IngestError` when it ended inside a record. */
  end(): void {
    if (this.#length === null && this.#seen === 0) return;
    throw new IngestError('SKP_INGEST_RECORDS', 'the body ends inside a record', {
      hint: 'each record stands behind its length in bytes, 4 bytes, big-endian',
    });
  }

  #hand(bytes: Buffer, end: number): void {
    const total = this.#length ?? 0;
    this.#partial.clear();
    this.#seen = 0;
    this.#length = null;
    if (total > this.#max) this.#sink.oversize(Buffer.from(bytes.subarray(0, this.#keep)), total, end);
    else this.#sink.record(bytes, end);
  }
}

/** The records as such a stream. */
export function encodeLengths(records: readonly Buffer[]): Buffer {
  const bytes = Buffer.allocUnsafe(records.reduce((sum, record) => sum + 4 + record.length, 0));
  let pos = 0;
  for (const record of records) {
    pos = bytes.writeUInt32BE(record.length, pos);
    pos += record.copy(bytes, pos);
  }
  return bytes;
}
