/**
 * Makes records that explain themselves out of Zeek's logs. A line of a tab-separated log means nothing without the header at
 * the top of its file, and a reader of the bus may begin anywhere. So each record holds the header and up to some hundred lines.
 */

export interface ZeekFramingOptions {
  /** Lines in a record, the header apart. Default 500. */
  readonly maxLines?: number;
  /** UTF-8 bytes in a record, the header included. Default 262144. A line longer than that is a record of its own. */
  readonly maxBytes?: number;
}

/**
 * A record's text, and how many lines were pushed since the record before (header and `#close` lines too): when it is durable,
 * that many lines are done.
 */
export type FrameListener = (text: string, lines: number) => void;

/**
 * Fed with the lines of one file in order. Lines of JSON pass through one by one. To go on in the middle of a file, push the
 * header lines at its top first: they alone make no record.
 */
export class ZeekTsvFraming {
  readonly #listener: FrameListener;
  readonly #maxLines: number;
  readonly #maxBytes: number;
  #header: string[] = [];
  #headerText = '';
  #headerBytes = 0;
  #inHeader = false;
  #lines: string[] = [];
  #bytes = 0;
  #pushed = 0;

  constructor(listener: FrameListener, options: ZeekFramingOptions = {}) {
    this.#listener = listener;
    this.#maxLines = options.maxLines ?? 500;
    this.#maxBytes = options.maxBytes ?? 262_144;
  }

  /** The header in force; empty before one was seen. */
  get header(): readonly string[] {
    return this.#header;
  }

  /** One line, without its line end. */
  push(line: string): void {
    if (line.charCodeAt(0) === 0x23) {
      this.#pushComment(line.endsWith('\r') ? line.slice(0, -1) : line);
      return;
    }
    this.#closeHeader();
    if (line === '' || line === '\r') {
      this.#pushed++;
      return;
    }
    if (line.charCodeAt(0) === 0x7b && this.#header.length === 0) {
      this.flush();
      this.#pushed++;
      this.#send(line);
      return;
    }
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#lines.length > 0 && this.#headerBytes + this.#bytes + bytes > this.#maxBytes) this.flush();
    this.#pushed++;
    this.#lines.push(line);
    this.#bytes += bytes;
    if (this.#lines.length >= this.#maxLines) this.flush();
  }

  /** Sends what is held back: at the end of a file, and when nothing more came for a while. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#headerText + this.#lines.join('\n');
    this.#lines = [];
    this.#bytes = 0;
    this.#send(text);
  }

  #send(text: string): void {
    const pushed = this.#pushed;
    this.#pushed = 0;
    this.#listener(text, pushed);
  }

  /** Header lines follow one another; the first one after other lines begins a new header. */
  #pushComment(line: string): void {
    if (line.startsWith('#close')) {
      this.flush();
      this.#pushed++;
      return;
    }
    if (!this.#inHeader) {
      this.flush();
      this.#header = [];
      this.#inHeader = true;
    }
    this.#pushed++;
    // The time of opening is no part of how lines are read; without it the headers of rotated files are the same.
    if (!line.startsWith('#open')) this.#header.push(line);
  }

  #closeHeader(): void {
    if (!this.#inHeader) return;
    this.#inHeader = false;
    this.#headerText = `${this.#header.join('\n')}\n`;
    this.#headerBytes = Buffer.byteLength(this.#headerText);
  }
}

/** As `ZeekTsvFraming`, for a list of lines that is whole. */
export function zeekTsvFraming(lines: Iterable<string>, options: ZeekFramingOptions = {}): string[] {
  const records: string[] = [];
  const framing = new ZeekTsvFraming((text) => void records.push(text), options);
  for (const line of lines) framing.push(line);
  framing.flush();
  return records;
}
