/** Cuts the text of a log file into records: its lines, or the rows of a Zeek log together with the header they need. */
import { type FrameListener, ZeekTsvFraming } from '../parsers/index.ts';
import { LineSplitter, type RecordSink, type SplitterOptions } from './line-splitter.ts';

export type FileFraming = 'auto' | 'line' | 'zeek-tsv';

export interface FileFramerOptions extends SplitterOptions {
  readonly framing: FileFraming;
  /** The lines at the top of a Zeek log that is gone on with in its middle, see `zeekHeader`. */
  readonly header?: Buffer;
}

const SEPARATOR = '#separator';

/**
 * `sink.record` gets the offset up to which the file is done once that record is durable. With `auto`, a file that begins with
 * `#separator` is a Zeek log.
 */
export class FileFramer {
  readonly #sink: RecordSink;
  readonly #lines: LineSplitter;
  readonly #max: number;
  #zeek: ZeekTsvFraming | null = null;
  #undecided: boolean;
  /** Offsets after the lines that the framing holds back. */
  #ends: number[] = [];
  /** Offset up to which all lines were handed to the sink or need no record. */
  #done: number;

  constructor(options: FileFramerOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#done = options.offset ?? 0;
    this.#undecided = options.framing === 'auto' && this.#done === 0;
    const isZeek =
      options.framing === 'zeek-tsv' || (options.framing === 'auto' && options.header !== undefined);
    if (isZeek) this.#startZeek(options.header);
    this.#lines = new LineSplitter(options, {
      record: (bytes, end) => this.#line(bytes, end),
      oversize: (prefix, total, end) => {
        this.flush();
        this.#done = end;
        this.#sink.oversize(prefix, total, end);
      },
    });
  }

  /** Offset up to which everything was handed over (after `flush`). */
  get done(): number {
    return this.#done;
  }

  /** Whether a line has begun and not ended. */
  get inLine(): boolean {
    return this.#lines.lineStart < this.#lines.offset;
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  /** Hands over what was held back to be gathered, lines without their end excepted. */
  flush(): void {
    this.#zeek?.flush();
    this.#ends = [];
    this.#done = this.#lines.lineStart;
  }

  /** The file has ended: its last line needs no newline. */
  end(): void {
    this.#lines.end();
    this.flush();
  }

  #line(bytes: Buffer, end: number): void {
    if (this.#undecided) {
      this.#undecided = false;
      if (bytes.subarray(0, SEPARATOR.length).equals(Buffer.from(SEPARATOR))) this.#startZeek(undefined);
    }
    if (this.#zeek === null) {
      this.#done = end;
      this.#sink.record(bytes, end);
      return;
    }
    this.#ends.push(end);
    // Each byte a character, and back: what is no UTF-8 stays as it is.
    this.#zeek.push(bytes.toString('latin1'));
  }

  #startZeek(header: Buffer | undefined): void {
    const listener: FrameListener = (text, lines) => {
      const end = this.#ends[lines - 1] ?? this.#done;
      this.#ends.splice(0, lines);
      this.#done = end;
      this.#sink.record(Buffer.from(text, 'latin1'), end);
    };
    this.#zeek = new ZeekTsvFraming(listener, { maxBytes: Math.min(262_144, this.#max) });
    if (header === undefined) return;
    // They belong to no record of their own, so they take no part in the count of lines.
    for (const line of header.toString('latin1').split('\n')) {
      this.#ends.push(this.#done);
      this.#zeek.push(line);
    }
  }
}

/** The header lines of a Zeek log by its first bytes (64 KiB are plenty); undefined when it is none. */
export function zeekHeader(head: Buffer): Buffer | undefined {
  if (!head.toString('latin1', 0, SEPARATOR.length).startsWith(SEPARATOR)) return undefined;
  let end = 0;
  while (head[end] === 0x23) {
    const newline = head.indexOf(10, end);
    if (newline === -1) break;
    end = newline + 1;
  }
  return head.subarray(0, Math.max(0, end - 1));
}
