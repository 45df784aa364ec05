/**
 * A sample of a stream in which every element has the same chance to be (algorithm R: J. Vitter, "Random Sampling with a Reservoir", 1985). The
 * generator begins alike each time, so that the same stream gives the same sample.
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { JavaRandom } from './java-random.ts';

const largest = 10_000_000;
const version = 1;

/** How the items of a sample are written; whoever has values that JSON has not brings an own one. */
export interface ItemCodec {
  encode(item: unknown): Uint8Array;
  /** May raise anything for bytes that it did not write. */
  decode(bytes: Uint8Array): unknown;
}

const jsonItems: ItemCodec = {
  encode: (item) => new TextEncoder().encode(JSON.stringify(item ?? null)),
  decode: (bytes) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)),
};

export class Reservoir {
  readonly size: number;
  #items: unknown[] = [];
  #seen = 0;
  #random = new JavaRandom(0);

  constructor(size = 1024) {
    if (!(Number.isInteger(size) && size >= 1 && size <= largest)) {
      throw new SketchError('SKP_SKETCH_OPTIONS', `A sample cannot have the size ${size}`, {
        hint: `Use 1 to ${largest}.`,
      });
    }
    this.size = size;
  }

  /** Elements that were added. */
  get seen(): number {
    return this.#seen;
  }

  get items(): readonly unknown[] {
    return this.#items;
  }

  add(item: unknown): void {
    const place = this.#seen < this.size ? this.#seen : this.#random.nextInt(this.#seen + 1);
    this.#seen += 1;
    if (place < this.size) this.#items[place] = item;
  }

  /**
   * Layout: size, seen (double), state of the generator (double), number of items, each as bytes by the codec. Read back, the sample goes
   * on as this one would.
   */
  toBytes(codec: ItemCodec = jsonItems): Uint8Array {
    const writer = new SketchWriter('reservoir', version);
    writer.u32(this.size);
    writer.f64(this.#seen);
    writer.f64(this.#random.state);
    writer.u32(this.#items.length);
    for (const item of this.#items) writer.bytes(codec.encode(item));
    return writer.finish();
  }

  toJSON(): unknown {
    return this.#items;
  }

  static fromBytes(bytes: Uint8Array, codec: ItemCodec = jsonItems): Reservoir {
    const reader = new SketchReader(bytes, 'reservoir', version);
    const size = reader.u32();
    if (size < 1 || size > largest) throw reader.wrong('its size cannot be');
    const sample = new Reservoir(size);
    const seen = reader.f64();
    const state = reader.f64();
    if (!(state >= 0 && state < 2 ** 48 && Number.isInteger(state)))
      throw reader.wrong('its generator cannot be');
    const count = reader.u32();
    // Until it is full a sample holds all that it saw.
    if (!Number.isSafeInteger(seen) || count !== Math.min(seen, size))
      throw reader.wrong('its items cannot be');
    for (let i = 0; i < count; i++) {
      const item = reader.bytes();
      try {
        sample.#items.push(codec.decode(item));
      } catch {
        throw reader.wrong('an item of it cannot be read');
      }
    }
    reader.end();
    sample.#seen = seen;
    sample.#random.state = state;
    return sample;
  }
}
