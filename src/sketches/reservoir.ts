/**
 * A sample of a stream in which every element has the same chance to be (algorithm R: J. Vitter, "Random Sampling with a Reservoir", 1985). The
 * generator begins alike each time, so that the same stream gives the same sample.
 */
import { SketchReader, SketchWriter } from './bytes.ts';
import { SketchError } from './errors.ts';
import { JavaRandom } from './java-random.ts';

const largest = 10_000_000;
const version = 1;

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

  /** Layout: size, seen (double), the items as JSON text in UTF-8. The generator begins anew when it is read. */
  toBytes(): Uint8Array {
    const writer = new SketchWriter('reservoir', version);
    writer.u32(this.size);
    writer.f64(this.#seen);
    writer.bytes(new TextEncoder().encode(JSON.stringify(this.#items)));
    return writer.finish();
  }

  toJSON(): unknown {
    return this.#items;
  }

  static fromBytes(bytes: Uint8Array): Reservoir {
    const reader = new SketchReader(bytes, 'reservoir', version);
    const size = reader.u32();
    if (size < 1 || size > largest) throw reader.wrong('its size cannot be');
    const sample = new Reservoir(size);
    const seen = reader.f64();
    const text = new TextDecoder().decode(reader.bytes());
    reader.end();
    let items: unknown;
    try {
      items = JSON.parse(text);
    } catch {
      throw reader.wrong('its items are no JSON');
    }
    if (
      !Array.isArray(items) ||
      items.length > size ||
      !(seen >= items.length) ||
      !Number.isSafeInteger(seen)
    ) {
      throw reader.wrong('its items cannot be');
    }
    sample.#items = items;
    sample.#seen = seen;
    return sample;
  }
}
