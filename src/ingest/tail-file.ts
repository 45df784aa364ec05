/** One file that is followed: reads what was added, hands it over in units, knows how far it is durable. */
import { type FileHandle, open } from 'node:fs/promises';
import { FileFramer, type FileFraming, zeekHeader } from './file-framer.ts';
import { advanced, type FileState, isSameText, type TextReader } from './file-state.ts';
import type { RecordSink } from './line-splitter.ts';
import { RecentText } from './tail-recent.ts';

export interface OverlongLine {
  /** Its beginning, or all of it. */
  readonly prefix: Buffer;
  readonly totalBytes: number;
  /** Offset in the text after it. */
  readonly end: number;
}

/** Records of one file that are stored together with its state. */
export interface TailUnit {
  readonly path: string;
  readonly records: readonly Buffer[];
  readonly oversize: readonly OverlongLine[];
}

/** Stores a unit and the state after it; resolves when both are durable. */
export type StoreUnit = (unit: TailUnit, state: FileState) => Promise<void>;

export interface TailFileOptions {
  readonly framing: FileFraming;
  readonly maxMessageBytes: number;
}

const READ_BYTES = 256 * 1024;
const UNIT_BYTES = 1024 * 1024;
const UNIT_RECORDS = 10_000;
const HEADER_BYTES = 64 * 1024;

/** Gathers what a framer finds. */
export class UnitGatherer implements RecordSink {
  records: Buffer[] = [];
  oversized: OverlongLine[] = [];
  #bytes = 0;
  readonly #most: number;

  /** `most`: bytes of a full unit. */
  constructor(most = UNIT_BYTES) {
    this.#most = most;
  }

  record(bytes: Buffer): void {
    this.records.push(bytes);
    this.#bytes += bytes.length;
  }

  oversize(prefix: Buffer, totalBytes: number, end: number): void {
    this.oversized.push({ prefix, totalBytes, end });
    this.#bytes += prefix.length;
  }

  get full(): boolean {
    return this.#bytes >= this.#most || this.records.length >= UNIT_RECORDS;
  }

  take(path: string): TailUnit {
    const unit = { path, records: this.records, oversize: this.oversized };
    this.records = [];
    this.oversized = [];
    this.#bytes = 0;
    return unit;
  }
}

export class TailFile {
  path: string;
  state: FileState;
  /** When its name was last seen, `performance.now()`. */
  seen = performance.now();
  readonly #handle: FileHandle;
  readonly #options: TailFileOptions;
  readonly #store: StoreUnit;
  readonly #gatherer = new UnitGatherer();
  #framer!: FileFramer;
  #position = 0;
  #recent!: RecentText;
  /** Size and time of change when the end was last reached. */
  #atEnd = '';

  static async open(
    path: string,
    state: FileState,
    options: TailFileOptions,
    store: StoreUnit,
  ): Promise<TailFile> {
    const handle = await open(path, 'r');
    const file = new TailFile(path, handle, state, options, store);
    await file.rewind();
    return file;
  }

  private constructor(
    path: string,
    handle: FileHandle,
    state: FileState,
    options: TailFileOptions,
    store: StoreUnit,
  ) {
    this.path = path;
    this.state = state;
    this.#handle = handle;
    this.#options = options;
    this.#store = store;
  }

  /** Goes back to where everything is durable. */
  async rewind(): Promise<void> {
    this.#gatherer.take(this.path);
    this.#atEnd = '';
    this.#position = this.state.offset;
    this.#recent = new RecentText(this.#position);
    const { offset } = this.state;
    const header =
      offset > 0 && this.#options.framing !== 'line'
        ? zeekHeader(await this.read(0, HEADER_BYTES))
        : undefined;
    this.#framer = new FileFramer({ ...this.#options, offset, header }, this.#gatherer);
  }

  /**
   * Reads and stores what was added, one unit at most. `replaced`: another text stands in the file now (it was truncated, and
   * perhaps written again).
   */
  async step(): Promise<'more' | 'end' | 'replaced'> {
    const { size, mtimeNs } = await this.#handle.stat({ bigint: true });
    const now = `${size}:${mtimeNs}`;
    if (now === this.#atEnd && !this.#framer.holds) return 'end';
    if (size < this.#position) return 'replaced';
    if (!(await this.#isSameText())) return 'replaced';
    this.#atEnd = '';
    while (!this.#gatherer.full) {
      const chunk = Buffer.allocUnsafe(READ_BYTES);
      const { bytesRead } = await this.#handle.read(chunk, 0, READ_BYTES, this.#position);
      if (bytesRead === 0) {
        if (!(await this.#commit())) return 'replaced';
        this.#atEnd = now;
        return 'end';
      }
      this.#position += bytesRead;
      this.#recent.add(chunk.subarray(0, bytesRead));
      this.#framer.write(chunk.subarray(0, bytesRead));
    }
    return (await this.#commit()) ? 'more' : 'replaced';
  }

  /** Nothing more will be added: what stands after the last newline is a record too. */
  async finish(): Promise<void> {
    this.#framer.end();
    await this.#commit();
  }

  /** The beginning of a line that has not ended, and now never will; taken from memory, for a file that was truncated. */
  takeUnfinished(): TailUnit {
    this.#gatherer.take(this.path);
    this.#framer.end();
    return this.#gatherer.take(this.path);
  }

  /** The text before the place that was read up to. */
  get recent(): RecentText {
    return this.#recent;
  }

  /** Size and time of change at the end of the file; empty while there is more to read. */
  get versionAtEnd(): string {
    return this.#atEnd;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** By what is durable of it, and by what was read beyond that. */
  async #isSameText(): Promise<boolean> {
    return (await isSameText(this.state, this.read)) && (await this.#recent.isIn(this.read));
  }

  /** Stores what was gathered; false when the file was truncated while it was read, and nothing was stored. */
  async #commit(): Promise<boolean> {
    this.#framer.flush();
    const unit = this.#gatherer.take(this.path);
    if (this.#framer.done === this.state.offset && unit.records.length === 0 && unit.oversize.length === 0)
      return true;
    const state = await advanced({ ...this.state, path: this.path }, this.#framer.done, this.read);
    // Asked after the last byte was read: what was read before is then of one text, this state's.
    const { size } = await this.#handle.stat();
    if (size < this.#position || !(await this.#isSameText())) {
      await this.rewind();
      return false;
    }
    try {
      await this.#store(unit, state);
    } catch (error) {
      // The unit is to be read again, whoever asked for this step.
      await this.rewind();
      throw error;
    }
    this.state = state;
    return true;
  }

  /** Reads the text through the open file, whatever became of its name. */
  readonly read: TextReader = async (offset, length) => {
    const bytes = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  };
}

/** A reader of a plain file by its path, for looking before it is followed, and the size that the file has by then. */
export async function withTextReader<T>(
  path: string,
  use: (read: TextReader, size: number) => Promise<T>,
): Promise<T> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await use(async (offset, length) => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    }, size);
  } finally {
    await handle.close();
  }
}
