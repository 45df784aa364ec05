/** Reads whole files, or standard input, into the bus: what `skopos ingest` does. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SkoposError } from '../errors.ts';
import { compressionByMagic, decompressor } from './decompress.ts';
import { IngestError } from './errors.ts';
import { FileFramer, type FileFraming } from './file-framer.ts';
import { UnitGatherer } from './tail-file.ts';

/** Records of one file on their way; they are durable when the promise resolves. */
export type FileSink = (unit: FileUnit) => Promise<void>;

export interface FileUnit {
  readonly sensor: string;
  /** `-` for standard input. */
  readonly path: string;
  readonly records: readonly Buffer[];
  /** Longer than allowed: for the errors topic. */
  readonly oversize: readonly { readonly prefix: Buffer; readonly totalBytes: number }[];
}

export interface FileProgress {
  readonly path: string;
  /** Bytes read of all files so far, as they stand on the disk. */
  readonly bytes: number;
  /** Bytes of all files; null when one of them is standard input. */
  readonly totalBytes: number | null;
  /** Records that are durable. */
  readonly records: number;
}

export interface IngestFilesOptions {
  readonly paths: readonly string[];
  readonly sensor: string;
  readonly sink: FileSink;
  readonly framing?: FileFraming;
  readonly maxMessageBytes?: number;
  /** Bytes that are handed to the sink together (default: as much as makes a good batch for the log). */
  readonly unitBytes?: number;
  readonly onProgress?: (progress: FileProgress) => void;
  readonly signal?: AbortSignal;
  /** Read where a path is `-` (default: the standard input of this process). */
  readonly stdin?: Readable;
}

export interface FileSummary {
  readonly path: string;
  readonly bytes: number;
  readonly records: number;
  /** Records that went to the errors topic because they were too long. */
  readonly rejected: number;
}

export interface IngestFilesSummary {
  readonly files: readonly FileSummary[];
  readonly bytes: number;
  readonly records: number;
  readonly rejected: number;
  readonly seconds: number;
}

/** A zstd window of 128 MiB, the largest that its command line makes without being told. */
const LOCAL_WINDOW_LOG = 27;
const READ_BYTES = 256 * 1024;

/**
 * Files are read one after another. gzip and zstd are known by their first bytes, Zeek's tab-separated logs by their first line.
 * Rejects with `SKP_INGEST_FILE` when a file cannot be read to its end; the message says how many records of it are stored.
 */
export async function ingestFiles(options: IngestFilesOptions): Promise<IngestFilesSummary> {
  const started = performance.now();
  const totalBytes = await sizeOf(options.paths);
  const files: FileSummary[] = [];
  for (const path of options.paths) {
    const before = { bytes: sum(files, 'bytes'), records: sum(files, 'records') };
    const report = (bytes: number, records: number) =>
      options.onProgress?.({
        path,
        bytes: before.bytes + bytes,
        totalBytes,
        records: before.records + records,
      });
    files.push(await ingestFile(path, options, report));
  }
  return {
    files,
    bytes: sum(files, 'bytes'),
    records: sum(files, 'records'),
    rejected: sum(files, 'rejected'),
    seconds: (performance.now() - started) / 1000,
  };
}

async function ingestFile(
  path: string,
  options: IngestFilesOptions,
  report: (bytes: number, records: number) => void,
): Promise<FileSummary> {
  const { sensor, sink, signal } = options;
  const gatherer = new UnitGatherer(options.unitBytes);
  const { framing = 'auto', maxMessageBytes = 1024 * 1024 } = options;
  const framer = new FileFramer({ framing, maxMessageBytes }, gatherer);
  let bytes = 0;
  let records = 0;
  let rejected = 0;

  async function store(): Promise<void> {
    framer.flush();
    const unit = gatherer.take(path);
    if (unit.records.length + unit.oversize.length === 0) return;
    await sink({ sensor, path, records: unit.records, oversize: unit.oversize });
    records += unit.records.length;
    rejected += unit.oversize.length;
    report(bytes, records);
  }

  async function take(source: AsyncIterable<Buffer>): Promise<void> {
    for await (const chunk of source) {
      framer.write(chunk);
      if (gatherer.full) await store();
    }
    framer.end();
    await store();
  }

  async function* count(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  }

  try {
    const stdin = options.stdin ?? process.stdin;
    const source = path === '-' ? stdin : createReadStream(path, { highWaterMark: READ_BYTES });
    const { head, rest } = await firstBytes(source);
    const compression = compressionByMagic(head);
    const pipe = signal === undefined ? {} : { signal };
    if (compression === null) await pipeline(rest, count, take, pipe);
    else await pipeline(rest, count, decompressor(compression, LOCAL_WINDOW_LOG), take, pipe);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    const known = cause instanceof SkoposError ? cause : null;
    const message = `cannot ingest ${path} to its end (${records} records of it are stored): ${problem}`;
    throw new IngestError(known?.code ?? 'SKP_INGEST_FILE', message, {
      hint: known?.hint ?? 'mend the file; what is stored of it already would be stored again',
      cause,
    });
  }
  report(bytes, records);
  return { path, bytes, records, rejected };
}

/** The first four bytes (fewer in a shorter stream), and the whole stream. */
async function firstBytes(source: Readable): Promise<{ head: Buffer; rest: AsyncGenerator<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* rest(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  return { head, rest: rest() };
}

async function sizeOf(paths: readonly string[]): Promise<number | null> {
  let total = 0;
  for (const path of paths) {
    if (path === '-') return null;
    try {
      const { size } = await stat(path);
      total += size;
    } catch (cause) {
      throw new IngestError('SKP_INGEST_FILE', `cannot ingest ${path}: ${(cause as Error).message}`, {
        hint: 'check the path; nothing was ingested',
        cause,
      });
    }
  }
  return total;
}

function sum(files: readonly FileSummary[], key: 'bytes' | 'records' | 'rejected'): number {
  return files.reduce((total, file) => total + file[key], 0);
}
