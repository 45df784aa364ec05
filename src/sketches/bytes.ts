/**
 * The binary form of sketches. All begin alike: the bytes `S` `k`, a byte for the kind, a byte for the version of its layout. Numbers are
 * little-endian. A version that was written once is read for ever; a change of a layout is a new version.
 */
import { SketchError } from './errors.ts';

export const SketchKind = {
  digest: 1,
  statistics: 2,
  window: 3,
  cardinality: 4,
  bloom: 5,
  reservoir: 6,
  deviation: 7,
} as const;

export type SketchKindName = keyof typeof SketchKind;

const magic0 = 0x53;
const magic1 = 0x6b;
const headerBytes = 4;

export class SketchWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  constructor(kind: SketchKindName, version: number) {
    this.u8(magic0);
    this.u8(magic1);
    this.u8(SketchKind[kind]);
    this.u8(version);
  }

  u8(value: number): void {
    this.#room(1);
    this.#length = this.#bytes.writeUInt8(value, this.#length);
  }

  u32(value: number): void {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  f64(value: number): void {
    this.#room(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** Length first. */
  bytes(value: Uint8Array): void {
    this.u32(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  f64s(values: Iterable<number>, count: number): void {
    this.u32(count);
    for (const value of values) this.f64(value);
  }

  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Reads what `SketchWriter` wrote. Whatever else the bytes are, it raises `SketchError` and nothing else. */
export class SketchReader {
  readonly version: number;
  readonly #bytes: Buffer;
  readonly #kind: SketchKindName;
  #at = headerBytes;

  constructor(bytes: Uint8Array, kind: SketchKindName, newestVersion: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#kind = kind;
    if (bytes.length < headerBytes || bytes[0] !== magic0 || bytes[1] !== magic1) {
      throw this.wrong('they do not begin as one does');
    }
    if (bytes[2] !== SketchKind[kind]) throw this.wrong(`they are a sketch of kind ${bytes[2]}`);
    this.version = bytes[3] ?? 0;
    if (this.version < 1 || this.version > newestVersion) {
      throw this.wrong(`version ${this.version} is not known here, only up to ${newestVersion}`);
    }
  }

  u8(): number {
    this.#need(1);
    return this.#bytes.readUInt8(this.#at++);
  }

  u32(): number {
    this.#need(4);
    const value = this.#bytes.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  f64(): number {
    this.#need(8);
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  bytes(): Uint8Array {
    const length = this.u32();
    this.#need(length);
    const value = new Uint8Array(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return value;
  }

  f64s(): Float64Array<ArrayBuffer> {
    const count = this.u32();
    this.#need(count * 8);
    const values = new Float64Array(count);
    for (let i = 0; i < count; i++) values[i] = this.f64();
    return values;
  }

  /** All bytes must have been read. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw this.wrong('there are more of them than belong to it');
  }

  wrong(why: string): SketchError {
    return new SketchError(
      'SKP_SKETCH_BYTES',
      `These ${this.#bytes.length} bytes are no ${this.#kind} sketch: ${why}`,
      {
        hint: 'Were they written by a later version of Skopos, or cut off?',
      },
    );
  }

  #need(count: number): void {
    if (count > this.#bytes.length - this.#at) throw this.wrong('they end too early');
  }
}
