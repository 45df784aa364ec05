/**
 * Cuts the text of a log file into records: its lines, the rows of a Zeek log together with the header they need, or the lines of an
 * event of Linux audit together.
 */
import { AuditFraming, auditIdOf, type FrameListener, ZeekTsvFraming } from '../parsers/index.ts';
import { LineSplitter, type RecordSink, type SplitterOptions } from './line-splitter.ts';

export type FileFraming = 'auto' | 'line' | 'zeek-tsv' | 'auditd';

export interface FileFramerOptions extends SplitterOptions {
  readonly framing: FileFraming;
  /** The lines at the top of a Zeek log that is gone on with in its middle, see `zeekHeader`. */
  readonly header?: Buffer | undefined;
}

const SEPARATOR = '#separator';
/** How long the lines of an event that is not whole are held back for the rest of it. */
const HOLD_MS = 2000;

/**
 * `sink.record` gets the offset up to which the file is done once that record is durable. With `auto`, a file that begins with
 * `#separator` is a Zeek log, and one whose first line seen is one of Linux audit is an audit log.
 */
export class FileFramer {
  readonly #sink: RecordSink;
  readonly #lines: LineSplitter;
  readonly #max: number;
  #framing: ZeekTsvFraming | AuditFraming | null = null;
  /** When lines were first held back for the rest of their event; null when none are. */
  #heldSince: number | null = null;
  readonly #fromStart: boolean;
  #undecided: boolean;
  /** Offsets after the lines that the framing holds back. */
  #ends: number[] = [];
  /** Offset up to which all lines were handed to the sink or need no record. */
  #done: number;

  constructor(options: FileFramerOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#done = options.offset ?? 0;
    this.#fromStart = this.#done === 0;
    this.#undecided = options.framing === 'auto' && options.header === undefined;
    const isZeek =
      options.framing === 'zeek-tsv' || (options.framing === 'auto' && options.header !== undefined);
    if (isZeek) this.#startZeek(options.header);
    else if (options.framing === 'auditd') this.#startAudit();
    this.#lines = new LineSplitter(options, {
      record: (bytes, end) => this.#line(bytes, end),
      oversize: (prefix, total, end) => {
        this.flush(true);
        this.#done = end;
        this.#sink.oversize(prefix, total, end);
      },
    });
  }

  /** Offset up to which everything was handed over (after `flush`). */
  get done(): number {
    return this.#done;
  }

  write(chunk: Buffer): void {
    this.#lines.write(chunk);
  }

  /** Whether lines are held back for the rest of their event: `flush` hands them over when they were for two seconds. */
  get holds(): boolean {
    return this.#heldSince !== null;
  }

  /**
   * Hands over what was held back to be gathered, lines without their end excepted; and the lines of an event that is not whole, unless
   * `all`, only when they were held back for a while.
   */
  flush(all = false): void {
    if (this.#framing instanceof AuditFraming && this.#framing.holds && !all) {
      this.#heldSince ??= performance.now();
      if (performance.now() - this.#heldSince < HOLD_MS) return;
    }
    this.#heldSince = null;
    this.#framing?.flush();
    this.#ends = [];
    this.#done = this.#lines.lineStart;
  }

  /** The file has ended: its last line needs no newline. */
  end(): void {
    this.#lines.end();
    this.flush(true);
  }

  #line(bytes: Buffer, end: number): void {
    if (this.#undecided) {
      this.#undecided = false;
      if (this.#fromStart && bytes.subarray(0, SEPARATOR.length).equals(Buffer.from(SEPARATOR)))
        this.#startZeek(undefined);
      else if (auditIdOf(bytes.toString('latin1', 0, 512)) !== undefined) this.#startAudit();
    }
    if (this.#framing === null) {
      this.#done = end;
      this.#sink.record(bytes, end);
      return;
    }
    this.#ends.push(end);
    // Each byte a character, and back: what is no UTF-8 stays as it is.
    this.#framing.push(bytes.toString('latin1'));
  }

  #listener(): FrameListener {
    return (text, lines) => {
      const end = this.#ends[lines - 1] ?? this.#done;
      this.#ends.splice(0, lines);
      this.#done = end;
      this.#heldSince = null;
      this.#sink.record(Buffer.from(text, 'latin1'), end);
    };
  }

  #startAudit(): void {
    this.#framing = new AuditFraming(this.#listener(), { maxBytes: Math.min(262_144, this.#max) });
  }

  #startZeek(header: Buffer | undefined): void {
    const zeek = new ZeekTsvFraming(this.#listener(), { maxBytes: Math.min(262_144, this.#max) });
    this.#framing = zeek;
    if (header === undefined) return;
    // They belong to no record of their own, so they take no part in the count of lines.
    for (const line of header.toString('latin1').split('\n')) {
      this.#ends.push(this.#done);
      zeek.push(line);
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
