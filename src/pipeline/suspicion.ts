/**
 * Finds the record that ends the worker that works it. A batch that ended two workers is worked again in smaller ones, an
 * eighth each time, until a record alone has ended two: that one is set aside.
 *
 * For a batch of 1,000 records that takes seven workers (two for the batch, then 125, 16 and 2 records, two for the last one); for
 * further records of that batch five each.
 */

/** So many deaths of one batch are no accident. */
const deathsOfBatch = 2;
const cut = 8;

/** Records before `until` are worked in batches of `limit`; those behind as ever. */
export interface Careful {
  readonly until: number;
  readonly limit: number;
}

export class Suspicion {
  /** The batch that ended the last worker, and how many it ended. */
  #from: number;
  #deaths = 0;
  #limit: number;
  #until: number;
  readonly #first: number;

  constructor(from: number, count: number) {
    this.#from = from;
    this.#first = count;
    this.#limit = count;
    this.#until = from + count;
  }

  /** Whether this is more than one death, which may be an accident. */
  get isFirm(): boolean {
    return this.#limit < this.#first || this.#first === 1;
  }

  get careful(): Careful {
    return { until: this.#until, limit: this.#limit };
  }

  /** A worker ended over this batch. Says which record is to be set aside; null: it is tried again, `careful`. */
  died(from: number, count: number): number | null {
    this.#deaths = from === this.#from || this.#deaths === 0 ? this.#deaths + 1 : 1;
    // Deaths of a smaller batch prove what those of the larger one made likely.
    if (from !== this.#from || count > this.#limit) this.#until = Math.max(this.#until, from + count);
    this.#from = from;
    if (count > 1) {
      const suspected = this.#limit < this.#first || this.#deaths >= deathsOfBatch;
      if (suspected) {
        this.#limit = Math.ceil(Math.min(count, this.#limit) / cut);
        this.#deaths = 0;
      }
      return null;
    }
    if (this.#deaths < deathsOfBatch) return null;
    this.#deaths = 0;
    this.#from = from + 1;
    this.#limit = Math.ceil(this.#first / cut);
    return from;
  }

  /** Everything before `nextOffset` was worked. True when nothing is suspected any more. */
  passed(nextOffset: number): boolean {
    if (nextOffset > this.#from) {
      this.#from = nextOffset;
      this.#deaths = 0;
    }
    return nextOffset >= this.#until;
  }
}
