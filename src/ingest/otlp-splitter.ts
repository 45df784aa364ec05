/**
 * Cuts a request of OTLP logs in protobuf into records: one for each resource, or several where that would be too long; each is a request by itself. The
 * request is gathered first, since a log collector sends it in one piece.
 */
import { ParseError, splitOtlp } from '../parsers/index.ts';
import { ByteGatherer } from './byte-gatherer.ts';
import { IngestError } from './errors.ts';
import { DEFAULT_OVERSIZE_BYTES, type RecordSink, type SplitterOptions } from './line-splitter.ts';

export const PROTOBUF_TYPE = 'application/x-protobuf';

/** Bytes of one request, decompressed. */
const LONGEST = 64 * 1024 * 1024;

export class OtlpSplitter {
  readonly #sink: RecordSink;
  readonly #max: number;
  readonly #keep: number;
  readonly #body = new ByteGatherer();

  constructor(options: SplitterOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#keep = Math.max(options.oversizeBytes ?? DEFAULT_OVERSIZE_BYTES, this.#max);
  }

  /** Throws `IngestError` when the request gets too large. */
  write(chunk: Buffer): void {
    if (this.#body.length + chunk.length > LONGEST) {
      throw new IngestError('SKP_INGEST_TOO_LARGE', `a request in protobuf is larger than ${LONGEST} bytes`, {
        hint: 'send the log records in several requests',
      });
    }
    this.#body.add(chunk, 0, chunk.length);
  }

  /** Throws `IngestError` when the body is no request. */
  end(): void {
    const length = this.#body.length;
    let records: Buffer[];
    try {
      records = splitOtlp(this.#body.bytes, this.#max);
    } catch (cause) {
      if (!(cause instanceof ParseError)) throw cause;
      throw new IngestError('SKP_INGEST_PROTOBUF', `the body is no request of OTLP logs: ${cause.message}`, {
        hint: 'send an ExportLogsServiceRequest in protobuf, or OTLP’s JSON as application/json',
        cause,
      });
    }
    for (const record of records) {
      if (record.length > this.#max)
        this.#sink.oversize(Buffer.from(record.subarray(0, this.#keep)), record.length, length);
      else this.#sink.record(record, length);
    }
    this.#body.clear();
  }
}
