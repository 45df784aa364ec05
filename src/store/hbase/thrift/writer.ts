import { messageType, type, VERSION_1 } from './protocol.ts';

/** Writes messages into a buffer that grows and is used again: `take` gives a copy of what was written. */
export class ThriftWriter {
  #bytes = Buffer.allocUnsafe(16 * 1024);
  #length = 0;

  call(name: string, sequence: number): this {
    this.#length = 0;
    this.#i32(VERSION_1 | messageType.call);
    this.#text(name);
    this.#i32(sequence);
    return this;
  }

  /** Begins a struct-valued field; ended by `stop`. */
  struct(id: number): this {
    return this.#field(type.struct, id);
  }

  binary(id: number, value: Uint8Array): this {
    this.#field(type.string, id);
    this.#i32(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  i32(id: number, value: number): this {
    this.#field(type.i32, id);
    this.#i32(value);
    return this;
  }

  i64(id: number, value: number): this {
    this.#field(type.i64, id);
    this.#room(8);
    this.#length = this.#bytes.writeBigInt64BE(BigInt(value), this.#length);
    return this;
  }

  bool(id: number, value: boolean): this {
    this.#field(type.bool, id);
    this.#room(1);
    this.#bytes[this.#length++] = value ? 1 : 0;
    return this;
  }

  /** Begins a list of structs, each ended by `stop`. */
  structs(id: number, count: number): this {
    this.#field(type.list, id);
    this.#room(1);
    this.#bytes[this.#length++] = type.struct;
    this.#i32(count);
    return this;
  }

  stop(): this {
    this.#room(1);
    this.#bytes[this.#length++] = type.stop;
    return this;
  }

  /** What was written, in the unframed form, or with its length in front (the framed transport). */
  take(framed: boolean): Buffer {
    const head = framed ? 4 : 0;
    const bytes = Buffer.allocUnsafe(head + this.#length);
    if (framed) bytes.writeInt32BE(this.#length, 0);
    this.#bytes.copy(bytes, head, 0, this.#length);
    // One large batch must not stay for the life of the connection.
    if (this.#bytes.length > 4 * 1024 * 1024) this.#bytes = Buffer.allocUnsafe(16 * 1024);
    return bytes;
  }

  #field(of: number, id: number): this {
    this.#room(3);
    this.#bytes[this.#length] = of;
    this.#length = this.#bytes.writeInt16BE(id, this.#length + 1);
    return this;
  }

  #text(value: string): void {
    const length = Buffer.byteLength(value);
    this.#i32(length);
    this.#room(length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  #i32(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeInt32BE(value | 0, this.#length);
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
