/**
 * Finds the messages in a stream of syslog: octet counting and non-transparent framing of RFC 6587, told apart for each
 * connection by its first bytes (digits, a space and `<` begin a counted message).
 *
 * How the stream is cut into chunks makes no difference to the messages found. Whatever is not a message is handed over as
 * broken, byte for byte, and the next message is looked for.
 */
import { ByteGatherer } from './byte-gatherer.ts';

export type SyslogFraming = 'auto' | 'octet-counting' | 'newline';

export interface FrameSink {
  /** `bytes` are the sink's to keep. */
  message(bytes: Buffer): void;
  /** A message longer than allowed: its beginning (all of it, up to `oversizeBytes`) and its whole length. */
  oversize(prefix: Buffer, totalBytes: number): void;
  /** Bytes between messages that are none. */
  broken(bytes: Buffer, reason: 'framing' | 'incomplete'): void;
}

export interface SyslogFramerOptions {
  readonly framing: SyslogFraming;
  readonly maxMessageBytes: number;
  /** How much of a longer message is kept (default 16 MiB, at least `maxMessageBytes`). */
  readonly oversizeBytes?: number;
}

const LF = 10;
const CR = 13;
const NUL = 0;
const SPACE = 32;
const LESS_THAN = 60;
/** More digits than any message's length has: such a number is not a count. */
const MAX_DIGITS = 9;
/** Longest beginning of a counted message, `123456789 <165>`, and the byte before it. */
const HEADER_BYTES = MAX_DIGITS + 7;
/** The delimiter is the last byte held already. */
const HELD = -2;
const EMPTY = Buffer.alloc(0);

type State =
  /** Between messages. */
  | 'start'
  /** In a message whose length is known. */
  | 'counted'
  /** In a message that ends with a newline or NUL. */
  | 'line'
  /** In bytes that are no message, in a stream of counted messages. */
  | 'lost';

export class SyslogFramer {
  readonly #sink: FrameSink;
  readonly #max: number;
  readonly #keep: number;
  #state: State = 'start';
  /** What ends a line: known once the first line has ended. */
  #delimiter: typeof LF | typeof NUL | undefined;
  /** Whether the stream is counted; undefined until its first bytes tell. */
  #counted: boolean | undefined;
  readonly #partial = new ByteGatherer();
  /** Length so far of the message being read, beyond what is kept of it too. */
  #seen = 0;
  /** The last byte of them, which may be beyond what is kept. */
  #lastSeen = -1;
  #expected = 0;
  /** End of the bytes that are no message, not yet handed to `#partial`. */
  #lostTail: Buffer = EMPTY;

  constructor(options: SyslogFramerOptions, sink: FrameSink) {
    this.#sink = sink;
    this.#max = options.maxMessageBytes;
    this.#keep = Math.max(options.oversizeBytes ?? 16 * 1024 * 1024, this.#max);
    this.#counted = options.framing === 'auto' ? undefined : options.framing === 'octet-counting';
  }

  /** Bytes held of a message that has not ended. */
  get bufferedBytes(): number {
    return this.#partial.length;
  }

