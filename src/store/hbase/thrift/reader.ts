import { fixedLength, messageType, ThriftProtocolError, type, VERSION_1 } from './protocol.ts';

/** Reads one whole message. Every length is checked against what is there. */
export class ThriftReader {
  readonly #bytes: Buffer;
  #at = 0;
  /** Type and number of the field at hand. */
  fieldType = 0;
  fieldId = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The type of the message; name and number have to be those of the call. */
  message(name: string, sequence: number): number {
    const version = this.i32();
    if (((version ^ VERSION_1) & 0xffff0000) !== 0) throw new ThriftProtocolError('another protocol');
    const kind = version & 0xff;
    const itsName = this.binary().toString('latin1');
    const itsSequence = this.i32();
    if ((kind !== messageType.reply && kind !== messageType.exception) || itsSequence !== sequence)
      throw new ThriftProtocolError(`an answer to another call (${itsSequence} in place of ${sequence})`);
    if (kind === messageType.reply && itsName !== name)
      throw new ThriftProtocolError(`an answer to ${itsName.slice(0, 40)} in place of ${name}`);
    return kind;
  }

  /** Goes on to the next field of the struct at hand; false at its end. */
  field(): boolean {
    this.#need(1);
    this.fieldType = this.#bytes[this.#at++]!;
    if (this.fieldType === type.stop) return false;
    this.#need(2);
    this.fieldId = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    return true;
  }

  /** Whether the field at hand is this one. */
  is(id: number, of: number): boolean {
    return this.fieldId === id && this.fieldType === of;
  }

  bool(): boolean {
    this.#need(1);
    return this.#bytes[this.#at++] !== 0;
  }

  i32(): number {
    this.#need(4);
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  /** A view on the message's bytes. */
  binary(): Buffer {
    const length = this.i32();
    if (length < 0) throw new ThriftProtocolError(`a length of ${length}`);
    this.#need(length);
    const value = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return value;
  }

  /** Items of a list of structs, each to be read to its end. */
  structs(): number {
    this.#need(1);
    const of = this.#bytes[this.#at++]!;
    const count = this.i32();
    if (of !== type.struct && count !== 0) throw new ThriftProtocolError(`a list of type ${of}`);
    // Each takes a byte at least.
    if (count < 0 || count > this.#bytes.length - this.#at)
      throw new ThriftProtocolError(`a list of ${count} items`);
    return count;
  }

  /** Passes over the field at hand. */
  skip(of = this.fieldType, depth = 0): void {
    if (depth > 64) throw new ThriftProtocolError('structs nested too deeply');
    const fixed = fixedLength(of);
    if (fixed > 0) {
      this.#need(fixed);
      this.#at += fixed;
    } else if (of === type.string) this.binary();
    else if (of === type.struct) while (this.field()) this.skip(this.fieldType, depth + 1);
    else if (of === type.list || of === type.set) this.#skipItems([this.#byte()], depth);
    else if (of === type.map) this.#skipItems([this.#byte(), this.#byte()], depth);
    else throw new ThriftProtocolError(`a value of the unknown type ${of}`);
  }

  #skipItems(types: readonly number[], depth: number): void {
    const count = this.i32();
    if (count < 0 || count > this.#bytes.length - this.#at)
      throw new ThriftProtocolError(`${count} items in a list or map`);
    for (let item = 0; item < count; item++) for (const of of types) this.skip(of, depth + 1);
  }

  #byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++]!;
  }

  #need(bytes: number): void {
    if (this.#at + bytes > this.#bytes.length) throw new ThriftProtocolError('a message that ends too early');
  }
}
