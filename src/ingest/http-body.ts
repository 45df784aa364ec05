/** The body of an ingest request on its way into the bus: decompressed, cut into records, appended in units. */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LogRecord } from '../bus/index.ts';
import type { Appender, IngestFailure } from './appender.ts';
import { type Compression, decompressor } from './decompress.ts';
import { IngestError } from './errors.ts';
import type { RecordHeaders } from './headers.ts';
import { JsonSplitter } from './json-splitter.ts';
import { LengthSplitter } from './length-splitter.ts';
import { LineSplitter, type RecordSink } from './line-splitter.ts';
import type { IngestMetrics } from './metrics.ts';
import { OtlpSplitter } from './otlp-splitter.ts';

export type BodyFormat = 'lines' | 'json' | 'records' | 'otlp';

export interface BodyLimits {
  /** Bytes as sent. */
  readonly maxBodyBytes: number;
  /** Bytes after decompression. */
  readonly maxUnpackedBytes: number;
  readonly maxMessageBytes: number;
  /** How many times larger than its compressed form a body may be, beyond the first 16 MiB. */
  readonly maxRatio: number;
  /** A sender that sends nothing for so long is given up. */
  readonly idleMs: number;
  /** How long to wait for room before the sender is told to come again. */
  readonly pressureMs: number;
}

export interface BodyTarget {
  readonly appender: Appender;
  readonly sensor: string;
  readonly headers: RecordHeaders;
  readonly metrics: IngestMetrics;
  readonly limits: BodyLimits;
}

/** A body up to this size, decompressed, is stored whole or not at all. */
export const UNIT_BYTES = 4 * 1024 * 1024;
const SPLITTERS = { lines: LineSplitter, json: JsonSplitter, records: LengthSplitter, otlp: OtlpSplitter };
const UNIT_RECORDS = 20_000;
const FREE_OF_RATIO = 16 * 1024 * 1024;

/** The sender's fault or the server's state. */
export class BodyError extends IngestError {
  readonly status: number;

  constructor(status: number, code: string, message: string, hint: string, cause?: unknown) {
    super(code, message, { hint, cause });
    this.status = status;
  }
}

export interface BodyProgress {
  /** Records that are durable in the sensor's topic. */
  accepted: number;
  /** Records that are durable in the errors topic. */
  rejected: number;
}

/** Rejects with the error that stopped it; `progress` says what is durable, then too. */
export async function ingestBody(
  body: Readable,
  compression: Compression | null,
  format: BodyFormat,
  target: BodyTarget,
  progress: BodyProgress,
): Promise<void> {
  const { limits } = target;
  const unit = new Unit(target, progress);
  const options = { maxMessageBytes: limits.maxMessageBytes };
  const splitter = new SPLITTERS[format](options, unit);
  let packed = 0;
  let unpacked = 0;
  const idle = idleTimer(body, limits.idleMs);

  async function* count(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      packed += chunk.length;
      target.metrics.bytes += chunk.length;
      idle.refresh();
      if (packed > limits.maxBodyBytes)
        throw tooLarge(`the body is larger than ${limits.maxBodyBytes} bytes`);
      yield chunk;
    }
  }

  async function take(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of source) {
      unpacked += chunk.length;
      if (unpacked > limits.maxUnpackedBytes) {
        throw tooLarge(`the body is larger than ${limits.maxUnpackedBytes} bytes when decompressed`);
      }
      if (unpacked > FREE_OF_RATIO && unpacked > packed * limits.maxRatio) {
        throw tooLarge(`the body is more than ${limits.maxRatio} times larger when decompressed`);
      }
      splitter.write(chunk);
      if (unit.full) {
        // The bus decides how long this takes, not the sender.
        idle.refresh();
        await unit.append();
        idle.refresh();
      }
    }
    splitter.end();
    await unit.append();
  }

  try {
    if (compression === null) await pipeline(body, count, take);
    else await pipeline(body, count, decompressor(compression), take);
  } catch (error) {
    if (idle.expired) {
      throw new BodyError(
        408,
        'SKP_INGEST_SLOW',
        `the sender sent nothing for ${limits.idleMs} ms`,
        'send the body without long pauses',
        error,
      );
    }
    if (compression !== null && isZlibError(error)) {
      throw new BodyError(
        400,
        'SKP_INGEST_ENCODING',
        `the body is not ${compression}: ${error.message}`,
        'check Content-Encoding',
        error,
      );
    }
    throw error;
  } finally {
    idle.stop();
  }
}

class Unit implements RecordSink {
  readonly #target: BodyTarget;
  readonly #progress: BodyProgress;
  #records: LogRecord[] = [];
  #failures: IngestFailure[] = [];
  #bytes = 0;

  constructor(target: BodyTarget, progress: BodyProgress) {
    this.#target = target;
    this.#progress = progress;
  }

  get full(): boolean {
    return this.#bytes >= UNIT_BYTES || this.#records.length >= UNIT_RECORDS;
  }

  record(value: Buffer): void {
    this.#target.metrics.received++;
    this.#bytes += value.length;
    this.#records.push({ value, headers: this.#target.headers, timestamp: Date.now() });
  }

  oversize(value: Buffer, totalBytes: number): void {
    const { metrics, sensor, headers, limits } = this.#target;
    metrics.received++;
    this.#bytes += value.length;
    const message = `record of ${totalBytes} bytes; ${limits.maxMessageBytes} are taken`;
    this.#failures.push({
      sensor,
      value,
      reason: 'too_long',
      message,
      headers,
      timestamp: Date.now(),
      totalBytes,
    });
  }

  async append(): Promise<void> {
    const { appender, sensor, metrics, limits } = this.#target;
    const records = this.#records;
    const failures = this.#failures;
    this.#records = [];
    this.#failures = [];
    this.#bytes = 0;
    const signal = AbortSignal.timeout(limits.pressureMs);
    try {
      if (records.length > 0) await appender.append(sensor, records, { signal });
      this.#progress.accepted += records.length;
      metrics.sent += records.length;
      await appender.appendErrors(failures, { signal });
      this.#progress.rejected += failures.length;
      metrics.errors += failures.length;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') {
        throw new BodyError(
          429,
          'SKP_INGEST_PRESSURE',
          'the bus is behind',
          'send the rest again later',
          error,
        );
      }
      throw error;
    }
  }
}

function idleTimer(body: Readable, idleMs: number) {
  const timer = {
    expired: false,
    refresh: () => handle.refresh(),
    stop: () => clearTimeout(handle),
  };
  const handle = setTimeout(() => {
    timer.expired = true;
    body.destroy(new Error('idle'));
  }, idleMs);
  return timer;
}

function tooLarge(message: string): BodyError {
  return new BodyError(413, 'SKP_INGEST_TOO_LARGE', message, 'send the records in several requests');
}

function isZlibError(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^(Z_|ERR_(BROTLI|_|ZSTD|ZLIB|PADDING|UNUSED)|ZSTD_)/.test(code);
}