  /** `chunk` must not be changed afterwards: messages are views on it. */
  write(chunk: Buffer): void {
    let data = chunk;
    let pos = 0;
    if (this.#state === 'start' && this.#partial.length > 0) data = this.#joinPartial(chunk);
    while (pos < data.length) {
      if (this.#state === 'start') pos = this.#start(data, pos);
      else if (this.#state === 'counted') pos = this.#readCounted(data, pos);
      else if (this.#state === 'line') pos = this.#readLine(data, pos);
      else {
        data = this.#readLost(data, pos);
        pos = 0;
      }
    }
  }

  /**
   * The stream has ended. `orderly`: the sender closed it, so an unterminated last line is a message; otherwise it is
   * handed over as broken.
   */
  end(orderly: boolean): void {
    if (this.#state === 'lost') {
      this.#finishLost();
      return;
    }
    const partial = this.#partial.copy();
    const state = this.#state;
    const seen = this.#seen;
    this.#reset();
    if (seen === 0 && partial.length === 0) return;
    if (seen > this.#max) this.#sink.oversize(partial, Math.max(seen, this.#expected));
    else if (orderly && (state === 'line' || (state === 'start' && this.#counted !== true)))
      this.#line(partial);
    else this.#sink.broken(partial, 'incomplete');
  }

  /**
   * The stream has paused. Decides what only more bytes would decide: that a first line which a NUL seems to end is
   * complete.
   */
  settle(): void {
    if (this.#state !== 'line' || this.#delimiter !== undefined || this.#lastSeen !== NUL) return;
    this.#delimiter = NUL;
    this.#finishLine(EMPTY, 0, 0, 1);
  }

  #reset(): void {
    this.#partial.clear();
    this.#seen = 0;
    this.#lastSeen = -1;
    this.#expected = 0;
    this.#lostTail = EMPTY;
    this.#state = 'start';
  }

  #joinPartial(chunk: Buffer): Buffer {
    const joined = Buffer.concat([this.#partial.bytes, chunk]);
    this.#partial.clear();
    return joined;
  }

  /** At the boundary of a message: which kind follows. Returns where to go on. */
  #start(data: Buffer, from: number): number {
    let pos = from;
    // Some senders of counted messages end them with a newline as well; empty lines are no messages.
    while (pos < data.length && (data[pos] === LF || data[pos] === CR || data[pos] === NUL)) pos++;
    if (pos === data.length) return pos;
    if (this.#counted === false) {
      this.#state = 'line';
      return pos;
    }
    const header = countAt(data, pos);
    if (header === 'more') {
      this.#partial.add(data, pos, data.length);
      return data.length;
    }
    if (header !== null) {
      this.#counted = true;
      this.#state = 'counted';
      this.#expected = header.count;
      return header.end;
    }
    if (this.#counted === true) this.#state = 'lost';
    else {
      this.#counted = false;
      this.#state = 'line';
    }
    return pos;
  }

  #readCounted(data: Buffer, pos: number): number {
    const end = Math.min(data.length, pos + this.#expected - this.#seen);
    const complete = end - pos === this.#expected - this.#seen;
    if (complete && this.#seen === 0 && this.#expected <= this.#max) {
      this.#state = 'start';
      this.#expected = 0;
      this.#sink.message(data.subarray(pos, end));
      return end;
    }
    this.#keepPart(data, pos, end);
    if (complete) {
      const bytes = this.#partial.copy();
      const total = this.#seen;
      this.#reset();
      if (total > this.#max) this.#sink.oversize(bytes, total);
      else this.#sink.message(bytes);
    }
    return end;
  }

  #readLine(data: Buffer, pos: number): number {
    const end = this.#lineEnd(data, pos);
    if (end === -1) {
      this.#keepPart(data, pos, data.length);
      return data.length;
    }
    // A NUL that ended the bytes held turned out to be the end of the message.
    if (end === HELD) {
      this.#finishLine(data, pos, pos, 1);
      return pos;
    }
    this.#finishLine(data, pos, end, 0);
    return end + 1;
  }

  /** Where the line ends: the delimiter's place, or -1, or `HELD`. */
  #lineEnd(data: Buffer, pos: number): number {
    if (this.#delimiter !== undefined) return data.indexOf(this.#delimiter, pos);
    if (this.#lastSeen === NUL && data[pos] === LESS_THAN) {
      this.#delimiter = NUL;
      return HELD;
    }
    const newline = data.indexOf(LF, pos);
    const limit = newline === -1 ? data.length : newline;
    for (let nul = data.indexOf(NUL, pos); nul !== -1 && nul < limit; nul = data.indexOf(NUL, nul + 1)) {
      // Only a NUL that another message follows ends a message; a message may hold others.
      if (data[nul + 1] === LESS_THAN) {
        this.#delimiter = NUL;
        return nul;
      }
    }
    if (newline !== -1) this.#delimiter = LF;
    return newline;
  }

  #finishLine(data: Buffer, pos: number, end: number, heldDelimiter: number): void {
    if (this.#seen === 0) {
      this.#state = 'start';
      const bytes = data.subarray(pos, end);
      if (bytes.length > this.#max) this.#tooLong(bytes);
      else this.#line(bytes);
      return;
    }
    this.#keepPart(data, pos, end);
    const total = this.#seen - heldDelimiter;
    const bytes = this.#partial.copy(0, Math.min(this.#partial.length, total));
    this.#reset();
    if (total > this.#max) this.#sink.oversize(bytes, total);
    else this.#line(bytes);
  }

  #tooLong(bytes: Buffer): void {
    this.#sink.oversize(Buffer.from(bytes.subarray(0, this.#keep)), bytes.length);
  }

  #line(bytes: Buffer): void {
    const last = bytes.length - 1;
    const line = this.#delimiter !== NUL && bytes[last] === CR ? bytes.subarray(0, last) : bytes;
    if (line.length > 0) this.#sink.message(line);
  }

  /**
   * In a counted stream, at bytes that do not begin a counted message (a sender that counted wrongly): they end at a
   * newline or where a counted message begins. Returns the bytes that follow.
   */
  #readLost(data: Buffer, from: number): Buffer {
    const window =
      this.#lostTail.length === 0
        ? data.subarray(from)
        : Buffer.concat([this.#lostTail, data.subarray(from)]);
    this.#lostTail = EMPTY;
    const found = this.#seen === 0 ? findBoundary(window, 1, 1) : findBoundary(window, MAX_DIGITS + 1, 0);
    if (found === -1) {
      // The last bytes may be the beginning of a header: they are looked at again when more bytes come.
      const sure = Math.max(0, window.length - HEADER_BYTES);
      this.#keepPart(window, 0, sure);
      this.#lostTail = Buffer.from(window.subarray(sure));
      return EMPTY;
    }
    this.#keepPart(window, 0, found);
    this.#finishLost();
    return window.subarray(found);
  }

  #finishLost(): void {
    this.#keepPart(this.#lostTail, 0, this.#lostTail.length);
    const bytes = this.#partial.copy();
    const total = this.#seen;
    this.#reset();
    if (total > this.#max) this.#sink.oversize(bytes, total);
    // Senders that mix both framings: a line that begins as a message is one.
    else if (bytes[0] === LESS_THAN) this.#line(bytes);
    else this.#sink.broken(bytes, 'framing');
  }

  #keepPart(data: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.#seen += to - from;
    this.#lastSeen = data[to - 1]!;
    const room = this.#keep - this.#partial.length;
    if (room > 0) this.#partial.add(data, from, Math.min(to, from + room));
  }
}

/** A count at `pos`: digits without a leading zero, a space, `<`. `more`: too few bytes to tell. */
function countAt(data: Buffer, pos: number): { count: number; end: number } | 'more' | null {
  let count = 0;
  let at = pos;
  for (; at < data.length && at - pos <= MAX_DIGITS; at++) {
    const digit = data[at]! - 48;
    if (digit < 0 || digit > 9) break;
    if (digit === 0 && at === pos) return null;
    count = count * 10 + digit;
  }
  if (at - pos > MAX_DIGITS) return null;
  if (at === data.length) return 'more';
  if (at === pos || data[at] !== SPACE) return null;
  if (at + 1 === data.length) return 'more';
  return data[at + 1] === LESS_THAN ? { count, end: at + 1 } : null;
}

/**
 * The first newline, or the place where a counted message begins (digits, space, `<`, priority, `>`); -1 for none. Looks
 * for what comes after the digits from `from` on, and for the digits not before `least`.
 */
function findBoundary(data: Buffer, from: number, least: number): number {
  const newline = data.indexOf(LF, from);
  const limit = newline === -1 ? data.length : newline;
  for (
    let at = data.indexOf(' <', from, 'latin1');
    at !== -1 && at < limit;
    at = data.indexOf(' <', at + 1, 'latin1')
  ) {
    let digits = at;
    while (digits > least && at - digits <= MAX_DIGITS && isDigit(data[digits - 1]!)) digits--;
    if (at - digits > MAX_DIGITS) continue;
    let end = at + 2;
    while (end < data.length && end - at - 2 < 3 && isDigit(data[end]!)) end++;
    while (digits < at && data[digits] === 48) digits++;
    if (digits < at && end > at + 2 && data[end] === 62) return digits;
  }
  return newline;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
