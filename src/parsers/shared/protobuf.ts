/**
 * Reads messages of Protocol Buffers as the JSON that their JSON mapping gives them, by tables that say what their fields are
 * (https://protobuf.dev/programming-guides/encoding/, https://protobuf.dev/programming-guides/json/). Fields that no table names are passed over.
 */
import { ParseError } from '../errors.ts';

/**
 * `int64` and `fixed64` are text in JSON, as they are wider than a double. `hex`: bytes that OTLP writes in hex. `base64`: other bytes.
 */
export type ProtobufScalar =
  | 'text'
  | 'bool'
  | 'int64'
  | 'uint32'
  | 'double'
  | 'fixed64'
  | 'fixed32'
  | 'hex'
  | 'base64';

export interface ProtobufField {
  readonly name: string;
  readonly kind: ProtobufScalar | ProtobufMessage;
  readonly list?: boolean;
}

/** Fields by number. */
export type ProtobufMessage = ReadonlyMap<number, ProtobufField>;

export type ProtobufObject = Record<string, unknown>;

const maxDepth = 200;

/** Wire types. */
const varint = 0;
const eightBytes = 1;
const delimited = 2;
const fourBytes = 5;

const wireOf: Readonly<Record<ProtobufScalar, number>> = {
  text: delimited,
  bool: varint,
  int64: varint,
  uint32: varint,
  double: eightBytes,
  fixed64: eightBytes,
  fixed32: fourBytes,
  hex: delimited,
  base64: delimited,
};

/** Walks over the fields of bytes. All of its methods throw `ParseError` where the bytes are none such. */
export class ProtobufCursor {
  readonly bytes: Buffer;
  at: number;
  /** Of the field that was begun last. */
  number = 0;
  wire = 0;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = at;
  }

  /** Begins the field here. */
  begin(end: number): void {
    const tag = this.varint(end);
    this.number = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.number < 1 || this.number > 0x1fff_ffff) throw this.#broken(`field number ${this.number}`);
  }

  /** An unsigned number of up to 53 bits. */
  varint(end: number): number {
    const value = this.#numberFrom(this.#passNumber(end));
    if (value > Number.MAX_SAFE_INTEGER) throw this.#broken('a number that is too large');
    return value;
  }

  /** A number of 64 bits, signed, as text. */
  varint64(end: number): string {
    const from = this.#passNumber(end);
    if (this.at - from <= 7) return String(this.#numberFrom(from));
    let value = 0n;
    for (let at = this.at - 1; at >= from; at--) value = (value << 7n) | BigInt(this.bytes[at]! & 0x7f);
    return String(BigInt.asIntN(64, value));
  }

  /** Index of its first byte. */
  #passNumber(end: number): number {
    const from = this.at;
    let at = from;
    while (at < end && this.bytes[at]! >= 0x80) at++;
    if (at >= end) throw this.#broken('a number that does not end');
    if (at - from >= 10) throw this.#broken('a number that is too large');
    this.at = at + 1;
    return from;
  }

  #numberFrom(from: number): number {
    let value = 0;
    for (let at = this.at - 1; at >= from; at--) value = value * 128 + (this.bytes[at]! & 0x7f);
    return value;
  }

  /** Where the contents of a delimited field end; they begin here. */
  contents(end: number): number {
    const length = this.varint(end);
    if (length > end - this.at)
      throw this.#broken(`a field of ${length} bytes where ${end - this.at} are left`);
    return this.at + length;
  }

  /** Passes over the value of the field that was begun. */
  skip(end: number): void {
    if (this.wire === varint) this.varint64(end);
    else if (this.wire === eightBytes) this.take(8, end);
    else if (this.wire === delimited) this.at = this.contents(end);
    else if (this.wire === fourBytes) this.take(4, end);
    else throw this.#broken(`wire type ${this.wire}`);
  }

  /** Index of the next `count` bytes, which are passed over. */
  take(count: number, end: number): number {
    const from = this.at;
    if (from + count > end) throw this.#broken('a field that does not end');
    this.at += count;
    return from;
  }

  wrongWire(name: string): ParseError {
    return this.#broken(`wire type ${this.wire} for ${name}`);
  }

  #broken(what: string): ParseError {
    return new ParseError(`Not protobuf: ${what} before byte ${this.at}`);
  }
}

/** The message in bytes[cursor.at, end). Throws `ParseError`. */
export function readProtobuf(
  cursor: ProtobufCursor,
  end: number,
  message: ProtobufMessage,
  depth = 0,
): ProtobufObject {
  if (depth > maxDepth) throw new ParseError(`Protobuf is nested deeper than ${maxDepth} levels`);
  const object: ProtobufObject = {};
  while (cursor.at < end) {
    cursor.begin(end);
    const field = message.get(cursor.number);
    if (field === undefined) {
      cursor.skip(end);
      continue;
    }
    const { name, kind } = field;
    let value: unknown;
    if (typeof kind === 'string') value = readScalar(cursor, end, name, kind);
    else {
      if (cursor.wire !== delimited) throw cursor.wrongWire(name);
      value = readProtobuf(cursor, cursor.contents(end), kind, depth + 1);
    }
    if (field.list !== true) object[name] = value;
    else {
      const list = object[name];
      if (Array.isArray(list)) list.push(value);
      else object[name] = [value];
    }
  }
  return object;
}

function readScalar(cursor: ProtobufCursor, end: number, name: string, kind: ProtobufScalar): unknown {
  if (cursor.wire !== wireOf[kind]) throw cursor.wrongWire(name);
  const { bytes } = cursor;
  switch (kind) {
    case 'bool':
      return cursor.varint64(end) !== '0';
    case 'int64':
      return cursor.varint64(end);
    case 'uint32':
      return cursor.varint(end);
    case 'double':
      return jsonDouble(bytes.readDoubleLE(cursor.take(8, end)));
    case 'fixed64':
      return String(bytes.readBigUInt64LE(cursor.take(8, end)));
    case 'fixed32':
      return bytes.readUInt32LE(cursor.take(4, end));
    default: {
      const to = cursor.contents(end);
      const from = cursor.at;
      cursor.at = to;
      return bytes.toString(kind === 'text' ? 'utf8' : kind, from, to);
    }
  }
}

/** JSON has no word for what is no number. */
function jsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
