/**
 * Cuts a JSON text that comes in chunks into records: the elements of an array, or the values that follow one another
 * outside of one. Each record is checked to be JSON; its bytes stay as they are.
 */
import { type ParseError, parse } from 'jsonc-parser';
import { ByteGatherer } from './byte-gatherer.ts';
import { IngestError } from './errors.ts';
import { DEFAULT_OVERSIZE_BYTES, type RecordSink, type SplitterOptions } from './line-splitter.ts';

/** The text is not JSON. `position` is the offset in bytes. */
export class JsonBodyError extends IngestError {
  readonly position: number;

  constructor(position: number, expected: string) {
    super('SKP_INGEST_JSON', `the body is not JSON: at byte ${position}, ${expected}`, {
      hint: 'send a JSON array, JSON objects one after another, or one object per line as application/x-ndjson',
    });
    this.position = position;
  }
}

type State = 'begin' | 'first' | 'next' | 'after' | 'ended' | 'container' | 'string' | 'scalar';

const code = (character: string) => character.charCodeAt(0);
const QUOTE = code('"');
const BACKSLASH = code('\\');
const OPEN_BRACE = code('{');
const CLOSE_BRACE = code('}');
const OPEN_BRACKET = code('[');
const CLOSE_BRACKET = code(']');
const COMMA = code(',');

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9;

export class JsonSplitter {
  readonly #sink: RecordSink;
  readonly #max: number;
  readonly #keep: number;
  readonly #partial = new ByteGatherer();
  #state: State = 'begin';
  #inArray = false;
  /** Whether a record began: an array after one is a record itself. */
  #any = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #seen = 0;
  /** Offset in the stream of the record being read. */
  #start = 0;
  #offset = 0;

  constructor(options: SplitterOptions, sink: RecordSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#keep = Math.max(options.oversizeBytes ?? DEFAULT_OVERSIZE_BYTES, this.#max);
  }

  /** Throws `JsonBodyError` where the text is not JSON. */
  write(chunk: Buffer): void {
    let pos = 0;
    while (pos < chunk.length) {
      // A record's first byte is looked at twice: here as what follows the last record, then as part of the new one.
      if (!this.#inRecord()) this.#between(chunk[pos]!, this.#offset + pos);
      if (!this.#inRecord()) {
        pos++;
        continue;
      }
      const end = this.#endOfRecord(chunk, pos);
      if (end === -1) {
        this.#gather(chunk, pos, chunk.length);
        break;
      }
      this.#finish(chunk, pos, end);
      pos = end;
    }
    this.#offset += chunk.length;
  }

  /** The text has ended. Throws `JsonBodyError` when it is not complete. */
  end(): void {
    if (this.#state === 'ended' || this.#state === 'begin') return;
    throw new JsonBodyError(this.#offset, 'it ends before it is complete');
  }

  #inRecord(): boolean {
    return this.#state === 'container' || this.#state === 'string' || this.#state === 'scalar';
  }

  #between(byte: number, position: number): void {
    if (isSpace(byte)) return;
    switch (this.#state) {
      case 'begin':
        if (BYTE_ORDER_MARK[position] === byte) return;
        if (byte === OPEN_BRACKET && !this.#any) {
          this.#inArray = true;
          this.#state = 'first';
        } else this.#begin(byte, position);
        return;
      case 'first':
        if (byte === CLOSE_BRACKET) this.#state = 'ended';
        else this.#begin(byte, position);
        return;
      case 'next':
        this.#begin(byte, position);
        return;
      case 'after':
        if (byte === COMMA) this.#state = 'next';
        else if (byte === CLOSE_BRACKET) this.#state = 'ended';
        else throw new JsonBodyError(position, `expected "," or "]", found ${shown(byte)}`);
        return;
      default:
        throw new JsonBodyError(position, `expected nothing after the array, found ${shown(byte)}`);
    }
  }

  #begin(byte: number, position: number): void {
    this.#any = true;
    this.#start = position;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#state = 'container';
    else if (!this.#inArray) {
      throw new JsonBodyError(position, `expected "[" or "{", found ${shown(byte)}`);
    } else if (byte === QUOTE) this.#state = 'string';
    else if (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      throw new JsonBodyError(position, `expected a value, found ${shown(byte)}`);
    } else this.#state = 'scalar';
  }

  /** Place after the record's last byte, or -1 when it does not end in this chunk. */
  #endOfRecord(chunk: Buffer, from: number): number {
    if (this.#state === 'scalar') {
      for (let i = from; i < chunk.length; i++) {
        const byte = chunk[i]!;
        if (byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE || isSpace(byte)) return i;
      }
      return -1;
    }
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let i = from; i < chunk.length; i++) {
      const byte = chunk[i]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return i + 1;
        }
      } else if (byte === QUOTE) inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth === 0) return i + 1;
      }
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
    return -1;
  }

  #finish(chunk: Buffer, from: number, to: number): void {
    let bytes = chunk.subarray(from, to);
    let total = bytes.length;
    if (this.#seen > 0) {
      this.#gather(chunk, from, to);
      bytes = this.#partial.copy();
      total = this.#seen;
      this.#partial.clear();
      this.#seen = 0;
    }
    const end = this.#offset + to;
    if (total > this.#max) this.#sink.oversize(Buffer.from(bytes.subarray(0, this.#keep)), total, end);
    else {
      this.#check(bytes);
      this.#sink.record(bytes, end);
    }
    this.#state = this.#inArray ? 'after' : 'begin';
  }

  #check(bytes: Buffer): void {
    const text = bytes.toString();
    try {
      JSON.parse(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new JsonBodyError(this.#start + errorOffset(text), message.slice(0, 200));
    }
  }

  #gather(chunk: Buffer, from: number, to: number): void {
    this.#seen += to - from;
    const room = this.#keep - this.#partial.length;
    if (room > 0) this.#partial.add(chunk, from, Math.min(to, from + room));
  }
}

/** Offset in bytes of the first error; `JSON.parse` does not always tell it. */
function errorOffset(text: string): number {
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // Nested too deeply for a parser that calls itself.
  }
  return Buffer.byteLength(text.slice(0, errors[0]?.offset ?? 0));
}

function shown(byte: number): string {
  return byte > 32 && byte < 127
    ? JSON.stringify(String.fromCharCode(byte))
    : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
