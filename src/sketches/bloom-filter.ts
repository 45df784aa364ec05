/**
 * A Bloom filter: whether an element was added, never wrong about a no (B. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors",
 * 1970). Places come from two hashes (A. Kirsch, M. Mitzenmacher, "Less Hashing, Same Performance", 2006).
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { murmur64 } from './murmur64.ts';

const version = 1;
const mostBits = 2 ** 32;
const secondSeed = 0x9747b28c;

export class BloomFilter {
  /** Bits of the filter. */
  readonly bits: number;
  /** Bits that an element sets. */
  readonly hashes: number;
  #words: Uint32Array;

  /** For so many elements with at most that share of wrong yeses. */
  constructor(expected = 100_000, falsePositiveRate = 0.01) {
    if (!(expected >= 1) || !(falsePositiveRate > 0 && falsePositiveRate < 1)) {
      throw new SketchError(
        'SKP_SKETCH_OPTIONS',
        `A Bloom filter cannot be made for ${expected} elements and a rate of ${falsePositiveRate}`,
        { hint: 'Use 1 or more elements, and a rate between 0 and 1.' },
      );
    }
    const bits = Math.max(64, Math.ceil((-expected * Math.log(falsePositiveRate)) / Math.LN2 ** 2));
    if (bits > mostBits) {
      throw new SketchError('SKP_SKETCH_OPTIONS', `A Bloom filter for ${expected} elements is too large`, {
        hint: 'Use fewer elements or a higher rate: 512 MiB are the most.',
      });
    }
    this.bits = bits;
    this.hashes = Math.max(1, Math.round((bits / expected) * Math.LN2));
    this.#words = new Uint32Array(Math.ceil(bits / 32));
  }

  add(element: Uint8Array): void {
    this.#places(element, (word, bit) => {
      this.#words[word] = (this.#words[word] ?? 0) | bit;
      return true;
    });
  }

  /** False: it was not added. True: it was, but for the rate of wrong yeses. */
  has(element: Uint8Array): boolean {
    return this.#places(element, (word, bit) => ((this.#words[word] ?? 0) & bit) !== 0);
  }

  /** Takes in what another one of the same size holds; the other stays as it is. */
  merge(other: BloomFilter): void {
    if (other.bits !== this.bits || other.hashes !== this.hashes) {
      throw new SketchError('SKP_SKETCH_MERGE', 'Bloom filters of different sizes cannot be merged', {
        hint: 'Make them for the same number of elements and the same rate.',
      });
    }
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = (this.#words[i] ?? 0) | (other.#words[i] ?? 0);
    }
  }

  /** Layout: bits (double), hashes, words as bytes, little-endian. */
  toBytes(): Uint8Array {
    const writer = new SketchWriter('bloom', version);
    writer.f64(this.bits);
    writer.u8(this.hashes);
    const bytes = Buffer.alloc(this.#words.length * 4);
    for (const [i, word] of this.#words.entries()) bytes.writeUInt32LE(word, i * 4);
    writer.bytes(bytes);
    return writer.finish();
  }

  toJSON(): unknown {
    return { bits: this.bits, hashes: this.hashes };
  }

  static fromBytes(bytes: Uint8Array): BloomFilter {
    const reader = new SketchReader(bytes, 'bloom', version);
    const bits = reader.f64();
    const hashes = reader.u8();
    const words = reader.bytes();
    reader.end();
    if (!Number.isInteger(bits) || bits < 1 || hashes < 1 || words.length !== Math.ceil(bits / 32) * 4) {
      throw reader.wrong('its size cannot be');
    }
    const filter = new BloomFilter();
    Object.assign(filter, { bits, hashes });
    const view = Buffer.from(words.buffer, words.byteOffset, words.length);
    filter.#words = Uint32Array.from({ length: words.length / 4 }, (_, i) => view.readUInt32LE(i * 4));
    return filter;
  }

  #places(element: Uint8Array, visit: (word: number, bit: number) => boolean): boolean {
    const first = murmur64(element);
    const second = murmur64(element, secondSeed);
    const start = (first.high * 2 ** 21 + (first.low >>> 11)) % this.bits;
    const step = ((second.high * 2 ** 21 + (second.low >>> 11)) % (this.bits - 1)) + 1;
    let place = start;
    for (let i = 0; i < this.hashes; i++) {
      if (!visit(Math.floor(place / 32), 1 << (place % 32))) return false;
      place += step;
      if (place >= this.bits) place -= this.bits;
    }
    return true;
  }
}
