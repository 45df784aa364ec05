/** Cuts a stream into lines that end with a newline. How the stream is cut into chunks makes no difference. */
import { ByteGatherer } from './byte-gatherer.ts';

export interface RecordSink {
  /** `bytes` are the sink's to keep. `end` is the offset in the stream after the record and what ends it. */
  record(bytes: Buffer, end: number): void;
  /** A record longer than allowed: its beginning (all of it, up to `oversizeBytes`) and its whole length. */
  oversize(prefix: Buffer, totalBytes: number, end: number): void;
}

export interface SplitterOptions {
  readonly maxMessageBytes: number;
  /** How much of a longer record is kept (default 16 MiB, at least `maxMessageBytes`). */
  readonly oversizeBytes?: number;
  /** Offset of the first byte (default 0). */
  readonly offset?: number;
}

export const DEFAULT_OVERSIZE_BYTES = 16 * 1024 * 1024;

const LF = 10;
const CR = 13;

export class LineSplitter {
  readonly #sink: RecordSink;
  readonly #max: number;
  readonly #keep: number;
  readonly #partial = new ByteGatherer();
  /** Length so far of the line being read, beyond what is kept of it too. */
  #seen = 0;
  #offset: number;

  constructor(options: SplitterOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#keep = Math.max(options.oversizeBytes ?? DEFAULT_OVERSIZE_BYTES, this.#max);
    this.#offset = options.offset ?? 0;
  }

  /** Offset in the stream of the bytes that come next. */
  get offset(): number {
    return this.#offset;
  }

  /** Offset in the stream where the line that has not ended began. */
  get lineStart(): number {
    return this.#offset - this.#seen;
  }

  /** `chunk` must not be changed afterwards: lines are views on it. Empty lines are no records. */
  write(chunk: Buffer): void {
    let pos = 0;
    while (pos < chunk.length) {
      const newline = chunk.indexOf(LF, pos);
      if (newline === -1) {
        this.#gather(chunk, pos, chunk.length);
        this.#offset += chunk.length - pos;
        return;
      }
      this.#offset += newline + 1 - pos;
      if (this.#seen === 0) this.#hand(chunk.subarray(pos, newline), newline - pos);
      else {
        this.#gather(chunk, pos, newline);
        this.#handPartial();
      }
      pos = newline + 1;
    }
  }

  /** The stream has ended: what it holds of a last line is a line. */
  end(): void {
    if (this.#seen > 0) this.#handPartial();
  }

  #handPartial(): void {
    const bytes = this.#partial.copy();
    const total = this.#seen;
    this.#partial.clear();
    this.#seen = 0;
    this.#hand(bytes, total);
  }

  #hand(bytes: Buffer, total: number): void {
    const last = total - 1;
    const length = last < bytes.length && bytes[last] === CR ? last : total;
    if (length > this.#max)
      this.#sink.oversize(Buffer.from(bytes.subarray(0, this.#keep)), length, this.#offset);
    else if (length > 0) this.#sink.record(bytes.subarray(0, length), this.#offset);
  }

  #gather(chunk: Buffer, from: number, to: number): void {
    this.#seen += to - from;
    const room = this.#keep - this.#partial.length;
    if (room > 0) this.#partial.add(chunk, from, Math.min(to, from + room));
  }
}
