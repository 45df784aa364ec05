/** Gathers the parts of one message from many chunks: copies each byte about once, whatever the size of the chunks. */
export class ByteGatherer {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view on what was gathered, valid until the next call. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(part: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, 256));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    part.copy(this.#buffer, this.#length, start, end);
    this.#length = needed;
  }

  /** The bytes from `start` to `end`, copied out. */
  copy(start = 0, end = this.#length): Buffer {
    return Buffer.from(this.#buffer.subarray(start, end));
  }

  clear(): void {
    this.#length = 0;
    // A connection that once sent a long message does not keep its room for ever.
    if (this.#buffer.length > 64 * 1024) this.#buffer = Buffer.alloc(0);
  }
}
