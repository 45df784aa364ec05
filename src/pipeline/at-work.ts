/** What a worker is at, in memory that the main thread sees too: also when the worker hangs, or died without a word. */

/** busy (0 or 1), number of the batch since the start, id of the partition, first offset, records, waits for servers (0 or 1). */
const slots = 6;

export interface BatchAtWork {
  /** Counts the worker's batches. */
  readonly number: number;
  readonly partition: number;
  readonly from: number;
  readonly count: number;
  /** It waits for servers that others run, and may do so for long. */
  readonly waits: boolean;
}

export class AtWork {
  readonly shared: SharedArrayBuffer;
  readonly #values: Float64Array;

  constructor(shared = new SharedArrayBuffer(slots * 8)) {
    this.shared = shared;
    this.#values = new Float64Array(shared);
  }

  /** By the worker, before it works a batch. */
  begin(partition: number, from: number, count: number): void {
    const values = this.#values;
    values[1]! += 1;
    values[2] = partition;
    values[3] = from;
    values[4] = count;
    values[0] = 1;
  }

  /** By the worker, when the batch was handed on. */
  end(): void {
    this.#values[0] = 0;
  }

  /** By the worker, when the servers that it needs are away and when they are back. */
  waits(waits: boolean): void {
    this.#values[5] = waits ? 1 : 0;
  }

  /** The batch at hand; null between batches. */
  look(): BatchAtWork | null {
    const [busy = 0, number = 0, partition = 0, from = 0, count = 0, waits = 0] = this.#values;
    return busy === 0 ? null : { number, partition, from, count, waits: waits === 1 };
  }
}
