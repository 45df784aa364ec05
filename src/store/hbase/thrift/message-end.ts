import { fixedLength, ThriftProtocolError, type, VERSION_1 } from './protocol.ts';

const STRUCT = 0;
const ITEMS = 1;
const deepest = 64;

/**
 * Finds where a message ends in bytes that come in pieces. An unframed message says nowhere how long it is: it has to be walked. The
 * walk goes on where it stood when the next piece is there, so that a reply of many megabytes in small pieces costs no more than in
 * one.
 */
export class MessageEnd {
  #at = 0;
  #inHeader = true;
  /** Three numbers for each open struct or list: kind, items left, types of the items (two alternate in a map). */
  readonly #stack: number[] = [];

  /** Bytes of the message at the start of `bytes`; −1 while it is not whole. To be called with the same bytes and more. */
  find(bytes: Buffer): number {
    if (this.#inHeader && !this.#header(bytes)) return -1;
    const stack = this.#stack;
    while (stack.length > 0) {
      const top = stack.length - 3;
      if (stack[top] === STRUCT) {
        if (this.#at >= bytes.length) return -1;
        const of = bytes[this.#at]!;
        if (of === type.stop) {
          this.#at++;
          stack.length = top;
          continue;
        }
        if (!this.#value(bytes, of, this.#at + 3)) return -1;
      } else if (stack[top + 1] === 0) {
        stack.length = top;
      } else {
        const types = stack[top + 2]!;
        const left = stack[top + 1]!;
        const of = (left & 1) === 1 ? types & 0xff : types >> 8;
        // Before the value is entered: what is open may have to be ended from inside.
        stack[top + 1] = left - 1;
        if (!this.#value(bytes, of, this.#at)) {
          stack[top + 1] = left;
          return -1;
        }
      }
    }
    return this.#at;
  }

  /** For the next message. */
  reset(): void {
    this.#at = 0;
    this.#inHeader = true;
    this.#stack.length = 0;
  }

  #header(bytes: Buffer): boolean {
    if (bytes.length < 8) return false;
    const version = bytes.readInt32BE(0);
    if (((version ^ VERSION_1) & 0xffff0000) !== 0)
      throw new ThriftProtocolError('no message of the strict binary protocol');
    const name = length(bytes, 4);
    if (name > 256) throw new ThriftProtocolError(`a name of ${name} bytes`);
    if (bytes.length < 12 + name) return false;
    this.#at = 12 + name;
    this.#inHeader = false;
    this.#stack.push(STRUCT, 0, 0);
    return true;
  }

  /** Passes over a value at `from`, or enters it. False when it is not there yet: nothing has changed then. */
  #value(bytes: Buffer, of: number, from: number): boolean {
    const fixed = fixedLength(of);
    let end = from + fixed;
    if (fixed === 0) {
      switch (of) {
        case type.struct:
          this.#push(STRUCT, 0, 0);
          break;
        case type.string:
          if (bytes.length < from + 4) return false;
          end = from + 4 + length(bytes, from);
          break;
        case type.list:
        case type.set:
          if (bytes.length < from + 5) return false;
          end = from + 5;
          this.#pushItems(bytes[from]!, bytes[from]!, length(bytes, from + 1));
          break;
        case type.map:
          if (bytes.length < from + 6) return false;
          end = from + 6;
          this.#pushItems(bytes[from + 1]!, bytes[from]!, 2 * length(bytes, from + 2));
          break;
        default:
          throw new ThriftProtocolError(`a value of the unknown type ${of}`);
      }
    }
    if (end > bytes.length) {
      // A text that is not whole; or a struct in a field of which not even the number is there.
      if (of === type.struct) this.#stack.length -= 3;
      return false;
    }
    this.#at = end;
    return true;
  }

  #pushItems(odd: number, even: number, items: number): void {
    this.#push(ITEMS, items, (even << 8) | odd);
  }

  #push(kind: number, items: number, types: number): void {
    if (this.#stack.length >= deepest * 3) throw new ThriftProtocolError('structs nested too deeply');
    this.#stack.push(kind, items, types);
  }
}

function length(bytes: Buffer, at: number): number {
  const value = bytes.readInt32BE(at);
  if (value < 0) throw new ThriftProtocolError(`a length of ${value}`);
  return value;
}
