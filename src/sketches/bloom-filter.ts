/**
 * A Bloom filter: whether an element was added, never wrong about a no (B. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors",
 * 1970). Places come from the two halves
 * of one hash (A. Kirsch, M. Mitzenmacher, "Less Hashing, Same Performance", 2006).
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { type Hash64, murmur64 } from './murmur64.ts';

const version = 1;
const mostBits = 2 ** 32;
const fewestBits = 64;
/** More would fit into no byte of the binary form, and the rate of wrong yeses is beyond all use before. */
const mostHashes = 255;

export class BloomFilter {
  #bits = fewestBits;
  #hashes = 1;
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
    const bits = Math.max(fewestBits, Math.ceil((-expected * Math.log(falsePositiveRate)) / Math.LN2 ** 2));
    if (bits > mostBits) {
      throw new SketchError('SKP_SKETCH_OPTIONS', `A Bloom filter for ${expected} elements is too large`, {
        hint: 'Use fewer elements or a higher rate: 512 MiB are the most.',
      });
    }
    this.#bits = bits;
    this.#hashes = Math.min(mostHashes, Math.max(1, Math.round((bits / expected) * Math.LN2)));
    this.#words = new Uint32Array(Math.ceil(bits / 32));
  }

  /** Bits of the filter. */
  get bits(): number {
    return this.#bits;
  }

  /** Bits that an element sets. */
  get hashes(): number {
    return this.#hashes;
  }

  add(element: Uint8Array): void {
    this.addHash(murmur64(element));
  }

  /** An element by its hash: evenly spread over 64 bits. */
  addHash({ high, low }: Hash64): void {
    const { bits, hashes } = this;
    const words = this.#words;
    // By product, not by remainder: a remainder of numbers beyond 31 bits takes many times longer.
    let place = Math.floor((high * bits) / 2 ** 32);
    const step = Math.floor((low * (bits - 1)) / 2 ** 32) + 1;
    for (let i = 0; i < hashes; i++) {
      const word = Math.floor(place / 32);
      words[word] = (words[word] ?? 0) | (1 << (place & 31));
      place += step;
      if (place >= bits) place -= bits;
    }
  }

  /** False: it was not added. True: it was, but for the rate of wrong yeses. */
  has(element: Uint8Array): boolean {
    return this.hasHash(murmur64(element));
  }

  hasHash({ high, low }: Hash64): boolean {
    const { bits, hashes } = this;
    let place = Math.floor((high * bits) / 2 ** 32);
    const step = Math.floor((low * (bits - 1)) / 2 ** 32) + 1;
    for (let i = 0; i < hashes; i++) {
      if (((this.#words[Math.floor(place / 32)] ?? 0) & (1 << (place & 31))) === 0) return false;
      place += step;
      if (place >= bits) place -= bits;
    }
    return true;
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
    const possible = Number.isInteger(bits) && bits >= fewestBits && bits <= mostBits && hashes >= 1;
    if (!possible || words.length !== Math.ceil(bits / 32) * 4) throw reader.wrong('its size cannot be');
    const filter = new BloomFilter(1, 0.5);
    filter.#bits = bits;
    filter.#hashes = hashes;
    const view = Buffer.from(words.buffer, words.byteOffset, words.length);
    filter.#words = Uint32Array.from({ length: words.length / 4 }, (_, i) => view.readUInt32LE(i * 4));
    return filter;
  }
}
