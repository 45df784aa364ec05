import { crc32 } from 'node:zlib';
import { BusError } from '../bus-error.ts';
import type { LogRecord } from '../event-log.ts';

/*
 * A run is what one entry of the log holds: records appended together, in one buffer. All numbers little-endian.
 *
 *   0  u16  0x534b          12  u32  bytes of the whole run     32  u32 × count  end of each value in the values
 *   2  u8   version 1       16  f64  newest timestamp that      ..  f64 × count  timestamps, when flag 4
 *   3  u8   flags                    retention looks at         ..  u32 × count  end of each key in the keys, when flag 1;
 *   4  u32  CRC-32 of all   24  f64  timestamp of all records,                   top bit: no key
 *           other bytes              when not flag 4            ..  u32 × count  end of each record's headers (JSON), flag 2
 *   8  u32  count                                               ..  keys, headers, values
 */
const MAGIC = 0x534b;
const VERSION = 1;
const HEADER_BYTES = 32;
const HAS_KEYS = 1;
const HAS_HEADERS = 2;
const HAS_TIMESTAMPS = 4;
const NO_KEY = 0x8000_0000;
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
const NO_BYTES = new Uint8Array(0);

export interface EncodedRun {
  readonly bytes: Buffer;
  readonly count: number;
}

/** Largest run; a larger batch becomes several runs (in one transaction), a larger record a run of its own. */
export const RUN_BYTES = 1024 * 1024;
/** Largest record. */
export const RECORD_BYTES = 64 * 1024 * 1024;

/** Encodes a batch into runs of about `RUN_BYTES` at most. Values are copied: the caller's buffers are free afterwards. */
export function encodeRuns(records: readonly LogRecord[], now: number): EncodedRun[] {
  const runs: EncodedRun[] = [];
  let from = 0;
  let bytes = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i] as LogRecord;
    const size = record.value.length + (record.key?.length ?? 0);
    if (size > RECORD_BYTES) throw tooLarge(i, size);
    if (i > from && bytes + size > RUN_BYTES) {
      runs.push(encodeRun(records, from, i, now));
      from = i;
      bytes = 0;
    }
    bytes += size;
  }
  runs.push(encodeRun(records, from, records.length, now));
  return runs;
}

function encodeRun(records: readonly LogRecord[], from: number, to: number, now: number): EncodedRun {
  const count = to - from;
  let flags = 0;
  let valueBytes = 0;
  let keyBytes = 0;
  let newest = 0;
  const first = records[from]?.timestamp ?? now;
  let headers: (Buffer | undefined)[] | undefined;
  let headerBytes = 0;
  let lastHeaders: LogRecord['headers'];
  let encoded: Buffer = Buffer.alloc(0);
  for (let i = from; i < to; i++) {
    const record = records[i] as LogRecord;
    valueBytes += record.value.length;
    if (record.key) {
      flags |= HAS_KEYS;
      keyBytes += record.key.length;
    }
    const timestamp = record.timestamp ?? now;
    if (timestamp !== first) flags |= HAS_TIMESTAMPS;
    if (timestamp > newest) newest = timestamp;
    if (record.headers) {
      headers ??= new Array<Buffer | undefined>(count);
      // Listeners hand the same object to record after record.
      if (record.headers !== lastHeaders) {
        lastHeaders = record.headers;
        encoded = encodeHeaders(record.headers);
      }
      headers[i - from] = encoded;
      headerBytes += encoded.length;
    }
  }
  if (headerBytes > 0) flags |= HAS_HEADERS;

  const layout = runLayout(count, flags);
  const size = layout.payload + keyBytes + headerBytes + valueBytes;
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeUInt16LE(MAGIC, 0);
  bytes[2] = VERSION;
  bytes[3] = flags;
  bytes.writeUInt32LE(count, 8);
  bytes.writeUInt32LE(size, 12);
  // A record from the future must not keep its run for ever.
  bytes.writeDoubleLE(Math.min(newest, now), 16);
  bytes.writeDoubleLE(first, 24);

  const keysAt = layout.payload;
  const headersAt = keysAt + keyBytes;
  const valuesAt = headersAt + headerBytes;
  let keyEnd = 0;
  let headerEnd = 0;
  let valueEnd = 0;
  for (let i = 0; i < count; i++) {
    const record = records[from + i] as LogRecord;
    bytes.set(record.value, valuesAt + valueEnd);
    valueEnd += record.value.length;
    bytes.writeUInt32LE(valueEnd, HEADER_BYTES + 4 * i);
    if (flags === 0) continue;
    if (flags & HAS_TIMESTAMPS) bytes.writeDoubleLE(record.timestamp ?? now, layout.timestamps + 8 * i);
    if (flags & HAS_KEYS) {
      if (record.key) bytes.set(record.key, keysAt + keyEnd);
      keyEnd += record.key?.length ?? 0;
      bytes.writeUInt32LE(record.key ? keyEnd : keyEnd + NO_KEY, layout.keys + 4 * i);
    }
    if (flags & HAS_HEADERS) {
      const encoded = headers?.[i];
      if (encoded) bytes.set(encoded, headersAt + headerEnd);
      headerEnd += encoded?.length ?? 0;
      bytes.writeUInt32LE(headerEnd, layout.headers + 4 * i);
    }
  }
  bytes.writeUInt32LE(checksum(bytes), 4);
  return { bytes, count };
}

function encodeHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const text = JSON.stringify(headers);
  return text === '{}' ? Buffer.from(NO_BYTES) : Buffer.from(text);
}

function runLayout(count: number, flags: number) {
  const timestamps = HEADER_BYTES + 4 * count;
  const keys = timestamps + (flags & HAS_TIMESTAMPS ? 8 * count : 0);
  const headers = keys + (flags & HAS_KEYS ? 4 * count : 0);
  return { timestamps, keys, headers, payload: headers + (flags & HAS_HEADERS ? 4 * count : 0) };
}

/** What retention needs of a run, without reading all of it. */
export function runSummary(bytes: Uint8Array): { count: number; newest: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  return { count: view.getUint32(8, true), newest: view.getFloat64(16, true) };
}

/** A decoded run: nothing is parsed before it is asked for. */
export class Run {
  readonly baseOffset: number;
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #flags: number;
  readonly #layout: ReturnType<typeof runLayout>;
  readonly #headersAt: number;
  readonly #valuesAt: number;

  /** Throws `SKP_BUS_CORRUPT` when the bytes are not what was appended. `bytes` must not change afterwards. */
  constructor(bytes: Buffer, baseOffset: number, where: () => string) {
    if (
      bytes.length < HEADER_BYTES ||
      bytes.readUInt16LE(0) !== MAGIC ||
      bytes[2] !== VERSION ||
      bytes.readUInt32LE(12) !== bytes.length ||
      bytes.readUInt32LE(4) !== checksum(bytes)
    ) {
      throw corrupt(where(), baseOffset);
    }
    this.baseOffset = baseOffset;
    this.count = bytes.readUInt32LE(8);
    this.#bytes = bytes;
    this.#flags = bytes[3] as number;
    this.#layout = runLayout(this.count, this.#flags);
    const last = 4 * (this.count - 1);
    const keyBytes =
      this.#flags & HAS_KEYS ? (bytes.readUInt32LE(this.#layout.keys + last) & ~NO_KEY) >>> 0 : 0;
    const headerBytes = this.#flags & HAS_HEADERS ? bytes.readUInt32LE(this.#layout.headers + last) : 0;
    this.#headersAt = this.#layout.payload + keyBytes;
    this.#valuesAt = this.#headersAt + headerBytes;
  }

  /** End of value `index - 1`, relative to the first value. */
  valueStart(index: number): number {
    return index === 0 ? 0 : this.#bytes.readUInt32LE(HEADER_BYTES + 4 * (index - 1));
  }

  value(index: number): Buffer {
    const at = HEADER_BYTES + 4 * index;
    const start = index === 0 ? 0 : this.#bytes.readUInt32LE(at - 4);
    return this.#bytes.subarray(this.#valuesAt + start, this.#valuesAt + this.#bytes.readUInt32LE(at));
  }

  key(index: number): Buffer | null {
    if (!(this.#flags & HAS_KEYS)) return null;
    const at = this.#layout.keys + 4 * index;
    const end = this.#bytes.readUInt32LE(at);
    if (end >= NO_KEY) return null;
    const start = index === 0 ? 0 : (this.#bytes.readUInt32LE(at - 4) & ~NO_KEY) >>> 0;
    return this.#bytes.subarray(this.#layout.payload + start, this.#layout.payload + end);
  }

  headers(index: number): Readonly<Record<string, string>> {
    if (!(this.#flags & HAS_HEADERS)) return NO_HEADERS;
    const at = this.#layout.headers + 4 * index;
    const start = index === 0 ? 0 : this.#bytes.readUInt32LE(at - 4);
    const end = this.#bytes.readUInt32LE(at);
    if (start === end) return NO_HEADERS;
    // Our own JSON under a checksum; JSON.parse makes `__proto__` an ordinary key.
    return JSON.parse(this.#bytes.toString('utf8', this.#headersAt + start, this.#headersAt + end)) as Record<
      string,
      string
    >;
  }

  timestamp(index: number): number {
    if (!(this.#flags & HAS_TIMESTAMPS)) return this.#bytes.readDoubleLE(24);
    return this.#bytes.readDoubleLE(this.#layout.timestamps + 8 * index);
  }
}

/** Of every byte but the checksum's own. */
function checksum(bytes: Buffer): number {
  return crc32(bytes.subarray(8), crc32(bytes.subarray(0, 4)));
}

function corrupt(where: string, baseOffset: number): BusError {
  return new BusError(
    'SKP_BUS_CORRUPT',
    `The run at offset ${baseOffset} of ${where} does not match its checksum`,
    {
      hint: 'The disk or the file was damaged. Read on from a later offset, or restore the data folder from a backup.',
    },
  );
}

function tooLarge(index: number, size: number): BusError {
  return new BusError(
    'SKP_BUS_TOO_LARGE',
    `Record ${index} of the batch has ${size} bytes, more than ${RECORD_BYTES}`,
    {
      hint: 'Cut the record into smaller ones, or refuse it where it enters.',
    },
  );
}
