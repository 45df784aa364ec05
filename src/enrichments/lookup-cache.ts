/**
 * A bounded cache in two generations: when the young one is full it becomes the old one, and what is still asked for moves
 * back. One Map look-up for a hit, no list to keep in order; holds between `capacity` and twice as many entries.
 */
export class LookupCache<V> {
  readonly #capacity: number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const value = this.#young.get(key);
    if (value !== undefined) return value;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(ownText(key), value);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}

/**
 * A text of its own: what a parser cuts out of a line may be a view that keeps the whole line alive for as long as it is in
 * the cache.
 */
export function ownText(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
