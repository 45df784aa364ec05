/**
 * Memory that a worker encodes into and the main thread writes from, used again when a batch was written. It is shared and not
 * transferred: V8 counts what is transferred as new memory, of which there would be a hundred megabytes a second, and collects all
 * garbage of a thread after each 64 of them.
 */

const smallest = 64 * 1024;
const mostFree = 64;

export class SharedMemory {
  readonly #free: SharedArrayBuffer[] = [];
  /** What the batches hold that were handed on and are not written yet, oldest first. */
  readonly #held: SharedArrayBuffer[][] = [];
  #taken: SharedArrayBuffer[] = [];

  /** Memory of at least `bytes`, for the batch at hand. */
  take(bytes: number): SharedArrayBuffer {
    const found = this.#free.findIndex(
      // One far too large would be kept from whoever needs it.
      ({ byteLength }) => byteLength >= bytes && byteLength <= 8 * Math.max(bytes, smallest),
    );
    const memory = found < 0 ? new SharedArrayBuffer(roundUp(bytes)) : this.#free.splice(found, 1)[0]!;
    this.#taken.push(memory);
    return memory;
  }

  /** The batch at hand was handed on. */
  handOn(): void {
    this.#held.push(this.#taken);
    this.#taken = [];
  }

  /** The oldest batches were written. */
  written(batches: number): void {
    for (const memory of this.#held.splice(0, batches).flat()) {
      // What nothing fitted into for long stands in front.
      if (this.#free.length >= mostFree) this.#free.shift();
      this.#free.push(memory);
    }
  }

  /** Pieces that are not in use. */
  get free(): number {
    return this.#free.length;
  }

  /** Lets go what is not in use. */
  clear(): void {
    this.#free.length = 0;
  }
}

/** To an eighth of the next power of two, so that sizes repeat. */
function roundUp(bytes: number): number {
  const step = 2 ** Math.max(13, Math.ceil(Math.log2(bytes)) - 3);
  return Math.max(smallest, Math.ceil(bytes / step) * step);
}
