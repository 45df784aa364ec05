/** The text of a file that was read last, kept in memory: to see that another text has come into its place, and to know copies. */
import { HEAD_BYTES, LAST_BYTES, type TextReader } from './file-state.ts';

/** So much of each file that is followed is kept. */
const KEPT_BYTES = 64 * 1024;

export class RecentText {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Offset of the first byte kept. */
  #start: number;
  /** The first bytes, when they were read here. */
  #head: Buffer = Buffer.alloc(0);

  constructor(offset: number) {
    this.#start = offset;
  }

  get end(): number {
    return this.#start + this.#length;
  }

  /** The bytes that were read at `end`. */
  add(chunk: Buffer): void {
    if (this.end < HEAD_BYTES && this.#head.length === this.end) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    const kept = chunk.subarray(-KEPT_BYTES);
    if (this.#length + kept.length > this.#bytes.length) {
      // At most twice what is kept, so that each byte is moved about once.
      const stay = Math.min(this.#length, Math.max(0, KEPT_BYTES - kept.length));
      const room = Math.min(2 * KEPT_BYTES, Math.max(1024, 2 * (stay + kept.length)));
      const moved = Buffer.allocUnsafeSlow(room);
      this.#bytes.copy(moved, 0, this.#length - stay, this.#length);
      this.#start += this.#length - stay;
      this.#bytes = moved;
      this.#length = stay;
    }
    this.#start += chunk.length - kept.length;
    kept.copy(this.#bytes, this.#length);
    this.#length += kept.length;
    if (kept.length < chunk.length) this.#forgetBefore(this.#start + this.#length - kept.length);
  }

  /** Whether the text that `read` reads still has these bytes, as far as a look at its beginning and at the last of them tells. */
  async isIn(read: TextReader): Promise<boolean> {
    if (!(await read(0, this.#head.length)).equals(this.#head)) return false;
    const last = this.#bytes.subarray(Math.max(0, this.#length - LAST_BYTES), this.#length);
    return (await read(this.end - last.length, last.length)).equals(last);
  }

  /** Whether the last of the first `size` bytes that `read` reads are those that were read here; at least `LAST_BYTES` of them. */
  async coversEnd(size: number, read: TextReader): Promise<boolean> {
    const from = Math.max(this.#start, size - KEPT_BYTES);
    if (size > this.end || size - from < LAST_BYTES) return false;
    const text = await read(from, size - from);
    return text.equals(this.#bytes.subarray(from - this.#start, size - this.#start));
  }

  #forgetBefore(offset: number): void {
    const count = offset - this.#start;
    this.#bytes.copyWithin(0, count, this.#length);
    this.#start = offset;
    this.#length -= count;
  }
}
